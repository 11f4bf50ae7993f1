"""Where the URIs that the language server is given, and what the tree names, never lead it."""

import asyncio
import json
import os

import pytest
from lsp_client import BROKEN, INSTANCETYPE, NAMES_IT, editor, place, rules, types
from pygls.exceptions import JsonRpcException

SECRET = "kubevirt-secret-7f3a"
OUTSIDE = BROKEN.replace("name: rt", f"name: {SECRET}").replace("host-model", SECRET)
CLUSTER = f"""\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {{name: kubevirt, namespace: kubevirt}}
spec: {{configuration: {{cpuModel: {SECRET}}}}}
"""
TYPE = INSTANCETYPE.replace("host-model", SECRET)


@pytest.fixture
def folder(tmp_path):
    """A workspace beside which lie files that are none of it."""
    folder = tmp_path / "tree"
    folder.mkdir()
    for name, text in {
        "vm.yaml": OUTSIDE,
        "cluster.yaml": CLUSTER,
        "type.yaml": TYPE,
        "conf.yaml": f"{SECRET}: 1\n",
        "broken.yaml": f"apiVersion: kubevirt.io/v1\n{SECRET}: [\n",
    }.items():
        (tmp_path / name).write_text(text)
    return folder


def in_editor(folder, test):
    """What the editor was sent in a test, as one text."""

    async def whole():
        async with editor(folder) as ed:
            await test(ed)
            # Whatever is still on its way comes before an answer.
            await ed.open(BROKEN, "last.yaml")
            said = [*ed.messages, *(found for q in ed.published.values() for found in _all(q))]
            return repr(said)

    return asyncio.run(asyncio.wait_for(whole(), 60))


def _all(queue):
    while not queue.empty():
        yield queue.get_nowait()


async def ask_everything(ed, uri):
    """All that can be asked about a URI; the answers, or what the errors say."""
    document = types.TextDocumentIdentifier(uri)
    at = place(OUTSIDE, "mask:", 1)
    everywhere = types.Range(types.Position(0, 0), types.Position(99, 0))
    ask = ed.client
    answers = []
    for asked in (
        ask.text_document_hover_async(types.HoverParams(document, at)),
        ask.text_document_completion_async(types.CompletionParams(document, at)),
        ask.text_document_inlay_hint_async(types.InlayHintParams(document, everywhere)),
        ask.text_document_code_action_async(
            types.CodeActionParams(document, everywhere, types.CodeActionContext([]))
        ),
        ed.run("rtlint.preview", uri, "text"),
        ed.run("rtlint.preview", uri, "html"),
        ed.run("rtlint.showConversion", uri),
    ):
        try:
            answers.append(await asyncio.wait_for(asked, 20))
        except JsonRpcException as error:
            answers.append(error.message)
    event = types.FileEvent(uri, types.FileChangeType.Changed)
    ask.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    ask.text_document_did_save(types.DidSaveTextDocumentParams(document))
    ask.text_document_did_close(types.DidCloseTextDocumentParams(document))
    return answers


def uris(folder):
    """URIs of what is not the workspace's: by name, upwards, quoted, by links, as other things."""
    up, here = folder.parent, folder.as_uri()
    (folder / "link.yaml").symlink_to(up / "vm.yaml")
    (folder / "out").symlink_to(up)
    (folder / "device.yaml").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.yaml")
    return [
        (up / "vm.yaml").as_uri(),
        f"{here}/../vm.yaml",
        f"{here}/%2e%2e/vm.yaml",
        f"{here}/%2E%2E%2Fvm.yaml",
        f"{here}/%252e%252e/vm.yaml",
        f"{here}/x/../../vm.yaml",
        f"{here}/link.yaml",
        f"{here}/out/vm.yaml",
        f"{here}/out",
        f"{here}/device.yaml",
        f"{here}/pipe.yaml",
        here.replace("file://", "file://localhost") + "/../vm.yaml",
        here.replace("file://", "file:") + "/../vm.yaml",
        here.replace("file://", "FILE://") + "/../vm.yaml",
        f"file://{up}/tree-other/../vm.yaml",
        f"file:///{up}/vm.yaml",
        f"{here}x/../vm.yaml",
        "file:///etc/passwd",
        "file:///proc/self/environ",
        f"{here}/vm.yaml%00/../../vm.yaml",
        "file://[/vm.yaml",
        "file://server/share/vm.yaml",
        f"untitled:{up}/vm.yaml",
        f"untitled:../{up.name}/vm.yaml",
        f"vscode-vfs:/{up}/vm.yaml",
        "http://127.0.0.1:9/vm.yaml",
        f"{here}/{'x' * 100_000}.yaml",
        f"{here}{'/..' * 10_000}/etc/passwd",
        "",
        "file:",
    ]


def test_no_uri_leads_out_of_the_workspace(folder):
    asked = {}

    async def ask(ed):
        for uri in uris(folder):
            asked[uri] = repr(await ask_everything(ed, uri))
        # The server still serves.
        assert "RT101" in rules(await ed.open(BROKEN))

    said = in_editor(folder, ask)
    assert SECRET not in said
    assert said.count("neither open in the editor nor a file of its workspace") > 10
    for uri, answers in asked.items():
        assert SECRET not in answers, uri
        assert "root:" not in answers, uri


def test_a_file_of_the_workspace_that_is_not_open_is_read(folder):
    (folder / "vm.yaml").write_text(OUTSIDE)
    (folder / "inside.yaml").symlink_to("vm.yaml")

    async def ask(ed):
        for name in ("vm.yaml", "inside.yaml"):
            answers = await ask_everything(ed, ed.uri(name))
            assert "vCPU 1-3" in answers[0].contents.value
            assert answers[3]
            assert SECRET in answers[4]
            assert SECRET in answers[5]

    in_editor(folder, ask)


def test_what_was_saved_and_is_not_open_is_not_published(folder):
    async def save(ed):
        document = types.TextDocumentIdentifier((folder.parent / "vm.yaml").as_uri())
        ed.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    assert SECRET not in in_editor(folder, save)


@pytest.mark.parametrize("name", ["%252e%252e/vm.yaml", "%2e%2e/vm.yaml", "../vm.yaml"])
def test_a_text_stays_what_the_editor_says_however_its_uri_is_quoted(folder, name):
    async def type_(ed):
        uri = f"{folder.as_uri()}/{name}"
        item = types.TextDocumentItem(uri, "yaml", 1, NAMES_IT)
        ed.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        await asyncio.wait_for(ed.published[uri].get(), 20)
        # All open texts are linted again.
        await ed.open(INSTANCETYPE, "type.yaml")
        again = await asyncio.wait_for(ed.published[uri].get(), 20)
        assert "RT702" not in rules(again)
        ed.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    assert SECRET not in in_editor(folder, type_)


def test_no_link_and_no_event_brings_in_objects_from_outside(folder):
    """An instancetype's text would show in what is related to a finding."""
    (folder / "type.yaml").symlink_to("../type.yaml")
    (folder / "types").symlink_to("..")

    async def tell(ed):
        assert "RT702" in rules(await ed.open(NAMES_IT))
        for name in ("type.yaml", "types", "types/type.yaml", "../type.yaml", "..", "."):
            await ed.tell(name, types.FileChangeType.Changed)
        assert "RT702" in rules(await ed.type(f"{NAMES_IT}# more\n"))

    said = in_editor(folder, tell)
    assert SECRET not in said
    assert str(folder.parent / "type.yaml") not in said


NAMING = {
    "cluster: {0}/cluster.yaml": "cluster.yaml",
    "cluster: ../cluster.yaml": "cluster.yaml",
    "cluster: link.yaml": "link.yaml",
    "cluster: ../broken.yaml": "broken.yaml",
    "cluster: pipe": "pipe",
    "cluster: /dev/zero": "/dev/zero",
    'cluster: "a\\0b"': "a",
    "instancetypes: [{0}/type.yaml]": "type.yaml",
    "instancetypes: [types/../../type.yaml]": "type.yaml",
    "instancetypes: [link.yaml, folder, ..]": "folder",
}


@pytest.mark.parametrize("named", NAMING)
def test_a_configuration_of_the_tree_names_nothing_outside(folder, named):
    up = folder.parent
    (folder / "link.yaml").symlink_to(up / ("cluster.yaml" if "cluster" in named else "type.yaml"))
    (folder / "folder").symlink_to(up)
    os.mkfifo(folder / "pipe")
    (folder / ".rtlint.yaml").write_text(named.format(up))

    async def look(ed):
        found = await ed.open(NAMES_IT)
        assert "RT702" in rules(found)
        text = BROKEN.replace("      model: host-model  # 実時間 😀\n", "")
        assert "RT101" in rules(await ed.open(text, "other.yaml"))
        assert len(ed.messages) == 1
        assert NAMING[named] in ed.messages[0]
        answers = await ask_everything(ed, ed.uri("other.yaml"))
        assert SECRET not in repr(answers)

    assert SECRET not in in_editor(folder, look)


@pytest.mark.parametrize("name", [".rtlint.yaml", "rtlint.yaml", "pyproject.toml"])
def test_a_configuration_is_no_link_out_of_the_tree(folder, name):
    if name == "pyproject.toml":
        (folder.parent / "conf.yaml").write_text(f"[tool.rtlint]\n{SECRET} = 1\n")
    (folder / name).symlink_to("../conf.yaml")

    async def look(ed):
        assert "RT102" in rules(await ed.open(BROKEN))
        assert "a link out of the tree" in ed.messages[0]

    assert SECRET not in in_editor(folder, look)


@pytest.mark.parametrize("place_of_git", ["..", "../.."])
def test_a_configuration_may_name_what_lies_in_its_repository(folder, place_of_git):
    """The workspace is often one folder of many."""
    inner = folder / "apps"
    inner.mkdir()
    (inner / place_of_git / ".git").mkdir()
    up = folder.parent if place_of_git == "../.." else folder
    (up / "base").mkdir()
    (up / "base" / "type.yaml").write_text(INSTANCETYPE)
    named = os.path.relpath(up / "base", inner)
    (inner / ".rtlint.yaml").write_text(json.dumps({"instancetypes": [named]}))

    async def look(ed):
        assert "RT702" not in rules(await ed.open(NAMES_IT))
        assert not ed.messages
        # It is followed as it changes, too.
        (up / "base" / "type.yaml").unlink()
        await ed.tell(f"{named}/type.yaml", types.FileChangeType.Deleted)
        assert "RT702" in rules(await ed.diagnostics())

    in_editor(inner, look)


def test_a_message_holds_no_link_and_nothing_invisible(folder):
    """VS Code runs the command that a link in a message names."""
    key = "[Fix it](command:workbench.action.terminal.sendSequence)\u202e\x1b[2J"
    (folder / ".rtlint.yaml").write_text(json.dumps({key: 1}))

    async def look(ed):
        await ed.open(BROKEN)
        (told,) = ed.messages
        assert "Fix it" in told
        assert not {"\u202e", "\x1b"} & set(told)
        assert "](" not in told

    in_editor(folder, look)
