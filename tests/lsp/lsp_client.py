"""A client of the language server, as an editor is one: it talks to it over a pipe."""

import asyncio
import logging
import os
import socket
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from os.path import normpath
from pathlib import Path

import pytest
from conftest import ROOT

from rtlint.kubevirt.releases import NEWEST

types = pytest.importorskip("lsprotocol.types")
from pygls.io_ import run_async  # noqa: E402
from pygls.lsp.client import LanguageClient  # noqa: E402

from rtlint.lsp.wiring import make_server  # noqa: E402

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
WIDE = BROKEN.replace("      model: host-model", "      {實😀: 1, model: host-model}").replace(
    "    cpu:\n      cores: 4\n      {實😀: 1, model: host-model}  # 実時間 😀\n      realtime:\n"
    '        mask: "1-3"\n',
    "    cpu: {實😀: 1, model: host-model, realtime: {}}\n",
)


class Editor:
    """An editor with one folder open; `published` are the diagnostics, in the order they came."""

    def __init__(self, client, folder):
        self.client = client
        self.folder = folder
        self.published = defaultdict(asyncio.Queue)
        self.messages = []
        self.shown = []
        self.registered = []
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

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params):
            self.registered += params.registrations

        @self.client.feature(types.WINDOW_SHOW_DOCUMENT)
        def show(params):
            self.shown.append(params)
            return types.ShowDocumentResult(True)

    def uri(self, name):
        """The URI of a file; that of a text in no file is its name."""
        return name if name.startswith("untitled:") else Path(normpath(self.folder / name)).as_uri()

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
        await self.tell(name, types.FileChangeType.Changed)

    async def remove(self, name):
        (self.folder / name).unlink()
        await self.tell(name, types.FileChangeType.Deleted)

    async def tell(self, name, change):
        """Tell of a file on disk."""
        changes = [types.FileEvent(self.uri(name), change)]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))

    def save(self, name):
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(self.document(name)))

    def close(self, name):
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(name)))


@asynccontextmanager
async def editor(folder, *args, encoding="utf-16", command=None, options=None):
    """An editor with a folder open, and a server of its own.

    The server is a thread, which starts in no time; with arguments, or a command that is not
    `rtlint lsp`, it is a process, as editors start it.
    """
    client = LanguageClient("editor", "1")
    ed = Editor(client, folder)
    if args or command:
        log = await _start_process(client, *(command or ("-m", "rtlint", "lsp")), *args)
    else:
        log = await _start_thread(client)
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=encoding and [encoding]),
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(True)
        ),
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
        # Of a handler that a test makes fail pygls logs where it did.
        assert "Traceback" not in await log or command


async def _start_process(client, *command):
    """Start a server; returns what will be its log."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    await client.start_io(sys.executable, *command, env=env)
    # A server whose log nobody reads comes to wait for ever.
    log = asyncio.create_task(client._server.stderr.read())

    async def text():
        return (await log).decode()

    return text()


async def _start_thread(client):
    """The same, in this process."""
    ours, theirs = socket.socketpair()
    records = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(handler.format(record))

    def serve():
        logging.getLogger().addHandler(handler)
        try:
            with theirs, theirs.makefile("rb") as reader, theirs.makefile("wb") as writer:
                make_server(NEWEST, None, frozenset()).start_io(reader, writer)
        finally:
            logging.getLogger().removeHandler(handler)

    reader, writer = await asyncio.open_connection(sock=ours)
    client.protocol.set_writer(writer)
    client._async_tasks += [
        asyncio.create_task(asyncio.to_thread(serve)),
        asyncio.create_task(run_async(client._stop_event, reader, client.protocol)),
    ]

    async def text():
        writer.close()
        return "".join(records)

    return text()


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
