"""The VS Code extension: its own tests, and that it fits the rest."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import ROOT
from lsp_client import BROKEN

import rtlint
from rtlint.config.find import NAMES

EXTENSION = ROOT / "editors" / "vscode"
SCHEMA = EXTENSION / "dist" / "config.schema.json"
MANIFEST = json.loads((EXTENSION / "package.json").read_text())


@pytest.mark.skipif(
    not (shutil.which("npm") and (EXTENSION / "node_modules").is_dir()),
    reason="needs npm, and `npm ci` in editors/vscode",
)
def test_the_extension_s_own_tests():
    pytest.importorskip("pygls")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RTLINT_PYTHON": sys.executable}
    with subprocess.Popen(
        ["npm", "test"], cwd=EXTENSION, env=env, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as run:  # fmt: skip
        try:
            out, _ = run.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            # npm alone would leave node behind, which holds the pipe.
            os.killpg(run.pid, signal.SIGKILL)
            out, _ = run.communicate()
    assert run.returncode == 0, out


def test_it_is_of_the_same_release():
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    assert MANIFEST["version"] == lock["version"] == rtlint.__version__


def test_its_page_names_its_commands_and_settings():
    first_cells = re.findall(r"^\| (.+?) \|", (EXTENSION / "README.md").read_text(), re.MULTILINE)
    offered = MANIFEST["contributes"]
    commands = [f"{each['category']}: {each['title']}" for each in offered["commands"]]
    settings = [f"`{name}`" for name in offered["configuration"]["properties"]]
    assert first_cells == ["Command", *commands, "Setting", *settings]


def test_it_fixes_the_libraries_but_not_where_they_come_from():
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    libraries = [each for path, each in lock["packages"].items() if path]
    assert libraries
    assert all("integrity" in each and "resolved" not in each for each in libraries)


def test_its_problem_matcher_reads_the_concise_format(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(BROKEN)
    lines = rtlint("--output-format", "concise", "vm.yaml", cwd=tmp_path).out.splitlines()
    (pattern,) = MANIFEST["contributes"]["problemPatterns"]
    read = [re.fullmatch(pattern["regexp"], line) for line in lines]
    # The closing line is no problem.
    assert read.pop() is None
    groups = [
        [found[pattern[part]] for part in ("file", "line", "severity", "code")] for found in read
    ]
    assert ["vm.yaml", "9", "error", "RT101"] in groups
    assert all(found[pattern["message"]] for found in read)


def test_it_checks_the_configuration_files_of_rtlint():
    (check,) = MANIFEST["contributes"]["yamlValidation"]
    assert check["fileMatch"] == list(NAMES)
    assert check["url"] == f"./{SCHEMA.relative_to(EXTENSION)}"


@pytest.mark.skipif(not SCHEMA.exists(), reason="needs `npm run build` in editors/vscode")
def test_it_brings_their_schema():
    assert SCHEMA.read_text() == (ROOT / "schemas" / "config.schema.json").read_text()


def test_its_settings_are_options_of_the_server(rtlint):
    program = (EXTENSION / "program.js").read_text()
    options = re.findall(r'"(--[a-z-]+)"', program)
    assert options
    described = rtlint("lsp", "--help").out
    assert all(option in described for option in options)
