"""The report on a terminal: grouped by resource, as wide as it is, with links."""

import io
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT
from test_reports import VM, report

from rtlint.cli.outputs import look
from rtlint.cli.rules import rows_of, table
from rtlint.lint.registry import load_rule, rule_names
from rtlint.project.configure import Asked, Configurations
from rtlint.report.page import laid_out
from rtlint.report.terminal import Screen, columns
from rtlint.report.text import render

pty = pytest.importorskip("pty")
ESCAPE = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\")


def on_terminal(*args, width=80, env=None):
    """What a program shows on a terminal of that width."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "TERM")}
    command = [sys.executable, "-m", "rtlint", *args]
    with subprocess.Popen(
        command, stdout=theirs, cwd=ROOT, env={**kept, "TERM": "xterm", **(env or {})}
    ):
        os.close(theirs)
        shown = b""
        # A terminal whose other side is gone is an error to read, not its end.
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def vms(count):
    """A list as `kubectl get vm -A -o yaml` prints it."""
    items = [VM.replace("name: rt", f"name: du-{n}\n  namespace: ran") for n in range(count)]
    indented = ("  - " + item.replace("\n", "\n    ").rstrip() for item in items)
    return "apiVersion: v1\nkind: List\nitems:\n" + "\n".join(indented) + "\n"


def test_text_is_as_wide_as_the_terminal_and_links_to_the_rules():
    shown = on_terminal("examples/mixed.yaml", width=90)
    widths = list(map(len, ESCAPE.sub("", shown).splitlines()))
    assert 80 < max(widths) <= 90
    assert "\x1b]8;;https://rtlint.io/rules/RT101\x1b\\RT101\x1b]8;;\x1b\\" in shown


def test_no_color_is_no_escape():
    shown = on_terminal("examples/mixed.yaml", env={"NO_COLOR": "1"})
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_terminal_that_knows_no_colours_gets_none(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "100")
    assert look(Terminal()) == (False, 100)
    assert look(Terminal(), "always") == (True, 100)
    monkeypatch.setenv("TERM", "xterm")
    assert look(Terminal()) == (True, 100)
    assert look(io.StringIO()) == (False, None)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    text = vms(2).replace("host-model", f"host-model # {'x' * 300}")
    shown = render(report(text), colour=True, quiet=False, width=width)
    widths = list(map(columns, shown.splitlines()))
    assert width * 3 // 4 < max(widths) <= width


def test_text_is_grouped_by_resource():
    made = report(vms(3))
    lines = render(made, colour=False, quiet=False, width=80).splitlines()
    headings = [line for line in lines if line.startswith("VirtualMachineInstance ")]
    assert headings == [f"VirtualMachineInstance ran/du-{n}" for n in range(3)]
    # Below a heading nothing names the resource again.
    problems = lines[: next(i for i, line in enumerate(lines) if " info " in line)]
    assert sum("ran/du-" in line for line in problems) == 3


def test_a_finding_about_no_resource_stands_under_its_file():
    shown = render(report("kubevirt.io: [\n"), colour=False, quiet=False, width=80)
    assert shown.startswith("vm.yaml\n\nvm.yaml:")


def test_elsewhere_nothing_is_wrapped_and_nothing_is_a_link():
    for colour in (True, False):
        shown = render(report(vms(1)), colour=colour, quiet=False)
        assert "\x1b]8" not in shown
        assert not re.search(r"^ {2}\S*[a-z]", ESCAPE.sub("", shown), re.MULTILINE)


def test_lines_break_between_words_and_not_in_code():
    narrow = Screen(width=40)
    text = "Write `model: host-passthrough` beside `cores`, as 実時間 needs it."
    lines = narrow.wrap(text, "  ", "    ").splitlines()
    assert " ".join(line.strip() for line in lines) == text
    assert all(columns(line) <= 40 for line in lines)
    assert "`model: host-passthrough`" in lines[0]
    assert all(line.startswith("    ") for line in lines[1:])


def test_no_line_that_begins_with_a_command_comes_of_wrapping():
    shown = Screen(width=40).wrap("a" * 39 + " ::error::forged")
    assert not re.search(r"^\s*::", shown, re.MULTILINE)


def test_a_page_is_laid_out_for_the_terminal():
    page = (
        "# RT9 a-rule\n\nOne `word` here.\n\n## Why\nAs it is\nso.\n- an item\n  of two lines\n"
        "- another\n\n## Wrong\n```yaml\nkey: |\n\n  # no heading\n```\n"
    )
    assert laid_out(page, Screen(width=80)).splitlines() == [
        "RT9 a-rule",
        "",
        "  One `word` here.",
        "",
        "Why",
        "  As it is so.",
        "  - an item of two lines",
        "  - another",
        "",
        "Wrong",
        "    key: |",
        "",
        "      # no heading",
    ]
    assert "One \x1b[36mword\x1b[0m here." in laid_out(page, Screen(colour=True, width=80))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_page_is_wider_than_the_terminal(width):
    for name in rule_names():
        page = laid_out(load_rule(name).page(), Screen(colour=True, width=width))
        # An example's lines are the author's, and so is a path of a source.
        prose = [
            line for line in page.splitlines() if "\x1b[36m" not in line and " " in line.strip()
        ]
        assert all(columns(line) <= width for line in prose)
        assert "```" not in page
        assert "\n#" not in page


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_table_of_rules_is_as_wide_as_the_terminal(width):
    lines = table(rows_of(Configurations(Asked(None, False))), Screen(True, width)).splitlines()
    assert width * 3 // 5 < max(map(columns, lines)) <= width
    assert len([line for line in lines if ESCAPE.sub("", line)[:2] == "RT"]) == len(rule_names())


def test_explain_and_help_are_laid_out_on_a_terminal():
    explained = on_terminal("explain", "RT201")
    assert explained.startswith("\x1b[1mRT201 mask-syntax\x1b[0m\n")
    helped = on_terminal("help", "check", env={"NO_COLOR": "1"}, width=120)
    assert "\x1b" not in helped
    assert 100 < max(map(len, helped.splitlines())) <= 120
