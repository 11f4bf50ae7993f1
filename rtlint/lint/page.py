"""A page of documentation: the manifests in its code blocks, each linted by itself."""

from __future__ import annotations

from itertools import chain

from rtlint import TYPE_CHECKING
from rtlint.blocks import read_documents
from rtlint.blocks.block import is_left_alone
from rtlint.blocks.read import blocks
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.definitions import GROUP, collect, define
from rtlint.lint.part import Part, lint_part
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.objects import Object
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression
    from rtlint.yaml.source import Source


def lint_page(source: Source, settings: Settings) -> Iterator[Part]:
    """Lint all that stands in code; what is left alone is a part in which nothing is found."""
    if GROUP in source.text:
        settings = _with_definitions(source, settings)
    number = 0
    of_file: tuple[Suppression, ...] = ()
    for each in blocks(source):
        block = each.numbered(number)
        documents = block.documents(settings.limits)
        if is_left_alone(documents):
            yield Part(block, documents)
        else:
            part = lint_part(block, settings, of_file, documents)
            of_file += tuple(each for each in part.suppressions if each.is_of_file)
            yield part
        number += len(documents)


def _with_definitions(source: Source, settings: Settings) -> Settings:
    """The settings with the instancetypes and preferences that the page shows, and no other does.

    They go before those of the run, which may be of the same name.
    """
    shown = define(_definitions(source, settings), is_linted=True)
    known = chain.from_iterable(settings.definitions.values())
    return settings._replace(definitions=collect((*shown, *known)))


def _definitions(source: Source, settings: Settings) -> Iterator[Object]:
    for text, document in read_documents(source, settings.limits):
        if not isinstance(document, Unreadable):
            yield from objects(text, document, frozenset([GROUP]), literal=settings.literal)
