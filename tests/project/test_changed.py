"""`--diff-base`: what a change brings is reported, however the change or the clone is made."""

import subprocess
from pathlib import Path

import pytest
from conftest import GIT

from rtlint.cli.lint import lint
from rtlint.project.files import Unusable

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: NAME}
spec:
  domain:
    devices: {}
    cpu: {cores: 2, model: MODEL, realtime: {}}
"""
RIGHT = VM.replace("MODEL", "host-passthrough")
WRONG = VM.replace("MODEL", "host-model")


def git(*args):
    allowed = ("-c", "protocol.file.allow=always")
    done = subprocess.run([*GIT, *allowed, *args], check=True, capture_output=True)
    return done.stdout.decode().strip()


def write(files):
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(files=()):
    write(dict(files))
    git("add", "--all", "--force", ".")
    git("commit", "-q", "--allow-empty", "-m", "change")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with two VMs in a file, the second of which is wrong already."""
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    git("init", "-q", "-b", "main")
    commit({"vm.yaml": f"{RIGHT}---\n{WRONG.replace('NAME', 'known')}"})
    return tmp_path / "repository"


@pytest.fixture
def found(capsys):
    """The files in which a run with --diff-base finds the wrong model, and its notes."""

    def run(*paths, **options):
        capsys.readouterr()
        lint(paths or (".",), diff_base="main", select=("RT101",), **options)
        shown = capsys.readouterr()
        where = [line.partition(":")[0] for line in shown.out.splitlines() if " RT101 cpu" in line]
        return where, shown.err

    return run


NEW = f"{WRONG}---\n{WRONG.replace('NAME', 'known')}"


@pytest.mark.parametrize(
    "files",
    [
        {"vm.yaml": NEW},
        {"vm.yaml": NEW, ".gitattributes": "*.yaml -diff\n"},
        {"vm.yaml": NEW, ".gitattributes": "*.yaml binary\n"},
        {"vm.yaml": NEW, ".gitattributes": "*.yaml diff=x filter=x\n"},
        {"vm.yaml": NEW, ".gitattributes": "*.yaml -text ident\n"},
        {"vm.yaml": NEW, ".git/info/attributes": "* -diff\n"},
        # Here a line ends for git, and for reports at each `\r` as well.
        {"vm.yaml": "#\r" * 9 + NEW},
        {"vm.yaml": NEW.replace("\n", "\r\n")},
        {"vm.yaml": NEW.replace("\n", "\r")},
    ],
    ids=["plain", "-diff", "binary", "driver", "ident", "info", "cr", "crlf", "all cr"],
)
@pytest.mark.parametrize("committed", [False, True], ids=["written", "committed"])
def test_a_change_is_seen_whatever_git_makes_of_the_file(repository, found, files, committed):
    git("checkout", "-q", "-b", "mine")
    write(files)
    if committed:
        commit()
    assert found() == (["vm.yaml"], "")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_how_lines_end_is_no_change(repository, found, end):
    """Git on Windows makes files so."""
    text = (repository / "vm.yaml").read_text()
    write({"vm.yaml": text.replace("\n", end)})
    assert found() == ([], "")


@pytest.mark.parametrize("start", ["# a \0 byte\n", "# \udcff\n"])
def test_text_that_is_none_is_seen(repository, start, capsys):
    write({"vm.yaml": start.encode(errors="surrogateescape") + NEW.encode()})
    lint((".",), diff_base="main")
    assert "RT001" in capsys.readouterr().out


def test_a_file_that_is_as_unreadable_as_it_was_is_none_of_the_change(repository, capsys):
    text = b"# \xff\n" + NEW.encode()
    commit({"vm.yaml": text, "large.yaml": "# " + "x" * 3000 + "kubevirt.io\n"})
    limits = {"file-size": "2000"}
    assert lint((".",), diff_base="main", limits=limits) == 0
    write({"vm.yaml": text.replace(b"\xff", b"\xff\xfe"), "large.yaml": "y" * 4000})
    assert lint((".",), diff_base="main", limits=limits) == 1
    out = capsys.readouterr().out
    assert ("vm.yaml:" in out, "large.yaml:" in out) == (True, True)


@pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
def test_bits_of_the_index_hide_nothing(repository, found, bit):
    git("update-index", bit, "vm.yaml")
    write({"vm.yaml": NEW})
    assert found() == (["vm.yaml"], "")


def test_a_moved_file_is_new(repository, found):
    git("mv", "vm.yaml", "moved.yaml")
    assert found() == (["moved.yaml"], "")


def test_another_mode_is_no_change(repository, found):
    (repository / "vm.yaml").chmod(0o755)
    commit()
    git("checkout", "-q", "-b", "mine")
    (repository / "vm.yaml").chmod(0o644)
    commit()
    assert found() == ([], "")


def test_a_new_link_brings_what_it_leads_to(repository, found):
    (repository / "production.yaml").symlink_to("vm.yaml")
    assert found()[0] == ["production.yaml"]
    commit()
    assert found() == ([], "")
    write({"other.yaml": WRONG})
    commit()
    (repository / "production.yaml").unlink()
    (repository / "production.yaml").symlink_to("other.yaml")
    assert found()[0] == ["production.yaml"]


def test_a_folder_s_link_that_leads_elsewhere_brings_all_of_it(repository, found):
    commit({"old/vm.yaml": RIGHT, "new/vm.yaml": WRONG})
    (repository / "current").symlink_to("old")
    commit()
    assert found("current") == ([], "")
    (repository / "current").unlink()
    (repository / "current").symlink_to("new")
    assert found("current")[0] == ["current/vm.yaml"]


def test_a_link_that_is_a_file_now(repository, found):
    (repository / "production.yaml").symlink_to("vm.yaml")
    commit()
    (repository / "production.yaml").unlink()
    write({"production.yaml": WRONG})
    assert found()[0] == ["production.yaml"]


def test_a_submodule_is_new_where_it_is_there_and_said_where_it_is_not(repository, tmp_path, found):
    git("init", "-q", "-b", "main", "../inner")
    write({"../inner/vm.yaml": WRONG})
    git("-C", "../inner", "add", ".")
    git("-C", "../inner", "commit", "-q", "-m", "VM")
    git("checkout", "-q", "-b", "mine")
    git("submodule", "--quiet", "add", str(tmp_path / "inner"), "inner")
    commit()
    assert found() == (["inner/vm.yaml"], "")
    git("submodule", "--quiet", "deinit", "--force", "inner")
    where, err = found()
    assert where == []
    assert "--diff-base: inner changed and is not in the working tree" in err
    assert found("vm.yaml") == ([], "")


def test_a_sparse_checkout_is_said(repository, found):
    git("checkout", "-q", "-b", "mine")
    commit({"a/vm.yaml": RIGHT, "b/vm.yaml": WRONG, "b/c.yaml": WRONG, "b/d.txt": ""})
    git("sparse-checkout", "set", "a")
    where, err = found()
    assert where == []
    assert "b/c.yaml and 1 more changed and is not in the working tree" in err
    assert found("a") == ([], "")


def test_a_shallow_clone_takes_the_revision_itself(repository, tmp_path, monkeypatch, found):
    git("checkout", "-q", "-b", "mine")
    commit({"vm.yaml": NEW})
    git("checkout", "-q", "main")
    commit({"other.txt": "x"})
    git("clone", "-q", "--depth=1", "--no-single-branch", "--branch=mine", f"file://{repository}",
        "../clone")  # fmt: skip
    monkeypatch.chdir(tmp_path / "clone")
    git("branch", "main", "origin/main")
    assert found() == (["vm.yaml"], "")


def test_a_partial_clone_that_lacks_the_file_fails_and_fetches_nothing(
    repository, tmp_path, monkeypatch, found
):
    git("config", "uploadpack.allowFilter", "true")
    git("checkout", "-q", "-b", "mine")
    commit({"vm.yaml": NEW})
    git("clone", "-q", "--filter=blob:none", "--branch=mine", f"file://{repository}", "../clone")
    monkeypatch.chdir(tmp_path / "clone")
    git("branch", "main", "origin/main")
    with pytest.raises(Unusable, match="--diff-base: git cat-file: "):
        found()


def test_replaced_objects_hide_nothing(repository, found):
    write({"vm.yaml": NEW})
    git("replace", git("rev-parse", "main:vm.yaml"), git("hash-object", "-w", "vm.yaml"))
    assert found() == (["vm.yaml"], "")


def test_a_line_that_an_alias_stands_for(repository, found):
    text = (
        "apiVersion: v1\nkind: List\nx-model: &model MODEL\nitems:\n"
        "- apiVersion: kubevirt.io/v1\n  kind: VirtualMachineInstance\n  metadata: {name: x}\n"
        "  spec: {domain: {devices: {}, cpu: {cores: 2, model: *model, realtime: {}}}}\n"
    )
    commit({"list.yaml": text.replace("MODEL", "host-passthrough")})
    assert found() == ([], "")
    write({"list.yaml": text.replace("MODEL", "host-model")})
    assert found() == (["list.yaml"], "")


def test_a_group_that_is_misspelt_by_the_change(repository, capsys):
    text = (repository / "vm.yaml").read_text()
    write({"vm.yaml": text.replace("kubevirt.io", "kubevirt.oi", 1)})
    assert lint((".",), diff_base="main", select=("RT605",)) == 1
    assert capsys.readouterr().out.count("error RT605") == 1


def test_a_new_instancetype_that_git_does_not_know(repository, capsys):
    user = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: user}\nspec:\n"
    user += "  instancetype: {name: own}\n  runStrategy: Always\n"
    user += "  template: {spec: {domain: {devices: {}}}}\n"
    commit({"user.yaml": user})
    own = "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineClusterInstancetype\n"
    own += "metadata: {name: own}\nspec:\n  cpu: {guest: 2, model: host-model, realtime: {}}\n"
    write({"own/type.yaml": own + "  memory: {guest: 1Gi}\n"})
    lint(("user.yaml",), diff_base="main", instancetypes=("own",), select=("RT101",))
    assert "user.yaml" in capsys.readouterr().out


def test_standard_input_counts_and_not_the_file_of_its_name(repository, rtlint):
    args = ("--diff-base", "main", "--select", "RT101", "--stdin-filename", "vm.yaml", "-")
    done = rtlint(*args, cwd=repository, stdin=NEW.encode())
    assert done.out.count("error RT101") == 1
    same = (repository / "vm.yaml").read_bytes()
    assert rtlint(*args, cwd=repository, stdin=same).returncode == 0


def test_what_the_change_leaves_alone_is_not_called_clean(repository, rtlint):
    done = rtlint("--diff-base", "main", "--select", "RT101,RT201", cwd=repository)
    assert done.returncode == 0
    assert done.out.startswith("Nothing new: 1 file, 2 VMs, 2 realtime, 1 outside the change;")
