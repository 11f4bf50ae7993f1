"""An edit of a text."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Slot(NamedTuple):
    """Which new entry an insertion is: of which collection, how far indented, under which key."""

    indent: int
    collection: int
    part: str | int


class Edit(NamedTuple):
    """Replace the text from `start` to `end` (offsets in code points) by `text`.

    `slot` is set for a new entry of a collection: insertions at one offset with different slots go
    together, one behind the other, the deeper ones first.
    """

    start: int
    end: int
    text: str
    slot: Slot | None = None

    def moved(self, offset: int) -> Edit:
        """The same edit where so much more text stands above it."""
        start, end, text, slot = self
        if slot is not None:
            slot = slot._replace(collection=slot.collection + offset)
        return Edit(start + offset, end + offset, text, slot)


class Withheld(Exception):  # noqa: N818 - no error: the fix is not offered, and says why
    """Why a change cannot be made in a text."""


def conflict(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot be made in one go."""
    if one.start == one.end == other.start == other.end:
        return not (one.slot and other.slot) or _same_place(one.slot, other.slot)
    return one.start <= other.end and other.start <= one.end


def _same_place(one: Slot, other: Slot) -> bool:
    if one.collection == other.collection:
        return one.part == other.part
    # Two collections that end at one offset stand in each other.
    return one.indent == other.indent


def apply(text: str, edits: list[Edit]) -> str:
    """The text with the edits, none of which may conflict."""
    pieces = []
    position = 0
    for edit in in_order(edits):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Edits that do not conflict, in the order in which their texts stand in the result."""
    return sorted(edits, key=_order)


def in_one(length: int, passes: Iterable[Iterable[Edit]]) -> Iterator[Edit]:
    """The edits, in order, that do at once what several passes do one after the other.

    `length` is that of the text before the first pass; none of the edits touch.
    """
    # What stands in the text by now: parts of the old one, by their offsets, and new text.
    parts: list[range | str] = [range(length)]
    for edits in passes:
        parts = _edited(parts, edits)
    position, new = 0, ""
    for part in (*parts, range(length, length)):
        if isinstance(part, str):
            new += part
            continue
        if new or part.start > position:
            yield Edit(position, part.start, new)
        position, new = part.stop, ""


def _edited(parts: list[range | str], edits: Iterable[Edit]) -> list[range | str]:
    left = parts[::-1]
    edited: list[range | str] = []
    position = 0
    for edit in in_order(edits):
        edited += _take(left, edit.start - position)
        for _ in _take(left, edit.end - edit.start):
            pass
        edited.append(edit.text)
        position = edit.end
    return [*edited, *reversed(left)]


def _take(left: list[range | str], length: int) -> Iterator[range | str]:
    """Take so many characters off the end of the parts, which holds what comes first."""
    while length:
        part = left.pop()
        if len(part) > length:
            left.append(part[length:])
            part = part[:length]
        length -= len(part)
        yield part


def _order(edit: Edit) -> tuple[int, int, int]:
    return (edit.start, edit.end, -edit.slot.indent if edit.slot else 0)
