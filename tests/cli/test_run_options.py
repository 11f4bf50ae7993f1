"""How a run goes: what it says on the way, in how many processes, on which files, and when."""

import io
import os
import subprocess
import time

import click
import pytest
from conftest import GIT, ROOT

from rtlint.cli.progress import progress_bar
from rtlint.cli.watch import watch
from rtlint.kubevirt.releases import NEWEST
from rtlint.lint.settings import Settings
from rtlint.project.changed import only_changed
from rtlint.project.content import Surroundings, Tell
from rtlint.project.files import Unusable
from rtlint.project.jobs import sensible_jobs, spread
from rtlint.project.lint import lint_files
from rtlint.project.read import read_files
from rtlint.report import json as json_report
from rtlint.report.model import Report
from rtlint.report.statistics import render as statistics

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: NAME
spec:
  domain:
    cpu: {cores: 2, model: host-model, realtime: {}}
"""


INSTANCETYPE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {name: mine}
spec:
  cpu: {guest: 4, realtime: {mask: "1-3"}}
  memory:
    guest: 4Gi
    hugepages: {pageSize: 2Mi}
"""
USER = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: user}
spec:
  instancetype: {name: mine, kind: VirtualMachineInstancetype}
  template: {spec: {domain: {devices: {}}}}
"""


def lint(*paths, jobs=1, instancetypes=(), **tell):
    told = Tell(pytest.fail, print)._replace(**tell)
    around = Surroundings("<stdin>", instancetypes, None)
    contents, settings = read_files(tuple(map(str, paths)), Settings(), around, told)
    files = lint_files(contents, lambda _: settings, None, told, jobs)
    return Report(NEWEST, tuple(files))


def test_statistics_count_by_rule_the_most_frequent_first(tmp_path):
    (tmp_path / "a.yaml").write_text(VM)
    (tmp_path / "b.yaml").write_text(VM.replace("host-model", "host-passthrough"))
    lines = statistics(lint(tmp_path)).splitlines()
    assert "2  RT401 memballoon (2 can be fixed)" in lines
    assert "1  RT101 cpu-host-passthrough (1 can be fixed)" in lines
    counts = [int(line.split()[0]) for line in lines]
    assert counts == sorted(counts, reverse=True)


def test_statistics_stand_behind_the_text_and_beside_other_reports(rtlint):
    args = ("examples/mixed.yaml", "--select", "RT101", "--statistics")
    line = "1  RT101 cpu-host-passthrough (1 can be fixed)\n"
    text = rtlint(*args)
    assert (text.out.endswith(f").\n{line}"), text.err) == (True, "")
    report = rtlint(*args, "--output-format", "json")
    assert (report.out.endswith("}\n"), report.err) == (True, line)


def test_verbose_tells_what_is_read_and_what_is_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("made/\n")
    (tmp_path / "vm.yaml").write_text(VM)
    (tmp_path / "service.yaml").write_text("kind: Service\n")
    for name in ("made", "vendor"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vm.yaml").write_text(VM)
    told = []
    lint(tmp_path, detail=told.append)
    assert sorted(told) == [
        f"{tmp_path}/.git: passed over: not one's own files",
        f"{tmp_path}/made: passed over: git ignores it",
        f"{tmp_path}/service.yaml: passed over: it holds no KubeVirt object",
        f"{tmp_path}/vendor: passed over: not one's own files",
        f"{tmp_path}/vm.yaml: read",
    ]


def test_verbose_goes_to_standard_error(rtlint):
    quiet, loud = (rtlint("examples", *args) for args in ((), ("--verbose",)))
    assert loud.out == quiet.out
    assert "rtlint: examples/mixed.yaml: read\n" in loud.err
    assert quiet.err == ""


def test_verbose_names_the_kinds_that_a_release_is_not_known_for(rtlint, tmp_path):
    file = tmp_path / "migration.yaml"
    file.write_text(
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceMigration\n"
        "metadata: {name: a}\nspec: {vminame: rt}\n"
    )
    old = rtlint(file, "--verbose", "--kubevirt-version", "v1.8.4")
    said = (
        "VirtualMachineInstanceMigration a passed over: rtlint does not know what KubeVirt v1.8.4"
    )
    assert f"{file}: {said} has in it\n" in old.err
    assert old.returncode == 0
    new = rtlint(file, "--verbose")
    assert "passed over" not in new.err
    assert new.returncode == 1


def test_any_number_of_jobs_gives_the_same_bytes(tmp_path):
    for number in range(7):
        (tmp_path / f"{number}.yaml").write_text(VM.replace("NAME", f"rt-{number}"))
    (tmp_path / "3.yaml").write_text("kind: [kubevirt.io\n")
    (tmp_path / "5.yaml").write_text("kind: Service\n")
    one, *others = (
        json_report.render(lint(tmp_path, jobs=jobs), colour=False, quiet=False)
        for jobs in (1, 2, 3, 20)
    )
    assert one.count("RT101") > 3
    assert all(other == one for other in others)


def test_processes_are_started_only_for_much():
    assert sensible_jobs(100_000) == 1
    assert sensible_jobs(10**12) == len(os.sched_getaffinity(0))


def test_jobs_is_a_count(rtlint):
    done = rtlint("examples", "--jobs", "0")
    assert (done.returncode, done.out) == (2, "")


@pytest.mark.parametrize("deadly", [{0}, {3}, {5}, {1, 4}, set(range(60))])
def test_work_is_done_here_where_workers_were_killed(deadly):
    here = os.getpid()

    def work(item):
        if item in deadly and os.getpid() != here:
            os._exit(9)
        return item * 10

    assert list(spread(work, range(60), 2)) == list(range(0, 600, 10))


def test_what_fails_in_a_worker_is_raised_here():
    results = spread(lambda item: 1 // (40 - item), range(60), 2)
    with pytest.raises(ZeroDivisionError):
        list(results)


def test_who_is_done_takes_what_a_slower_one_would_have_done(tmp_path):
    last = tmp_path / "last"

    def work(item):
        if item == 14:
            last.touch()
        for _ in range(0 if item else 1000):
            if last.exists():
                break
            time.sleep(0.01)
        return last.exists()

    assert next(spread(work, range(16), 2))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(stream, seconds):
    times = iter([0, *seconds])
    show = progress_bar(stream, lambda: next(times))
    for number, _ in enumerate(seconds, 1):
        show(number, len(seconds))
    return stream.getvalue()


def test_a_progress_bar_shows_after_a_second_and_goes_away():
    pictures = drawn(Terminal(), [0.5, 1.5, 1.51, 2]).split("\r")
    assert pictures == ["", "[###############               ] 2 of 4 files", "\x1b[K"]


@pytest.mark.parametrize(("stream", "seconds"), [(Terminal, [0.2, 0.9]), (io.StringIO, [5, 9])])
def test_no_progress_bar_on_short_runs_and_in_logs(stream, seconds):
    assert drawn(stream(), seconds) == ""


def test_watch_runs_again_after_each_change(tmp_path):
    file, new = tmp_path / "a.yaml", tmp_path / "b.yaml"
    file.write_text("a: 1")
    changes = iter([lambda: None, lambda: file.write_text("a: 10"), lambda: new.write_text("b: 1")])
    runs = []

    def wait(_):
        change = next(changes, None)
        if change is None:
            raise KeyboardInterrupt
        change()

    watch((str(tmp_path),), lambda: runs.append(1), wait)
    assert len(runs) == 3


@pytest.mark.parametrize(
    "args", [("--watch", "-"), ("--watch", "--fix", "examples"), ("--diff-base", "HEAD", "--diff")]
)
def test_options_that_do_not_go_together(rtlint, args):
    done = rtlint(*args)
    assert (done.returncode, done.out) == (2, "")
    assert "Error: --watch" in done.err


def git(folder, *args):
    subprocess.run([*GIT, *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with two wrong VMs in one file and one in another, all of it committed."""
    git(tmp_path, "init", "-q", "-b", "main")
    one, two = VM.replace("NAME", "one"), VM.replace("NAME", "two")
    (tmp_path / "vms.yaml").write_text(f"{one}---\n{two}")
    (tmp_path / "other é.yaml").write_text(VM)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "VMs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(files, revision="HEAD"):
    notes = []
    return only_changed(files, revision, ["."], notes.append)


def changed_names(revision="HEAD"):
    files = changed(lint(".").files, revision)
    found = (d for linted in files for d in linted.result.diagnostics)
    return {d.resource.name if d.resource else None for d in found}


def test_diff_base_without_a_change_finds_nothing(repository):
    assert len(lint(".").diagnostics) > 3
    assert changed_names() == set()


@pytest.mark.parametrize(
    "change", [("name: two", "name: two  # here"), ("two\nspec", "two\n\nspec")]
)
def test_diff_base_finds_all_of_a_resource_that_changed(repository, change):
    file = repository / "vms.yaml"
    file.write_text(file.read_text().replace(*change))
    assert changed_names() == {"two"}


def test_diff_base_sees_a_line_that_was_taken_out(repository):
    file = repository / "other é.yaml"
    file.write_text(VM.replace("NAME", "x\n  labels: {a: b}"))
    git(repository, "commit", "-qam", "Labels")
    file.write_text(VM.replace("NAME", "x"))
    assert changed_names() == {"x"}


def test_diff_base_takes_new_files_whole(repository):
    (repository / "new.yaml").write_text(VM.replace("NAME", "new"))
    (repository / "broken.yaml").write_text("kind: [kubevirt.io\n")
    assert changed_names() == {"new", None}


def test_diff_base_is_about_this_branch(repository):
    git(repository, "checkout", "-q", "-b", "mine")
    mine = repository / "other é.yaml"
    mine.write_text(VM.replace("NAME", "mine"))
    git(repository, "commit", "-qam", "Mine")
    git(repository, "checkout", "-q", "main")
    theirs = repository / "vms.yaml"
    theirs.write_text(theirs.read_text().replace("cores: 2", "cores: 3"))
    git(repository, "commit", "-qam", "Theirs")
    git(repository, "checkout", "-q", "mine")
    assert changed_names("main") == {"mine"}


def test_diff_base_sees_the_change_of_an_instancetype(repository):
    (repository / "vms.yaml").write_text(USER)
    types = repository / "types" / "type.yaml"
    types.parent.mkdir()
    types.write_text(INSTANCETYPE.replace("2Mi", "1Gi"))
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Types")
    assert changed_names() == set()
    types.write_text(INSTANCETYPE)
    (linted,) = changed(lint("vms.yaml", instancetypes=("types",)).files)
    found = linted.result.diagnostics
    assert [(d.rule, d.resource.name) for d in found] == [("RT301", "user")]


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", ""])
def test_diff_base_names_a_revision(repository, revision):
    with pytest.raises(Unusable) as raised:
        changed(lint(".").files, revision)
    assert f"--diff-base: there is no commit `{revision}` here: " in str(raised.value)
    assert "fetch-depth: 0" in str(raised.value)


def test_diff_base_says_of_a_shallow_clone_what_to_do(repository, tmp_path_factory, monkeypatch):
    clone = tmp_path_factory.mktemp("clone")
    git(repository, "commit", "-q", "--allow-empty", "-m", "More")
    git(clone, "clone", "-q", "--depth", "1", f"file://{repository}", ".")
    monkeypatch.chdir(clone)
    with pytest.raises(Unusable, match=r"this clone is shallow.*fetch-depth: 0"):
        changed(lint(".").files, "HEAD~1")


def test_diff_base_outside_of_a_repository_is_2(rtlint, tmp_path):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    done = rtlint("--diff-base", "HEAD", cwd=tmp_path, env=env)
    assert (done.returncode, done.out) == (2, "")
    assert done.err.startswith("rtlint: --diff-base: git rev-parse: ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("rtlint ", {"check", "preview", "rules"}),
        ("rtlint --sel", {"--select"}),
        ("rtlint --fix --output-format ", {"sarif", "junit"}),
        ("rtlint preview --cp", {"--cpuset"}),
        ("rtlint --select RT40", {"RT401", "RT402"}),
        ("rtlint --ignore RT101,memb", {"RT101,memballoon"}),
        ("rtlint explain rt2", {"RT201", "RT202"}),
        ("rtlint preview --kubevirt-version v0.5", {"v0.58", "v0.59"}),
        ("rtlint --kubevirt-version 1.", {"1.0", "1.9"}),
        ("rtlint schema virtualmachinein", {"VirtualMachineInstance"}),
    ],
)
def test_the_shell_completes(rtlint, line, expected):
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "_RTLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }
    done = rtlint(env=env)
    assert expected <= {entry.partition(",")[2] for entry in done.out.splitlines()}


def test_the_shell_completes_paths():
    from rtlint.cli.check import command

    kinds = {item.type for item in command.params[0].shell_complete(click.Context(command), "ex")}
    assert kinds == {"file"}
