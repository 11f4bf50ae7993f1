"""Blocks of code: they lie where the text is, and fixes touch nothing else of the page."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from fuzz import manifests, texts
from fuzz.pages import PAGES
from fuzz.target import Target
from rtlint.blocks import ASCIIDOC, MARKDOWN
from rtlint.blocks.block import Block
from rtlint.blocks.read import blocks
from rtlint.lint.fixing import fix
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source
from rtlint.yaml.text_edit import Edit, Withheld

_WORDS = ["```", "```yaml\n", "~~~", "> ", "- ", "1. ", "    ", "\t", "!!! note\n", "<!-- ", "-->",
          "<pre>", "[source,yaml]\n", "----\n", "....\n", "--\n", "|===\n", "a|", "+\n", "<1>",
          "{attr}", "[...]\n", "include::a[]\n", "```sh", "<<EOF", "EOF\n", "oc apply -f - <<EOF",
          "<!-- rtlint: ignore[RT101] -->\n", "kubevirt.io/v1\nkind: ", *texts.WORDS]  # fmt: skip


def _made(seed: int) -> bytes:
    """A page or two, damaged as a rule."""
    rng = Random(seed)
    text = ""
    for page in rng.choices(PAGES, k=rng.randint(1, 2)):
        manifest = manifests.text(rng) if rng.random() < 0.5 else rng.choice(texts.repository())
        text += page.around(manifest)
    for _ in range(rng.randint(0, 3)):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(_WORDS) + text[at + rng.choice([0, 0, 1, 5]) :]
    return (texts.damaged(rng, text) if rng.random() < 0.3 else text).encode()


_EXAMPLES = st.integers(0, 2**64).map(_made)


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    for suffix in (MARKDOWN[0], ASCIIDOC[0]):
        source = Source(f"a{suffix}", text)
        for block in blocks(source):
            _check_places(block, source)
        result = lint(source, Settings())
        for found in result.diagnostics:
            assert 1 <= found.start.line <= found.end.line <= len(source.line_starts)
            assert found.start.column <= len(source.line(found.start.line)) + 1
        fixed = fix(source, Settings(), unsafe=False, found=result)
        assert fix(fixed.source, Settings(), unsafe=False).source.text == fixed.source.text


def _check_places(block: Block, source: Source) -> None:
    """Each character of a block is one of the file, and an edit of it one there."""
    if block.prefix is None:
        return
    for index, start in enumerate(block.line_starts[:-1]):
        line = block.line(block.lines[index])
        for offset in {start, start + len(line) // 2, start + len(line)}:
            place = block.position(offset)
            assert block.offset(place) == offset
            there = source.offset(place)
            if not block.hidden.foreign:
                assert source.text[there : there + 1] == block.text[offset : offset + 1], place
    try:
        (edit,) = block.placed((Edit(0, 0, "# a\n"),))
    except Withheld:
        return
    assert source.text[edit.start - 1 : edit.start] in ("", "\n", "\r")


TARGET = Target(check, _EXAMPLES, _WORDS)
