"""QEMU's threads in tables beside each other, so that many fit a screen."""

from __future__ import annotations

from itertools import groupby

from rtlint import TYPE_CHECKING
from rtlint.preview.page.marks import classes, flags
from rtlint.preview.page.markup import grid, row
from rtlint.preview.table import in_ranges
from rtlint.preview.text import HEADINGS, cells_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.preview.page.marks import Marks
    from rtlint.preview.table import Row

    # The threads of a row, each with its number in the whole table.
    Alike = tuple[tuple[int, Row], ...]

_BESIDE, _FEW = 4, 10


def threads(table: Sequence[Row], marks: Marks) -> str:
    """Each thread with its CPUs and its scheduling; those that are not pinned are alike."""
    if not table:
        return "<p>There are none: virt-launcher makes no domain.</p>\n"
    alike = list(_alike(table))
    length = max(_FEW, -(-len(alike) // _BESIDE))
    parts = [alike[start : start + length] for start in range(0, len(alike), length)]
    grids = "".join(_part(part, marks) for part in parts)
    return f'<div class="threads">\n{grids}</div>\n'


def _alike(table: Sequence[Row]) -> Iterator[Alike]:
    """The threads of each row, with their numbers."""
    for (is_pinned, _), group in groupby(enumerate(table), _sharing):
        members = tuple(group)
        yield from ((member,) for member in members) if is_pinned else (members,)


def _sharing(member: tuple[int, Row]) -> tuple[bool, tuple[str, ...]]:
    """What threads of one row have in common: where they may run, and how."""
    _, thread = member
    return thread.pinned, cells_of(thread)[1:]


def _part(table: Sequence[Alike], marks: Marks) -> str:
    names = in_ranges(thread.thread for members in table for _, thread in members)
    return grid(", ".join(names), HEADINGS, (_row(members, marks) for members in table))


def _row(members: Alike, marks: Marks) -> str:
    numbers = [number for number, _ in members]
    names = [thread.thread for _, thread in members]
    wrong = sorted({number for name in names for number in marks.threads.get(name, ())})
    thread = members[0][1]
    return row(
        (f"{', '.join(in_ranges(names))}{flags(wrong)}", *cells_of(thread)[1:]),
        classes(*(["fifo"] if thread.realtime else []), threads=numbers, wrong=wrong),
    )
