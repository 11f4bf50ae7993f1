"""What other programs may not do: git's settings name many, and any may never end."""

import os
import re
import subprocess
import time

import pytest
from conftest import GIT

from rtlint.cli.lint import lint
from rtlint.project import programs
from rtlint.project.content import Tell
from rtlint.project.files import Unusable
from rtlint.project.render import rendered

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    devices: {}
    cpu: {cores: 2, model: host-model, realtime: {}}
"""
# What git runs or opens goes by names like these.
NAMES_SOMETHING = re.compile(
    "cmd|command|program|path|file|helper|hook|pager|editor|tool|proxy|template|clean|smudge|"
    "process|textconv|external|driver|askpass|fsmonitor|ssh|dir|browser|exec|alias|include|vcs|"
    "url|pack|viewer|notes|attributes|cookie|key|cert|trace|list|filter|diff|merge|gpg|format",
    re.IGNORECASE,
)
# What rtlint asks git for, as commands that an alias or a pager may be set for.
COMMANDS = ("rev-parse", "merge-base", "ls-tree", "cat-file", "diff")
# Git reads these as settings itself, before it takes any that would hinder it.
READ_AS_SETTINGS = ("include.path", "includeIf.")


def git(*args):
    return subprocess.run([*GIT, *args], check=True, capture_output=True).stdout


def settings():
    """The names of git's own list that name a program or a file, each for what it may stand for."""
    for name in git("help", "--config").decode().split():
        if not NAMES_SOMETHING.search(name) or name.startswith(("receive.fsck", "fsck.")):
            continue
        for command in COMMANDS if name in ("pager.<cmd>", "alias.*") else ("x",):
            filled = name.replace("<condition>", "gitdir:/**").replace("*", command)
            filled = re.sub("<.*?>", command, filled)
            if re.fullmatch(r"[\w-]+(\..+)?\.[A-Za-z][\w-]*", filled):
                yield filled
    # Not in the list of every git.
    yield from ("filter.x.process", "gpg.x.program", "hook.x.command", "trailer.x.command")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with a VM that is new since its commit, and attributes that name `x`."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / ".gitattributes").write_text("* diff=x filter=x merge=x\n")
    (folder / "vm.yaml").write_text("# nothing\n")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "VM")
    (folder / "vm.yaml").write_text(VM)
    return folder


@pytest.fixture
def program(tmp_path):
    """A program that leaves a trace; the trace."""
    trace = tmp_path / "trace"
    file = tmp_path / "program"
    file.write_text(f"#!/bin/sh\necho $0 $@ >> {trace}\nexec cat\n")
    file.chmod(0o755)
    return file, trace


def contents(folder):
    """What a repository holds, and when it was written; git makes a new index of the old one."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def found(capsys):
    """How many findings --diff-base lets through; None where git cannot make sense of settings."""
    try:
        lint((".",), diff_base="HEAD", select=("RT101",))
    except Unusable:
        return None
    return capsys.readouterr().out.count("error RT101")


@pytest.mark.slow
def test_no_program_that_git_s_settings_name_is_run_and_nothing_is_written(
    repository, program, capsys
):
    file, trace = program
    names = sorted(set(settings()))
    assert len(names) > 150
    counts = []
    config = repository / ".git" / "config"
    plain = config.read_text()
    for name in names:
        git("config", name, str(file))
        before = contents(repository)
        counts.append(found(capsys))
        assert not trace.exists(), (name, trace.read_text())
        assert contents(repository) == before, name
        config.write_text(plain)
    # A path is no valid value of some settings, and git says so.
    assert counts.count(1) > 130
    assert set(counts) == {1, None}


def test_the_trap_for_programs_catches(repository, program):
    file, trace = program
    for name in ("core.fsmonitor", "diff.external", "diff.x.textconv", "filter.x.clean"):
        git("config", name, str(file))
        subprocess.run(["git", "diff", "HEAD"], capture_output=True, check=False)
        assert trace.exists(), name
        trace.unlink()
        git("config", "--unset", name)


@pytest.mark.slow
def test_no_file_that_git_s_settings_name_holds_a_run_up(repository, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(programs, "TIME_LIMIT", 1)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    config = repository / ".git" / "config"
    plain = config.read_text()
    for name in sorted(set(settings())):
        if name.startswith(READ_AS_SETTINGS):
            continue
        config.write_text(plain)
        git("config", name, str(pipe))
        start = time.monotonic()
        found(capsys)
        assert time.monotonic() - start < 1, name


@pytest.mark.parametrize("name", ["include.path", "includeIf.gitdir:/**.path"])
def test_what_git_itself_waits_for_ends_with_a_line(repository, tmp_path, monkeypatch, name):
    monkeypatch.setattr(programs, "TIME_LIMIT", 1)
    os.mkfifo(tmp_path / "pipe")
    git("config", name, str(tmp_path / "pipe"))
    with pytest.raises(Unusable, match="--diff-base: git rev-parse: no answer in 1 seconds"):
        lint((".",), diff_base="HEAD")


def test_no_hook_is_run(repository, program, capsys):
    file, trace = program
    hooks = repository / ".git" / "hooks"
    for name in (
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "fsmonitor-watchman",
    ):
        (hooks / name).write_bytes(file.read_bytes())
        (hooks / name).chmod(0o755)
    # Git would write its index anew.
    os.utime(repository / ".gitattributes", (10**9, 10**9))
    before = contents(repository)
    assert found(capsys) == 1
    assert not trace.exists()
    assert contents(repository) == before
    subprocess.run(["git", "diff", "HEAD"], capture_output=True, check=True)
    assert trace.exists()


def test_the_user_s_own_settings_in_the_environment_count_on(repository, monkeypatch, capsys):
    for key, value in (("COUNT", "1"), ("KEY_0", "safe.directory"), ("VALUE_0", "*")):
        monkeypatch.setenv(f"GIT_CONFIG_{key}", value)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert found(capsys) == 1
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    assert found(capsys) is None


@pytest.mark.parametrize("way", ["sleep 60", "sleep 60 &", "(sleep 60) & sleep 60"])
def test_a_renderer_that_never_ends_is_ended_with_all_it_started(tmp_path, monkeypatch, way):
    monkeypatch.setattr(programs, "TIME_LIMIT", 1)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "helm").write_text(f"#!/bin/sh\necho $$ > {tmp_path}/id\n{way}\n")
    (tools / "helm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart" / "Chart.yaml").write_text("name: x\n")
    failures = []
    start = time.monotonic()
    assert not [*rendered([str(tmp_path / "chart")], Tell(failures.append, print))]
    assert time.monotonic() - start < 20
    [failure] = failures
    assert failure.endswith("chart: helm template: no answer in 1 seconds, so it was ended")
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.killpg(int((tmp_path / "id").read_text()), 0)
            time.sleep(0.1)
