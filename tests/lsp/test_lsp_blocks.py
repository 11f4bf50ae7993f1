"""The language server on documentation: what it says of a manifest it says of one in a page."""

from lsp_client import BROKEN, in_editor, place, rules, the, types

PAGE = "# VM\n\n> ```yaml\n" + "".join(f"> {line}\n" for line in BROKEN.splitlines()) + "> ```\n"


@in_editor()
async def test_a_page_has_the_findings_and_fixes_of_its_manifest(ed):
    alone = await ed.open(BROKEN)
    found = await ed.open(PAGE, "vm.md")
    assert rules(found) == rules(alone)
    assert the("RT101", found).range.start == types.Position(11, 15)
    await ed.type("Text.\n", "vm.md")
    assert "RT101" in rules(await ed.type(PAGE, "vm.md"))


@in_editor()
async def test_hover_hints_and_completion(ed):
    # What asks is about this name.
    ed.document = lambda name="vm.md": types.TextDocumentIdentifier(ed.uri(name))
    await ed.open(PAGE, "vm.md")
    assert "**`model`** (string)" in await ed.hover(place(PAGE, "model:", 2))
    assert "selects vCPU 1-3 of 4" in await ed.hover(place(PAGE, '"1-3"', 2))
    assert await ed.hover(types.Position(0, 3)) is None
    (hint,) = await ed.hints()
    assert "SCHED_FIFO" in hint.label
    text = PAGE.replace("model: host-model", "mod")
    await ed.type(text, "vm.md")
    params = types.CompletionParams(ed.document(), place(text, "mod", 3))
    offered = await ed.client.text_document_completion_async(params)
    assert "model" in {item.label for item in offered}


@in_editor()
async def test_actions(ed):
    ed.document = lambda name="vm.md": types.TextDocumentIdentifier(ed.uri(name))
    await ed.open(PAGE, "vm.md")
    at = place(PAGE, "host-model")
    made = {each.title: each for each in await ed.actions(at, at) if hasattr(each, "edit")}
    (edit,) = made["Suppress RT101 here"].edit.changes[ed.uri("vm.md")]
    assert edit.new_text.startswith(">       # rtlint: ignore[RT101]")
    assert edit.range.start == types.Position(11, 0)
