"""The language server as an editor meets it: a client talks to it over a pipe."""

import asyncio
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

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

    async def actions(self, start, end, *only):
        params = types.CodeActionParams(
            self.document(),
            types.Range(start, end),
            types.CodeActionContext([], list(only) or None),
        )
        return await self.client.text_document_code_action_async(params)

    async def hover(self, position):
        params = types.HoverParams(self.document(), position)
        found = await self.client.text_document_hover_async(params)
        return found.contents.value if found else None

    async def hints(self):
        whole = types.Range(types.Position(0, 0), types.Position(99, 0))
        params = types.InlayHintParams(self.document(), whole)
        return await self.client.text_document_inlay_hint_async(params)

    async def complete(self, text):
        """What is offered at the `|` in a text."""
        before = text[: text.index("|")]
        await self.type(text.replace("|", ""))
        params = types.CompletionParams(self.document(), place(text, before, len(before)))
        found = await self.client.text_document_completion_async(params)
        return {item.label: item for item in found}

    async def run(self, command, *args):
        params = types.ExecuteCommandParams(command, list(args))
        return await self.client.workspace_execute_command_async(params)

    def document(self, name="vm.yaml"):
        return types.TextDocumentIdentifier(self.uri(name))

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
        general=types.GeneralClientCapabilities(position_encodings=encoding and [encoding]),
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
    assert "VirtualMachineInstance rt" in page


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


@in_editor()
async def test_hover_on_a_field(ed):
    await ed.open(BROKEN)
    text = await ed.hover(place(BROKEN, "model:", 2))
    assert "**model** (string), KubeVirt: in all releases" in text
    assert "host's own" in text
    assert "[RT101](https://rtlint.io/rules/RT101)" in text
    assert await ed.hover(place(BROKEN, "host-model", 3)) == text
    assert await ed.hover(place(BROKEN, "実")) is None


@in_editor()
async def test_hover_tells_since_when_a_field_is_there(ed):
    text = BROKEN.replace("cores: 4", "maxSockets: 4")
    await ed.open(text)
    assert "since v1.0" in await ed.hover(place(text, "maxSockets", 3))


@pytest.mark.parametrize(
    ("release", "mask", "said"),
    [
        ("v1.9", "1-3", "KubeVirt v1.9.0: the mask selects vCPU 1-3 of 4."),
        ("v1.9", "0-3,^1", "KubeVirt v1.9.0: the mask selects vCPU 0, 2-3 of 4."),
        # libvirt read the pieces from left to right; virt-handler lets a negation win.
        ("v1.9", "^1,0-3", "KubeVirt v1.9.0: the mask selects vCPU 0, 2-3 of 4."),
        ("v0.58.0", "^1,0-3", "KubeVirt v0.58.0: the mask selects vCPU 0-3 of 4."),
        ("v1.9", "3-1", "cannot be read: invalid mask range"),
    ],
)
def test_hover_on_a_mask(release, mask, said, tmp_path):
    async def on_mask(ed):
        text = BROKEN.replace("1-3", mask)
        await ed.open(text)
        assert said in await ed.hover(place(text, f'"{mask}"', 2))

    in_editor(options={"kubevirtVersion": release})(on_mask)(tmp_path)


@in_editor()
async def test_hover_in_half_written_text(ed):
    text = BROKEN + "    devices: {\n"
    await ed.open(text)
    for offset in (0, 2, 5):
        said = await ed.hover(place(text, '"1-3"', offset))
        assert "KubeVirt v1.9.0: the mask selects vCPU 1-3." in said


@in_editor()
async def test_inlay_hints_stand_behind_realtime_or_its_mask(ed):
    dedicated = BROKEN.replace("cores: 4", "dedicatedCpuPlacement: true\n      cores: 4")
    masked = dedicated.replace("1-3", "0-3,^1")
    await ed.open(masked)
    (hint,) = await ed.hints()
    assert hint.label == "SCHED_FIFO: vCPU 0, 2-3 · PMU off"
    assert hint.position == place(masked, '"0-3,^1"', len('"0-3,^1"'))
    plain = dedicated.replace('realtime:\n        mask: "1-3"', "realtime: {}")
    await ed.type(plain)
    (hint,) = await ed.hints()
    assert hint.label == "SCHED_FIFO: vCPU 0-3 · PMU off"
    assert hint.position == place(plain, "realtime: {}", len("realtime: {}"))
    await ed.type(dedicated.replace("1-3", "9"))
    (hint,) = await ed.hints()
    assert hint.label == "SCHED_FIFO: no vCPU · PMU off"
    await ed.type(BROKEN.replace('      realtime:\n        mask: "1-3"\n', ""))
    assert not await ed.hints()


@in_editor()
async def test_completion_of_fields(ed):
    await ed.open(BROKEN)
    found = await ed.complete(BROKEN.replace("cores: 4", "cores: 4\n      |"))
    assert {"numa", "dedicatedCpuPlacement", "sockets"} <= set(found)
    assert "cores" not in found
    assert found["dedicatedCpuPlacement"].insert_text == "dedicatedCpuPlacement: "
    assert found["numa"].insert_text == "numa:"
    assert "since v1.0" in found["maxSockets"].detail
    assert found["model"].documentation.startswith("The CPU that the guest sees.")


@pytest.mark.parametrize(
    "text",
    [
        BROKEN.replace("cores: 4", "iso|"),
        BROKEN.replace("cores: 4", "iso|\n      {"),
        BROKEN.replace("      cores: 4", "      iso|\n   bad: indent"),
        BROKEN.partition("cores")[0] + "|",
        BROKEN.partition("\n      cores")[0] + " {cores: 4, iso|",
    ],
)
def test_completion_in_a_half_written_mapping(text, tmp_path):
    async def half(ed):
        await ed.open(BROKEN)
        assert "isolateEmulatorThread" in await ed.complete(text)

    in_editor()(half)(tmp_path)


@in_editor("--kubevirt-version", "v0.59")
async def test_completion_knows_the_release(ed):
    await ed.open(BROKEN)
    found = await ed.complete(BROKEN.replace("cores: 4", "|"))
    assert "isolateEmulatorThread" in found
    assert "maxSockets" not in found


@pytest.mark.parametrize(
    ("old", "new", "values"),
    [
        ("model: host-model", "model: |", {"host-passthrough", "host-model"}),
        ("model: host-model", 'model: "ho|"', {"host-passthrough", "host-model"}),
        ("cores: 4", "isolateEmulatorThread: |", {"true", "false"}),
        ("spec:\n", "spec:\n  dnsPolicy: Clu|\n", {"ClusterFirst", "Default", "None",
                                                   "ClusterFirstWithHostNet"}),
        ("cores: 4", "cores: |", set()),
        ("cores: 4", "nosuchfield: |", set()),
    ],
)  # fmt: skip
def test_completion_of_values(old, new, values, tmp_path):
    async def complete(ed):
        await ed.open(BROKEN)
        assert set(await ed.complete(BROKEN.replace(old, new))) == values

    in_editor()(complete)(tmp_path)


@in_editor()
async def test_nothing_is_offered_outside_of_kubevirt_s_objects(ed):
    await ed.open(BROKEN)
    assert not await ed.complete("apiVersion: v1\nkind: Pod\nspec:\n  |")
    assert not await ed.complete(BROKEN.replace("# ", "# mo|"))


def test_the_fields_that_matter_are_there():
    from rtlint.kubernetes.fields import split_path
    from rtlint.kubevirt.schema.api import kinds
    from rtlint.kubevirt.schema.paths import lifetimes
    from rtlint.lint.registry import find_rule
    from rtlint.lsp.fields import FIELDS

    vmi = kinds()["kubevirt.io/v1", "VirtualMachineInstance"]
    for path, field in FIELDS.items():
        assert lifetimes(vmi, ("spec", *split_path(path))), path
        assert all(find_rule(name).id == name for name in field.rules)


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
