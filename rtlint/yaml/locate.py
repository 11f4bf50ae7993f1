"""From a field path to the place in the text that a finding marks."""

from __future__ import annotations

from collections.abc import Sequence as Parts

from rtlint.tuples import NamedTuple
from rtlint.yaml.nodes import Mapping, Node, Scalar, Sequence, solid


class Span(NamedTuple):
    """Offsets in code points; `end` is exclusive."""

    start: int
    end: int


class Place(NamedTuple):
    """How far a path leads: the last key on it, the node there, and whether that was all of it."""

    key: Node | None
    node: Node
    complete: bool


def find(root: Node, parts: Parts[str | int]) -> Place:
    """Follow the path as far as it goes, through aliases and merge keys."""
    key: Node | None = None
    node = root
    for part in parts:
        target = solid(node)
        if isinstance(target, Mapping) and isinstance(part, str) and part in target.items:
            entry = target.items[part]
            key, node = entry.key, entry.value
        elif isinstance(target, Sequence) and isinstance(part, int) and part < len(target.nodes):
            key, node = None, target.nodes[part]
        else:
            return Place(key, node, complete=False)
    return Place(key, node, complete=True)


def span(root: Node, parts: Parts[str | int], text: str, on_key: bool = False) -> Span:
    """What to mark for a field: its value where it has one, else its key, else its parent's key.

    `on_key` marks the key of a field that is there: the key is what is wrong.
    """
    place = find(root, parts)
    if place.complete and not (on_key and place.key is not None):
        value = _visible(place.node, text)
        if value.end > value.start:
            return value
    if place.key is not None:
        return Span(place.key.start, place.key.end)
    return _first_key(place.node, text)


def _visible(node: Node, text: str) -> Span:
    """A block scalar's span holds the blank lines behind it; nobody wants them marked."""
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        return Span(node.start, node.start + len(text[node.start : node.end].rstrip()))
    return Span(node.start, node.end)


def _first_key(node: Node, text: str) -> Span:
    """A list's item or a document has no key: its first own key stands for it."""
    if isinstance(node, Mapping) and node.pairs:
        return Span(node.pairs[0].start, node.pairs[0].end)
    return _visible(node, text)
