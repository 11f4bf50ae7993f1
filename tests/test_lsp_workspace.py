"""The language server and the files around the one that is edited."""

from lsp_client import INSTANCETYPE, NAMES_IT, in_editor, rules, the, types


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
