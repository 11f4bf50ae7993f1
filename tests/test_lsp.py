"""The language server as an editor meets it: a client talks to it over a pipe."""

import asyncio
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import asynccontextmanager

import pytest
from conftest import ROOT

types = pytest.importorskip("lsprotocol.types")
from pygls.lsp.client import LanguageClient  # noqa: E402

BROKEN = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
spec:
  domain:
    cpu:
      cores: 4
      model: host-model  # 実時間 😀
      realtime:
        mask: "1-3"
"""
INSTANCETYPE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata:
  name: rt
spec:
  cpu:
    guest: 4
    model: host-model
    realtime: {}
  memory:
    guest: 4Gi
"""
NAMES_IT = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: rt
spec:
  runStrategy: Always
  instancetype:
    kind: VirtualMachineInstancetype
    name: rt
  template:
    spec:
      domain:
        devices: {}
"""


class Editor:
    """An editor with one folder open; `published` are the diagnostics, in the order they came."""

    def __init__(self, client, folder):
        self.client = client
        self.folder = folder
        self.published = defaultdict(asyncio.Queue)
        self.messages = []
        self.shown = []
        self.versions = {}
        self._listen()

    def _listen(self):
        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params):
            self.published[params.uri].put_nowait(params.diagnostics)

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def message(params):
            self.messages.append(params.message)

        @self.client.feature(types.WINDOW_SHOW_DOCUMENT)
        def show(params):
            self.shown.append(params)
            return types.ShowDocumentResult(True)

    def uri(self, name):
        return (self.folder / name).as_uri()

    async def diagnostics(self, name="vm.yaml"):
        """The next diagnostics of a file."""
        return await asyncio.wait_for(self.published[self.uri(name)].get(), 20)

    async def open(self, text, name="vm.yaml"):
        item = types.TextDocumentItem(self.uri(name), "yaml", 1, text)
        self.versions[name] = 1
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.diagnostics(name)

    def change(self, text, name="vm.yaml"):
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        params = types.DidChangeTextDocumentParams(document, [whole])
        self.client.text_document_did_change(params)

    async def type(self, text, name="vm.yaml"):
        self.change(text, name)
        return await self.diagnostics(name)

    async def write(self, name, text):
        """Change a file on disk, as another program does."""
        (self.folder / name).write_text(text)
        changes = [types.FileEvent(self.uri(name), types.FileChangeType.Changed)]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))


@asynccontextmanager
async def editor(folder, *args, encoding="utf-16", command=("-m", "rtlint", "lsp"), options=None):
    client = LanguageClient("editor", "1")
    ed = Editor(client, folder)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    await client.start_io(sys.executable, *command, *args, env=env)
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
        window=types.WindowClientCapabilities(
            show_document=types.ShowDocumentClientCapabilities(True)
        ),
    )
    params = types.InitializeParams(
        capabilities,
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "folder")],
        initialization_options=options,
    )
    ed.answer = await client.initialize_async(params)
    client.initialized(types.InitializedParams())
    try:
        yield ed
        await client.shutdown_async(None)
    finally:
        client.exit(None)
        await client.stop()


def in_editor(*args, **kwargs):
    """A test that is a coroutine of an editor, run to its end."""

    def decorate(test):
        def run(tmp_path):
            async def whole():
                async with editor(tmp_path, *args, **kwargs) as ed:
                    await test(ed)

            asyncio.run(asyncio.wait_for(whole(), 60))

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return decorate


def rules(found):
    return [each.code for each in found]


def the(rule, found):
    (only,) = [each for each in found if each.code == rule]
    return only


def place(text, word, offset=0):
    """The position of a word in ASCII text."""
    before = text[: text.index(word) + offset]
    return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


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
async def test_the_text_counts_as_the_editor_holds_it(ed):
    (ed.folder / "vm.yaml").write_text(BROKEN)
    assert "RT101" in rules(await ed.open(BROKEN))
    right = BROKEN.replace("host-model", "host-passthrough")
    assert "RT101" not in rules(await ed.type(right))
    document = types.TextDocumentIdentifier(ed.uri("vm.yaml"))
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


WIDE = BROKEN.replace("      model: host-model", "      {實😀: 1, model: host-model}").replace(
    "    cpu:\n      cores: 4\n      {實😀: 1, model: host-model}  # 実時間 😀\n      realtime:\n"
    '        mask: "1-3"\n',
    "    cpu: {實😀: 1, model: host-model, realtime: {}}\n",
)


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


@in_editor()
async def test_other_files_count_and_are_followed(ed):
    unknown = await ed.open(NAMES_IT)
    assert "RT702" in rules(unknown)
    await ed.write("type.yaml", INSTANCETYPE)
    found = await ed.diagnostics()
    assert "RT702" not in rules(found)
    (related,) = the("RT101", found).related_information
    assert related.location.uri == ed.uri("type.yaml")
    assert related.location.range.start == types.Position(7, 11)
    await ed.write("type.yaml", INSTANCETYPE.replace("host-model", "host-passthrough"))
    assert "RT101" not in rules(await ed.diagnostics())
    (ed.folder / "type.yaml").unlink()
    event = types.FileEvent(ed.uri("type.yaml"), types.FileChangeType.Deleted)
    ed.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert "RT702" in rules(await ed.diagnostics())


@in_editor()
async def test_an_instancetype_counts_as_it_is_typed(ed):
    await ed.open(NAMES_IT)
    await ed.open(INSTANCETYPE, "type.yaml")
    assert "RT702" not in rules(await ed.diagnostics())
    # Half-written, it counts as it was.
    ed.change(INSTANCETYPE + "  oops: [\n", "type.yaml")
    assert "RT001" in rules(await ed.diagnostics("type.yaml"))
    assert "RT702" not in rules(await ed.type(NAMES_IT + "\n"))
    ed.change(INSTANCETYPE.replace("name: rt", "name: other"), "type.yaml")
    assert "RT702" in rules(await ed.diagnostics())


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
        raise RuntimeError("it went BOOM")
    return real(source, *rest)
server.check = check
from rtlint.cli import main
main(["lsp"])
"""


@in_editor(command=("-c", FAILING))
async def test_an_error_in_a_handler_is_logged_and_the_server_lives(ed):
    await ed.open(BROKEN)
    document = types.TextDocumentItem(ed.uri("bad.yaml"), "yaml", 1, "# BOOM\n")
    ed.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    ed.change(BROKEN + "# BOOM\n")
    assert "RT101" in rules(await ed.type(BROKEN + "# calm\n"))
    assert any("it went BOOM" in message for message in ed.messages)


def test_without_the_extra_it_says_how_to_get_it():
    code = "import sys; sys.modules['pygls'] = None\nfrom rtlint.cli import main; main(['lsp'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install rtlint[lsp]" in done.stderr
