"""Manifests in the code blocks of documentation; a run that reads none loads only this module."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.limits import Limits
from rtlint.yaml.compose import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.yaml.nodes import Document
    from rtlint.yaml.source import Source, Unreadable

MARKDOWN = (".md", ".markdown", ".mdx")
ASCIIDOC = (".adoc", ".asciidoc")
SUFFIXES = (*MARKDOWN, *ASCIIDOC)

_LIMITS = Limits()


def is_documentation(path: str) -> bool:
    """Whether a file is read for the code blocks in it, and is no manifest itself."""
    return path.endswith(SUFFIXES)


def read_documents(
    source: Source, limits: Limits = _LIMITS
) -> Iterator[tuple[Source, Document | Unreadable]]:
    """The documents of a file, each with the text that it stands in: the file's, or a block's."""
    if not is_documentation(source.path):
        for document in compose(source.text, limits=limits):
            yield source, document
        return
    from rtlint.blocks.read import blocks

    number = 0
    for each in blocks(source):
        block = each.numbered(number)
        for document in block.documents(limits):
            number += 1
            yield block, document
