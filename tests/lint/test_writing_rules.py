"""The tutorial for rules of one's own, walked from its first block to its last."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT

import rtlint.rule
from rtlint.rule import Fields, Workload

PAGE = (ROOT / "docs" / "writing-rules.md").read_text()
# The text before a block, its language, and what is in it.
BLOCKS = re.findall(r"([^\n]*)\n\n```(\w+)\n(.*?)\n```(?=\n)", PAGE, re.DOTALL)


def test_every_block_is_as_it_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "rules").mkdir()
    (tmp_path / "cases").mkdir()
    ran = written = 0
    for before, language, text in BLOCKS:
        file = re.search(r"`([\w/]+\.\w+)`:$", before)
        if language == "console":
            command, _, expected = text.partition("\n")
            assert run(command.removeprefix("$ "), tmp_path) == pattern(expected), command
            ran += 1
        elif language in ("python", "yaml"):
            assert file, text
            (tmp_path / file[1]).write_text(f"{text}\n")
            written += 1
    assert (ran, written) == (6, 6)


class pattern(str):  # noqa: N801 - stands beside text in a comparison
    """Text in which `…` stands for anything."""

    def __eq__(self, other):
        return re.fullmatch(".*".join(map(re.escape, self.split("…"))), other) is not None

    __hash__ = str.__hash__


def run(command, folder):
    program, *args = command.split()
    if program == "rtlint":
        args = ["-m", "rtlint", *args]
    else:
        assert program == "python", command
    done = subprocess.run(
        [sys.executable, *args], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return (done.stdout + done.stderr).strip("\n")


def test_the_line_of_a_rule_that_fails_is_real(tmp_path, rtlint):
    (tmp_path / "rules").mkdir()
    second = [text for _, language, text in BLOCKS if language == "python"][1]
    broken = second.replace("vm.spec.string(POOL)", 'context.options["pool"]')
    (tmp_path / "rules" / "site001_realtime_pool.py").write_text(broken)
    vm = next(text for _, language, text in BLOCKS if language == "yaml")
    (tmp_path / "vm.yaml").write_text(vm)
    done = rtlint("--rule-path", "rules", "vm.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.err in PAGE


def test_what_a_rule_may_use_is_all_on_the_page():
    _, _, reference = PAGE.partition("## What a rule may use")
    for name in rtlint.rule.__all__:
        assert f"`{name}`" in reference, name
        assert hasattr(rtlint.rule, name)


@pytest.mark.parametrize("of", [Workload, Fields])
def test_what_the_page_names_is_there(of):
    heading = "| of a `Workload` |" if of is Workload else "`Fields` (such as `vm.spec`) reads"
    text = PAGE.partition(heading)[2]
    cells = (
        re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
        if of is Workload
        else [text.partition("What is absent")[0]]
    )
    names = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert len(names) > 8
    there = {*dir(of), *of.__init__.__annotations__} - {"return"}
    assert set(names) - {"Fields"} <= there
