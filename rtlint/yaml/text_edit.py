"""An edit of a text."""

from __future__ import annotations

from typing import NamedTuple


class Edit(NamedTuple):
    """Replace the text from `start` to `end` (offsets in code points) by `text`.

    `slot` is set for a new entry of a block collection: insertions of different entries of
    one collection at one offset go together, one behind the other.
    """

    start: int
    end: int
    text: str
    slot: tuple[int, str | int] | None = None


class Withheld(Exception):  # noqa: N818 - no error: the fix is not offered, and says why
    """Why a change cannot be made in a text."""


def conflict(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot be made in one go."""
    if one.start == one.end == other.start == other.end:
        # Entries of two collections that end at one place: the inner one's would have to go first.
        return (
            one.slot is None
            or other.slot is None
            or one.slot[0] != other.slot[0]
            or one.slot == other.slot
        )
    return one.start <= other.end and other.start <= one.end


def apply(text: str, edits: list[Edit]) -> str:
    """The text with the edits, none of which may conflict; insertions at one offset in order."""
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])
