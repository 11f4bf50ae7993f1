"""The language server as an editor meets it: a client talks to it over a pipe."""

import asyncio
import subprocess
import sys

import pytest
from conftest import ROOT
from lsp_client import (
    BROKEN,
    INSTANCETYPE,
    NAMES_IT,
    WIDE,
    editor,
    in_editor,
    rules,
    the,
    types,
)
from pygls.exceptions import JsonRpcException


@in_editor()
async def test_a_finding_has_all_that_an_editor_shows(ed):
    found = the("RT101", await ed.open(BROKEN))
    assert found.range == types.Range(types.Position(8, 13), types.Position(8, 23))
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.code_description.href == "https://rtlint.io/rules/RT101"
    assert found.source == "rtlint"
    assert "host-passthrough" in found.message


@in_editor()
async def test_the_findings_are_those_of_the_command_line(ed):
    from rtlint.lint.run import lint
    from rtlint.lint.settings import Settings
    from rtlint.yaml.source import Source

    expected = lint(Source("vm.yaml", BROKEN), Settings()).diagnostics
    shown = await ed.open(BROKEN)
    assert [(d.code, d.message) for d in shown] == [(d.rule, d.message) for d in expected]


@in_editor()
async def test_what_may_go_fades_and_what_is_replaced_is_struck_through(ed):
    idle = BROKEN.replace("cores: 4", "cores: 4  # rtlint: ignore[RT401]")
    found = the("RT003", await ed.open(idle))
    assert list(found.tags) == [types.DiagnosticTag.Unnecessary]
    old = await ed.open(NAMES_IT.replace("runStrategy: Always", "running: true"), "old.yaml")
    assert list(the("RT504", old).tags) == [types.DiagnosticTag.Deprecated]
    assert not any(each.tags for each in [*old, *await ed.type(BROKEN)] if each.code != "RT504")


@in_editor()
async def test_the_text_counts_as_the_editor_holds_it(ed):
    (ed.folder / "vm.yaml").write_text(BROKEN)
    assert "RT101" in rules(await ed.open(BROKEN))
    right = BROKEN.replace("host-model", "host-passthrough")
    assert "RT101" not in rules(await ed.type(right))
    document = ed.document()
    ed.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
    assert "RT101" not in rules(await ed.diagnostics())
    ed.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
    assert list(await ed.diagnostics()) == []


@in_editor()
async def test_a_burst_of_changes_is_linted_once(ed):
    await ed.open(BROKEN)
    for cores in range(100, 150):
        ed.change(BROKEN.replace("cores: 4", f"cores: {cores}"))
    last = await ed.type(BROKEN.replace("host-model", "host-passthrough"))
    count = 1
    while "RT101" in rules(last):
        last = await ed.diagnostics()
        count += 1
    assert count < 25


@pytest.mark.parametrize(("encoding", "column"), [("utf-16", 25), ("utf-8", 29), ("utf-32", 24)])
def test_columns_are_in_the_units_agreed_on(encoding, column, tmp_path):
    async def wide(ed):
        assert ed.answer.capabilities.position_encoding == encoding
        found = the("RT101", await ed.open(WIDE))
        assert found.range.start == types.Position(6, column)
        assert found.range.end == types.Position(6, column + len("host-model"))

    in_editor(encoding=encoding)(wide)(tmp_path)


@in_editor()
async def test_lines_are_the_editor_s_lines(ed):
    await ed.open(BROKEN)
    shifted = BROKEN.replace("name: rt", "name: rt # \u2028 \x85")
    assert the("RT101", await ed.type(shifted)).range.start.line == 8


@in_editor("--kubevirt-version", "v0.58.0")
async def test_the_release_is_the_one_asked_for(ed):
    assert "RT203" in rules(await ed.open(BROKEN.replace("1-3", "1-9")))
    assert the("RT203", await ed.type(BROKEN.replace("1-3", "1-8"))).severity == (
        types.DiagnosticSeverity.Error
    )


@in_editor(options={"kubevirtVersion": "v9.9"})
async def test_an_unknown_release_is_told(ed):
    await ed.open(BROKEN)
    assert any("v9.9" in message for message in ed.messages)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('mask: "1-3"', "mask: {"),
        ("cores: 4", "cores: ["),
        ("      cores: 4", "   cores: 4"),
        ("cores: 4", 'cores: "4'),
    ],
)
def test_half_written_text_keeps_what_still_holds(old, new, tmp_path):
    async def half(ed):
        before = await ed.open(BROKEN)
        text = BROKEN.replace(old, new)
        await ed.type(text)
        after = await ed.type(f"# one line more\n{text}")
        assert rules(after).count("RT001") == 1
        assert len(after) <= len(before) + 1
        kept, was = the("RT101", after), the("RT101", before)
        assert kept.range.start.line == was.range.start.line + 1
        assert rules(await ed.type(BROKEN)) == rules(before)

    in_editor()(half)(tmp_path)


@in_editor()
async def test_what_stands_between_two_edits_is_kept_while_half_written(ed):
    before = await ed.open(f"# \u2028\n{BROKEN}")
    top = "# two lines\n# above \u2028\n"
    after = await ed.type(f"{top}{BROKEN.replace('mask:', 'mask: {')}")
    assert "RT001" in rules(after)
    kept, was = the("RT101", after), the("RT101", before)
    assert kept.range.start.line == was.range.start.line + 1


@in_editor()
async def test_lines_that_stand_twice_keep_their_findings_while_half_written(ed):
    two = f"{BROKEN}---\n{BROKEN}"
    before = await ed.open(two)
    head, _, tail = two.rpartition("cores: 4")
    # Of the second object's lines each stands in the first one too.
    found = await ed.type(f"{head}cores: {{{tail}".replace("name: rt", "name: other"))
    lines = [each.range.start.line for each in found if each.code == "RT101"]
    assert lines == [each.range.start.line for each in before if each.code == "RT101"]


@in_editor()
async def test_a_changed_line_loses_its_finding_while_half_written(ed):
    await ed.open(BROKEN)
    found = await ed.type(BROKEN.replace("model: host-model", "model: {host"))
    assert "RT001" in rules(found)
    assert "RT101" not in rules(found)


@in_editor()
async def test_other_documents_of_a_half_written_file_are_linted(ed):
    await ed.open(f"{BROKEN}---\n{BROKEN}")
    right = BROKEN.replace("host-model", "host-passthrough")
    found = await ed.type(f"{BROKEN}  oops: {{\n---\n{right}")
    assert the("RT101", found).range.start.line == 8


FAILING = """\
import rtlint.lsp.server as server
real = server.check
def check(source, *rest):
    if "BOOM" in source.text:
        raise RuntimeError("it went BOOM in " + source.text.partition("BOOM ")[2].strip())
    return real(source, *rest)
server.check = check
from rtlint.cli import main
main(["lsp"])
"""


@in_editor(command=("-c", FAILING))
async def test_an_error_in_a_handler_is_logged_and_the_server_lives(ed):
    await ed.open(BROKEN)
    document = types.TextDocumentItem(ed.uri("bad.yaml"), "yaml", 1, "# BOOM opened\n")
    ed.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    ed.change(BROKEN + "# BOOM changed\n")
    with pytest.raises(JsonRpcException):
        await ed.hover(types.Position(0, 0))
    ed.save("vm.yaml")
    assert "RT101" in rules(await ed.type(BROKEN + "# calm\n"))
    for what in ("opened", "changed"):
        assert any(f"it went BOOM in {what}" in message for message in ed.messages)


@in_editor(command=("-c", FAILING))
async def test_an_error_after_a_change_is_logged(ed):
    await ed.open(BROKEN)
    ed.change(BROKEN + "# BOOM changed\n")
    while not any("it went BOOM in changed" in message for message in ed.messages):
        await asyncio.sleep(0.01)
    assert "RT101" in rules(await ed.type(BROKEN))


@in_editor(command=("-c", FAILING))
async def test_a_text_that_fails_keeps_no_other_from_being_linted(ed):
    document = types.TextDocumentItem(ed.uri("bad.yaml"), "yaml", 1, "# BOOM opened\n")
    ed.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    assert "RT702" in rules(await ed.open(NAMES_IT))
    await ed.write("type.yaml", INSTANCETYPE)
    assert "RT702" not in rules(await ed.diagnostics())


@in_editor()
async def test_a_question_about_a_file_that_is_not_there_is_answered_with_a_warning(ed):
    await ed.open(BROKEN)
    params = types.HoverParams(ed.document("none.yaml"), types.Position(3, 3))
    assert await ed.client.text_document_hover_async(params) is None
    assert any("none.yaml: neither open in the editor" in message for message in ed.messages)
    assert "RT101" in rules(await ed.type(BROKEN))
    assert await ed.hover(types.Position(9999, 9999)) is None


def test_without_the_extra_it_says_how_to_get_it():
    code = "import sys; sys.modules['pygls'] = None\nfrom rtlint.cli import main; main(['lsp'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install rtlint[lsp]" in done.stderr


COUNTING = """\
import gc
from concurrent.futures import Future
from lsprotocol import types
import rtlint.lsp.server as server
publish = server.Server.publish
def counted(self, uri):
    publish(self, uri)
    kept = sum(isinstance(each, Future) for each in gc.get_objects())
    self.tell(types.MessageType.Info, str(kept))
server.Server.publish = counted
from rtlint.cli import main
main(["lsp"])
"""


@in_editor(command=("-c", COUNTING))
async def test_nothing_is_kept_of_a_change_that_is_done(ed):
    await ed.open(BROKEN)
    for number in range(30):
        await ed.type(BROKEN.replace("rt", f"rt-{number}"))
    await asyncio.sleep(0.5)
    assert int(ed.messages[-1].removeprefix("rtlint: ")) < 10


def test_rules_of_ones_own(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    head = '"""It."""\nfrom rtlint.rule import Finding, Rule\n'
    (own / "site001_a.py").write_text(
        f'{head}RULE = Rule("SITE001", "a", "info", "object")\n'
        'def check(obj, context):\n    yield Finding("metadata.name", "No name of the site.")\n'
    )
    (own / "site002_b.py").write_text(
        f'{head}RULE = Rule("SITE002", "b", "info", "object")\n'
        "def check(obj, context):\n    yield 1 / 0\n"
    )

    async def whole():
        async with editor(tmp_path, "--rule-path", str(own)) as ed:
            found = the("SITE001", await ed.open(BROKEN))
            assert found.code_description is None
            the("RT101", await ed.type(f"{BROKEN}# typed\n"))
            # Said once, not with every key.
            failed = [message for message in ed.messages if "SITE002" in message]
            place = f"{own}/site002_b.py:5"
            assert failed == [
                f"rtlint: SITE002 failed: {place}: ZeroDivisionError: division by zero"
            ]

    asyncio.run(asyncio.wait_for(whole(), 60))


def test_rules_of_ones_own_that_cannot_be_loaded(rtlint, tmp_path):
    (tmp_path / "site001_a.py").write_text("1 / 0")
    done = rtlint("lsp", "--rule-path", tmp_path)
    assert done.returncode == 2
    assert "site001_a.py: not a rule that can be loaded: ZeroDivisionError" in done.err
