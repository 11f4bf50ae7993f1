"""Wheel, editable install and bare checkout all work, and pre-commit runs the hooks."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from conftest import GIT, ROOT


def run(*command, cwd, env=None):
    # What is installed is to be found, not what PYTHONPATH names.
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env or own,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The tree as git would have it, at a place of its own."""
    target = tmp_path_factory.mktemp("checkout") / "rtlint"
    files = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    if files.returncode:
        pytest.skip("this is no git checkout")
    for name in files.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


def environment(folder: Path) -> Path:
    """A virtual environment that sees this one's dependencies, not its rtlint."""
    venv.create(folder, with_pip=False)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


@pytest.mark.parametrize("kind", ["wheel", "editable", "bare"])
def test_every_way_to_install_lints(kind, checkout, tmp_path):
    pytest.importorskip("hatchling")
    python = environment(tmp_path / "venv")
    cwd = tmp_path
    if kind == "bare":
        cwd = checkout
    else:
        args = ("--no-deps", "--no-build-isolation", "--quiet", "--ignore-installed")
        source = ("-e", checkout) if kind == "editable" else (checkout,)
        pip = (sys.executable, "-m", "pip", "--python", python, "install", *args, *source)
        installed = run(*pip, cwd=tmp_path)
        assert installed.returncode == 0, installed.stderr
    code = "import rtlint; print(rtlint.__file__)"
    where = run(python, "-c", code, cwd=cwd).stdout
    expected = str(tmp_path) if kind == "wheel" else str(checkout)
    assert where.startswith(expected)
    vm = checkout / "examples" / "mask-selects-nothing.yaml"
    done = run(python, "-m", "rtlint", vm, "--output-format", "json", cwd=cwd)
    assert done.returncode == 1, done.stderr
    assert [d["rule"] for d in json.loads(done.stdout)["diagnostics"]] == ["RT202"]
    page = run(python, "-m", "rtlint", "preview", vm, "--output-format", "html", cwd=cwd).stdout
    assert "<style>" in page
    if kind == "wheel":
        share = tmp_path / "venv" / "share"
        assert (share / "man/man1/rtlint.1").is_file()
        assert (share / "bash-completion/completions/rtlint").is_file()
        use_library(python, vm, tmp_path)


PROGRAM = """\
import sys
from pathlib import Path

from rtlint import api


def worst(paths: list[str]) -> dict[str, list[api.Diagnostic]]:
    found: dict[str, list[api.Diagnostic]] = {}
    for path in paths:
        text = Path(path).read_text()
        line: int = sum(applied.line for applied in api.fix(text, unsafe=True).applied)
        left = [each for each in api.lint(text, path=path) if each.severity == "error"]
        found[f"{path}:{line}"] = left
    return found


for where, diagnostics in worst(sys.argv[1:]).items():
    edits: list[api.Edit] = [e for d in diagnostics if d.fix for e in d.fix.edits]
    print([(d.rule, d.start.line, d.resource and d.resource.kind) for d in diagnostics], edits)
    vm: api.Preview = api.preview(Path(where.rpartition(":")[0]).read_text())[0]
    print(vm.vcpusched is not None and vm.vcpusched.enabled, vm.pmu)
"""


def use_library(python, vm, folder):
    """As a program outside would: typed against what the wheel installs, and run with it."""
    pytest.importorskip("mypy")
    program = folder / "program.py"
    program.write_text(PROGRAM)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--python-executable", python, program)
    typed = run(*mypy, cwd=folder)
    assert typed.returncode == 0, typed.stdout + typed.stderr
    wrong = folder / "wrong.py"
    wrong.write_text("from rtlint import api\n\napi.lint(b'')[0].start.row\n")
    assert "row" in run(*mypy[:-1], wrong, cwd=folder).stdout
    done = run(python, program, vm, cwd=folder)
    assert done.stdout == "[('RT202', 22, 'VirtualMachineInstance')] []\nFalse off\n", done.stderr


def has_registry() -> bool:
    """Whether pip reaches a package registry, which pre-commit needs to build its environment."""
    found = run(sys.executable, "-m", "pip", "download", "--no-deps", "--quiet",
                "--dest", os.devnull, "click", cwd=ROOT)  # fmt: skip
    return "No matching distribution" not in found.stderr


@pytest.fixture(scope="module")
def hooks(checkout, tmp_path_factory):
    """A repository with this tree as its only commit, and a cache for pre-commit's environment."""
    if shutil.which("pre-commit") is None:
        pytest.skip("pre-commit is not installed")
    folder = tmp_path_factory.mktemp("hooks")
    shutil.copytree(checkout, folder / "rtlint")
    run("git", "init", "-q", cwd=folder / "rtlint")
    run("git", "add", "-A", cwd=folder / "rtlint")
    assert run(*GIT, "commit", "-qm", "rtlint", cwd=folder / "rtlint").returncode == 0
    return folder


@pytest.fixture
def commit(hooks, tmp_path):
    """A function that commits `vm.yaml` in a repository that uses one of the hooks."""
    revision = run("git", "rev-parse", "HEAD", cwd=hooks / "rtlint").stdout.strip()
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    env["PRE_COMMIT_HOME"] = str(hooks / "cache")

    def commit_with(hook):
        run("git", "init", "-q", cwd=tmp_path)
        (tmp_path / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {hooks / 'rtlint'}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
        )
        assert run("pre-commit", "install", cwd=tmp_path, env=env).returncode == 0
        run("git", "add", "-A", cwd=tmp_path)
        done = run(*GIT, "commit", "-qm", "a VM", cwd=tmp_path, env=env)
        if "pip" in done.stderr and "Could not find" in done.stderr:
            pytest.skip("pip reaches no package registry")
        return done.returncode, done.stderr + done.stdout

    return commit_with


def test_pre_commit_blocks_a_broken_vm_and_passes_a_right_one(commit, tmp_path):
    broken = (ROOT / "examples" / "mask-selects-nothing.yaml").read_text()
    (tmp_path / "vm.yaml").write_text(broken)
    status, output = commit("rtlint")
    assert status == 1
    assert "vm.yaml:22:15: error RT202" in output

    (tmp_path / "vm.yaml").write_text(broken.replace('"^0"', '"1-2"'))
    assert commit("rtlint")[0] == 0


def test_pre_commit_fixes_a_broken_vm_and_passes_it_the_second_time(commit, tmp_path):
    right = (ROOT / "examples" / "mask-selects-nothing.yaml").read_text().replace('"^0"', '"1-2"')
    (tmp_path / "vm.yaml").write_text(right.replace("host-passthrough", "host-model"))
    status, output = commit("rtlint-fix")
    assert status == 1
    assert "fixed RT101 cpu-host-passthrough" in output or "files were modified" in output
    assert (tmp_path / "vm.yaml").read_text() == right
    assert commit("rtlint-fix")[0] == 0
