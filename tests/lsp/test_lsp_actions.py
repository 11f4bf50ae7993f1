"""What the language server offers to do: fixes, and a look at the conversion."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest
from conftest import ROOT
from lsp_client import BROKEN, NAMES_IT, WIDE, in_editor, rules, the, types
from ruamel.yaml import YAML


def applied(text, action, encoding="utf-16"):
    """A text after a code action, as an editor makes the changes: from the last to the first."""
    units = 1 if encoding == "utf-8" else 2
    codec = "utf-8" if encoding == "utf-8" else "utf-16-le"
    data = text.encode(codec)
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(f"{line}\n".encode(codec)))

    def at(position):
        return starts[position.line] + position.character * units

    (edits,) = action.edit.changes.values()
    for edit in reversed(edits):
        start, end = at(edit.range.start), at(edit.range.end)
        data = data[:start] + edit.new_text.encode(codec) + data[end:]
    return data.decode(codec)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", None])
def test_a_finding_s_fix_changes_the_text(encoding, tmp_path):
    async def fix(ed):
        found = the("RT101", await ed.open(WIDE))
        offered = await ed.actions(found.range.start, found.range.end)
        (action,) = [each for each in offered if "(RT101)" in each.title]
        assert action.kind == types.CodeActionKind.QuickFix
        assert action.is_preferred
        assert rules(action.diagnostics) == ["RT101"]
        fixed = applied(WIDE, action, encoding)
        assert fixed == WIDE.replace("host-model", "host-passthrough")
        assert "RT101" not in rules(await ed.type(fixed))

    in_editor(encoding=encoding)(fix)(tmp_path)


@in_editor()
async def test_fixes_that_insert_in_one_place_keep_their_order(ed):
    await ed.open(BROKEN)
    for action in await ed.actions(types.Position(0, 0), types.Position(99, 0), "quickfix"):
        assert "RT001" not in rules(await ed.type(applied(BROKEN, action)))


@in_editor()
async def test_fix_all_is_what_the_command_line_does(ed):
    text = f"# 😀 \u2028\n{BROKEN}"
    await ed.open(text)
    here = types.Position(0, 0)
    (action,) = await ed.actions(here, here, "source.fixAll")
    assert action.kind == "source.fixAll.rtlint"
    done = subprocess.run(
        [sys.executable, "-m", "rtlint", "--fix", "-"],
        input=text.encode(), cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    fixed = applied(text, action)
    assert fixed != text
    assert fixed == done.stdout.decode()
    await ed.type(fixed)
    assert not await ed.actions(here, here, "source.fixAll.rtlint")
    assert not await ed.actions(here, here, "refactor")


IN_A_STRING = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {note: "a
      b", model: host-model, realtime: {}}
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_finding_is_suppressed_where_it_stands(newline, tmp_path):
    async def suppress(ed):
        text = BROKEN.replace("\n", newline)
        found = the("RT101", await ed.open(text))
        offered = await ed.actions(found.range.start, found.range.end, "quickfix")
        assert [each.title.startswith("Suppress") for each in offered] == [False, True]
        action = offered[-1]
        assert not action.is_preferred
        assert rules(action.diagnostics) == ["RT101"]
        after = applied(text, action)
        above = "      # rtlint: ignore[RT101] TODO: say why" + newline
        assert after == text.replace("      model:", f"{above}      model:")
        assert "RT101" not in rules(await ed.type(after))

    in_editor()(suppress)(tmp_path)


@in_editor()
async def test_findings_of_one_line_are_suppressed_one_after_the_other(ed):
    text = BROKEN
    found = await ed.open(text)
    while found:
        here = found[0].range.start
        offered = await ed.actions(here, here, "quickfix")
        text = applied(text, next(e for e in offered if e.title.startswith("Suppress")))
        fewer = await ed.type(text)
        assert len(fewer) < len(found)
        found = fewer
    assert text.count("rtlint: ignore") < text.count("RT")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        # JSON takes no comments.
        (json.dumps(YAML(typ="safe").load(BROKEN), indent=1), "RT101"),
        # The line begins inside a string.
        (IN_A_STRING, "RT101"),
        # Nobody can look away from text that is no YAML.
        (BROKEN + "  oops: [\n", "RT001"),
    ],
)  # fmt: skip
def test_what_takes_no_comment_is_not_suppressed(text, rule, tmp_path):
    async def offered(ed):
        found = the(rule, await ed.open(text))
        titles = [e.title for e in await ed.actions(found.range.start, found.range.end)]
        assert f"Suppress {rule} here" not in titles

    in_editor()(offered)(tmp_path)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_nothing_is_inserted_behind_the_last_line(ending, tmp_path):
    async def insert(ed):
        await ed.open(BROKEN.replace("\n", ending))
        top, bottom = types.Position(0, 0), types.Position(99, 0)
        offered = await ed.actions(top, bottom, "quickfix", "source")
        edits = [each for action in offered for each in next(iter(action.edit.changes.values()))]
        last = types.Position(10, len('        mask: "1-3"'))
        assert max(each.range.end for each in edits) == last
        assert all(not each.new_text.endswith("\n") for each in edits if each.range.end == last)

    in_editor()(insert)(tmp_path)


@in_editor()
async def test_half_written_text_is_not_fixed(ed):
    await ed.open(BROKEN)
    await ed.type(BROKEN.replace('mask: "1-3"', "mask: {"))
    assert not await ed.actions(types.Position(0, 0), types.Position(99, 0), "quickfix")


@in_editor()
async def test_the_conversion_as_text_and_as_a_page(ed):
    await ed.open(BROKEN)
    text = await ed.run("rtlint.preview", ed.uri("vm.yaml"), "text")
    assert "VirtualMachineInstance rt" in text
    assert "SCHED_FIFO" in text
    page = await ed.run("rtlint.preview", ed.uri("vm.yaml"), "html")
    assert page.startswith("<!DOCTYPE html>")
    assert "VirtualMachineInstance in" in page


@in_editor()
async def test_the_conversion_is_shown_outside_the_editor(ed):
    await ed.open(BROKEN)
    here = types.Position(0, 0)
    offered = await ed.actions(here, here)
    (command,) = [each for each in offered if isinstance(each, types.Command)]
    await ed.run(command.command, *command.arguments)
    (shown,) = ed.shown
    assert shown.external
    page = Path(url2pathname(urlparse(shown.uri).path)).read_text(encoding="utf-8")
    assert page == await ed.run("rtlint.preview", ed.uri("vm.yaml"), "html")


@in_editor()
async def test_what_has_no_conversion_is_told(ed):
    await ed.open(NAMES_IT)
    await ed.run("rtlint.preview", ed.uri("vm.yaml"), "text")
    assert any("not known" in message for message in ed.messages)
