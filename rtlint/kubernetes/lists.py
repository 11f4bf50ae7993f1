"""A long `kind: List`, such as `kubectl get -o yaml` writes, read some items at a time.

It is cut where its text tells plainly what stands where; all others are read whole.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.objects import word
from rtlint.limits import LONG
from rtlint.yaml.compose import compose
from rtlint.yaml.layout import indents
from rtlint.yaml.nodes import Document, Mapping, Scalar, Sequence
from rtlint.yaml.source import Listed, NotCut, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from rtlint.limits import Limits

    _T = TypeVar("_T")

_PIECE = 2**16  # characters

# `items:` at the margin, nothing behind it, and the first dash below.
_ITEMS = r"\nitems: *\n( *)-[ \n]"
# A field at the margin. A comment, a blank line and a dash there belong to the items.
_FIELD = r"\n[^\s#-]"
# Aliases, whose anchors may stand in another item.
_ALIAS = r"\*(?<=[\s,\[{:]\*)[^\s*,\]}'\"]"
# Lines that end where an editor has none, a document that ends, and parts for Kustomize to merge.
_ODD = ("\r", "\x85", "\u2028", "\u2029", "\n...", "$patch:")


def pieces(source: Source, limits: Limits) -> Iterator[Source]:
    """The pieces of a long List: what stands above its items, some items each, what stands below.

    The text itself where it is no such List.
    """
    text = source.text
    found = None
    if LONG <= len(text) <= limits.document_size and not any(odd in text for odd in _ODD):
        found = re.search(_ITEMS, text)
    if found is None or re.search(_ALIAS, text):
        yield source
        return
    start = text.index("\n", found.start() + 1) + 1
    below = re.compile(_FIELD).search(text, start - 1)
    end = below.start() + 1 if below else len(text)
    mark = f"\n{found[1]}- "
    listed = _listed(text, start, end, mark, limits)
    if listed is None:
        yield source
        return
    head = Source(source.path, text[:start], source.above)
    yield head
    above = head.below(0)
    at = start
    while at < end:
        stop = text.find(mark, at + _PIECE, end) + 1 or end
        first = listed.items.stop
        listed = listed._replace(items=range(first, first + text.count(mark, at - 1, stop - 1)))
        piece = Source(source.path, text[at:stop], above._replace(listed=listed))
        yield piece
        above, at = piece.below(0), stop
    if end < len(text):
        listed = listed._replace(items=range(listed.items.stop, listed.items.stop))
        yield Source(source.path, text[end:], above._replace(listed=listed))


def _listed(text: str, start: int, end: int, mark: str, limits: Limits) -> Listed | None:
    """What a List says of all its items, which stand from `start` to `end`; None for no List."""
    if text.lstrip().startswith("%") or "\n%" in text[:start]:
        return None
    root = _mapping(text[:start] + text[end:], limits)
    if root is None or not root.is_regular or "items" not in root.items:
        return None
    items = root.items["items"].value
    if not isinstance(items, Scalar) or items.value is not None or items.text:
        return None
    kind = word(root, "kind")
    first = _mapping(text[: text.find(mark, start, end) + 1 or end], limits)
    if not kind.endswith("List") or first is None:
        return None
    # What a fix adds is indented as the first of its kind is.
    step, dash = indents(text, first)
    if step is None or dash is None:
        return None
    return Listed(range(0), word(root, "apiVersion"), kind.removesuffix("List"), step, dash)


def _mapping(text: str, limits: Limits) -> Mapping | None:
    """The mapping of fields that a text is, in blocks; None for any other."""
    documents = list(compose(text, limits=limits))
    if len(documents) != 1 or isinstance(documents[0], Unreadable):
        return None
    root = documents[0].root
    return root if isinstance(root, Mapping) and not root.flow else None


def read(source: Source, limits: Limits) -> tuple[Document | Unreadable, ...]:
    """The documents of a piece of a file; of a piece of a List that List with the piece's items.

    Raises NotCut.
    """
    number, listed = source.above.documents, source.above.listed
    if listed is None:
        return tuple(compose(source.text, number=number, limits=limits))
    if listed.items:
        # In the List its items stand one level deeper.
        limits = limits._replace(depth=limits.depth - 1)
    documents = tuple(compose(source.text, number=number, limits=limits))
    if len(documents) != 1 or isinstance(documents[0], Unreadable):
        raise NotCut
    document = documents[0]
    items = document.data
    if items is None and isinstance(document.root, Sequence):
        items = document.root.nodes
    if len(items if isinstance(items, list) else ()) != len(listed.items):
        raise NotCut
    return (document.placed(number + 1, listed),)


def in_pieces(
    source: Source,
    limits: Limits,
    told: Callable[[Source, tuple[Document | Unreadable, ...]], Iterable[_T]],
) -> Iterable[_T]:
    """All that is `told` of a text; of a long List piece by piece."""
    try:
        return [
            each for piece in pieces(source, limits) for each in told(piece, read(piece, limits))
        ]
    except NotCut:
        return told(source, read(source, limits))
