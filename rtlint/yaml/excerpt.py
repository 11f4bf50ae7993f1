"""As much of a document as tells whether edits of it are read as they are meant.

A parser knows the same at the beginning of each entry of a collection, so those that no edit comes
near are left out: what reads right without them reads right with them.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.yaml.layout import column, line_start
from rtlint.yaml.nodes import Mapping, Node, Sequence, key_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.yaml.text_edit import Edit

    Path = tuple[str | int | None, ...]

_COMMENTS = r"(?:\s|#[^\r\n]*(?=[\r\n]))*"
_OPENED = re.compile(r"[\[{]" + _COMMENTS)
_GAP = re.compile(f"{_COMMENTS},{_COMMENTS}")


class Excerpt(NamedTuple):
    """A text without some entries, the edits in it, and the items of lists that it lacks."""

    text: str
    edits: tuple[Edit, ...]
    lacking: tuple[tuple[Path, range], ...]

    def path(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Where the field of a path in the document stands in the excerpt."""
        return tuple(self._part(path[:end]) for end in range(1, len(path) + 1))

    def _part(self, path: tuple[str | int, ...]) -> str | int:
        """What the last part of a path is in the excerpt."""
        part = path[-1]
        if isinstance(part, str):
            return part
        above = (
            items for where, items in self.lacking if where == path[:-1] and items.stop <= part
        )
        return part - sum(map(len, above))


class _Cut(NamedTuple):
    """Entries left out: of the collection at a path, and from where to where in the text."""

    path: Path
    entries: range
    start: int
    end: int


def excerpt(text: str, root: Node, edits: tuple[Edit, ...]) -> Excerpt:
    """The text without the entries of a document that no edit comes near.

    Not for documents with aliases: what they stand for may be left out.
    """
    cuts = sorted(_cuts(text, root, edits), key=_start)
    pieces = []
    position = 0
    for cut in cuts:
        pieces.append(text[position : cut.start])
        position = cut.end
    pieces.append(text[position:])
    kept = tuple(edit.moved(-_left_out(cuts, edit.start)) for edit in edits)
    return Excerpt("".join(pieces), kept, tuple((cut.path, cut.entries) for cut in cuts))


def _start(cut: _Cut) -> int:
    return cut.start


def _left_out(cuts: list[_Cut], offset: int) -> int:
    return sum(cut.end - cut.start for cut in cuts if cut.start < offset)


def _cuts(text: str, root: Node, edits: Iterable[Edit]) -> Iterator[_Cut]:
    waiting: list[tuple[Path, Node, list[Edit]]] = [((), root, list(edits))]
    while waiting:
        path, node, inside = waiting.pop()
        if not isinstance(node, Mapping | Sequence):
            continue
        count = len(_firsts(node))
        near: dict[int, list[Edit]] = {}
        for edit in inside:
            first, last = (_entry_at(node, offset) for offset in (edit.start, edit.end))
            above, below = _neighbours(node, first, last, edit)
            for index in range(max(first - above, 0), min(last + below + 1, count)):
                near.setdefault(index, [])
                if first <= index <= last:
                    near[index].append(edit)
        if count:
            near.setdefault(count - 1, [])
        begin = 0
        for index in sorted(near):
            far = range(begin, index)
            cut = _cut(text, node, path, far)
            if far and cut is None:
                # The first entry may stand behind a dash.
                waiting.append((_path(node, path, begin), _value(node, begin), []))
                cut = _cut(text, node, path, far[1:])
            if cut is not None:
                yield cut
            waiting.append((_path(node, path, index), _value(node, index), near[index]))
            begin = index + 1


def _neighbours(node: Mapping | Sequence, first: int, last: int, edit: Edit) -> tuple[bool, bool]:
    """Whether an edit needs the entry above and below those that it is in.

    A broken one would be read as one with what stands next to it: that may be an inner entry.
    """
    inner = _value(node, first) if first == last >= 0 else node
    if inner is node or not isinstance(inner, Mapping | Sequence):
        return True, True
    count = len(_firsts(inner))
    return _entry_at(inner, edit.start) < 1, _entry_at(inner, edit.end) >= count - 1


def _firsts(node: Mapping | Sequence) -> range:
    """The places of the nodes that the entries begin with, among the children."""
    if isinstance(node, Mapping):
        return range(0, len(node.pairs), 2)
    return range(len(node.nodes))


def _first(node: Mapping | Sequence, index: int) -> Node:
    return node.pairs[2 * index] if isinstance(node, Mapping) else node.nodes[index]


def _value(node: Mapping | Sequence, index: int) -> Node:
    return node.pairs[2 * index + 1] if isinstance(node, Mapping) else node.nodes[index]


def _path(node: Mapping | Sequence, path: Path, index: int) -> Path:
    return (*path, key_name(node.pairs[2 * index]) if isinstance(node, Mapping) else index)


def _entry_at(node: Mapping | Sequence, offset: int) -> int:
    """The entry that an offset stands in or behind; -1 in front of the first."""
    entries = range(len(_firsts(node)))
    return bisect_right(entries, offset, key=lambda index: _first(node, index).start) - 1


def _cut(text: str, node: Mapping | Sequence, path: Path, entries: range) -> _Cut | None:
    """What leaves out the entries; None for none, and where they do not stand by themselves."""
    if not entries:
        return None
    start, end = (_beginning(text, node, index) for index in (entries.start, entries.stop))
    return None if start is None or end is None else _Cut(path, entries, start, end)


def _beginning(text: str, node: Mapping | Sequence, index: int) -> int | None:
    """Where an entry begins, in the way that all entries of the collection could."""
    start = _first(node, index).start
    if node.flow:
        before = _OPENED if index == 0 else _GAP
        behind = node.start if index == 0 else _value(node, index - 1).end
        return start if before.fullmatch(text, behind, start) else None
    line = line_start(text, start)
    if isinstance(node, Mapping):
        return None if text[line:start].strip(" ") else line
    dash = line + column(text, node.start)
    is_alone = dash < start and text[dash] == "-" and not text[line:dash].strip(" ")
    return line if is_alone else None
