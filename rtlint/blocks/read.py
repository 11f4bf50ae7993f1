"""From a file of documentation to the manifests in its blocks of code."""

from __future__ import annotations

import re
from itertools import pairwise

from rtlint import TYPE_CHECKING
from rtlint.blocks import ASCIIDOC
from rtlint.blocks.block import Block
from rtlint.blocks.foreign import hide
from rtlint.blocks.shell import here_documents, is_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.blocks.code import Code
    from rtlint.yaml.source import Source

# Lines above a block that are looked at: each of its documents has all that is said there.
_MOST_ABOVE = 100
# Comments of Markdown, of MDX and of AsciiDoc.
_COMMENT = re.compile(
    r"(?P<front>[ \t>]*)(?P<open><!--|\{/\*|//)(?P<said>[ \t]*rtlint:.*?)(?:-->|\*/\})?[ \t]*"
)


def blocks(source: Source) -> Iterator[Block]:
    """The documents that stand in the file's code, fragments too, in order."""
    is_asciidoc = source.path.endswith(ASCIIDOC)
    if is_asciidoc:
        from rtlint.blocks.asciidoc import code as code_in
    else:
        from rtlint.blocks.markdown import code as code_in
    lines = _lines(source)
    for code in code_in([line.rstrip("\r\n") for line in lines]):
        if code.is_manifest or code.is_shell:
            comments = tuple(_comments(source, lines, code.top))
            is_shell = code.is_shell or is_session(code.lines)
            for manifest in here_documents(code) if is_shell else (code,):
                block = _block(source, lines, manifest, is_asciidoc)
                block.comments = comments
                yield from block.pieces()


def _lines(source: Source) -> list[str]:
    """The lines of a file, with their ends."""
    ends = (*source.line_starts, len(source.text))
    return [source.text[start:end] for start, end in pairwise(ends)]


def _block(source: Source, lines: Sequence[str], code: Code, is_asciidoc: bool) -> Block:
    hidden = hide(code.lines, is_asciidoc)
    text, shifts, prefixes = [], [], set()
    for number, (said, shown) in enumerate(zip(code.lines, hidden.lines, strict=True), code.first):
        line = lines[number]
        bare = line.rstrip("\r\n")
        shift = len(bare) - len(said)
        text.append(shown + line[len(bare) :])
        shifts.append(shift)
        if said.strip():
            prefixes.add(bare[:shift] if bare.endswith(said) else None)
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    # Of a quotation without a blank behind its sign a line that is indented would lose one.
    if prefix is not None and prefix.endswith(">"):
        prefix = None
    return Block(source, code.first, "".join(text), shifts, prefix, hidden)


def _comments(source: Source, lines: Sequence[str], top: int) -> Iterator[Block]:
    """What is said to rtlint in the lines right above a block, as comments of YAML."""
    for number in range(top - 1, max(top - _MOST_ABOVE, 0) - 1, -1):
        line = lines[number]
        bare = line.rstrip("\r\n")
        found = _COMMENT.fullmatch(bare)
        if found is None:
            if bare.strip(" \t>"):
                return
            continue
        front, opened, said = found.groups()
        sign = "#" + " " * (len(opened) - 1)
        text = sign + said + " " * (len(bare) - len(front + opened + said)) + line[len(bare) :]
        hidden = hide((), False)
        yield Block(source, number, text, [len(front)], front, hidden)
