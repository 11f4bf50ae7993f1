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
from conftest import ROOT


def run(*command, cwd, env=None):
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
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


def has_registry() -> bool:
    """Whether pip reaches a package registry, which pre-commit needs to build its environment."""
    found = run(sys.executable, "-m", "pip", "download", "--no-deps", "--quiet",
                "--dest", os.devnull, "click", cwd=ROOT)  # fmt: skip
    return "No matching distribution" not in found.stderr


def test_pre_commit_blocks_a_broken_vm_and_passes_a_right_one(checkout, tmp_path):
    if shutil.which("pre-commit") is None:
        pytest.skip("pre-commit is not installed")
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false")
    hooks = tmp_path / "hooks"
    shutil.copytree(checkout, hooks)
    run("git", "init", "-q", cwd=hooks)
    run("git", "add", "-A", cwd=hooks)
    assert run(*git, "commit", "-qm", "rtlint", cwd=hooks).returncode == 0
    revision = run("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()

    repository = tmp_path / "repository"
    repository.mkdir()
    run("git", "init", "-q", cwd=repository)
    (repository / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: rtlint\n"
    )
    env = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    assert run("pre-commit", "install", cwd=repository, env=env).returncode == 0
    broken = (ROOT / "examples" / "mask-selects-nothing.yaml").read_text()
    (repository / "vm.yaml").write_text(broken)
    run("git", "add", "-A", cwd=repository)
    blocked = run(*git, "commit", "-qm", "broken", cwd=repository, env=env)
    if "pip" in blocked.stderr and "Could not find" in blocked.stderr:
        pytest.skip("pip reaches no package registry")
    assert blocked.returncode == 1
    assert "vm.yaml:22:15: error RT202" in blocked.stderr + blocked.stdout

    (repository / "vm.yaml").write_text(broken.replace('"^0"', '"1-2"'))
    run("git", "add", "-A", cwd=repository)
    passed = run(*git, "commit", "-qm", "right", cwd=repository, env=env)
    assert passed.returncode == 0, passed.stderr
