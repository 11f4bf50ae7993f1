"""Sets of ids, those of vCPUs and of pCPUs, as ranges.

Whoever writes a manifest writes `0-4294967295` as easily as `0-3`: here both cost the same, and
only who lists the ids pays for each.
"""

from __future__ import annotations

from itertools import chain

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

    Range = tuple[int, int]


class Ids:
    """A set of ids: `ranges` are ascending pairs of a first and a last id, none next to another."""

    __slots__ = ("ranges",)

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        """The ids of ranges in any order, which may overlap; those that end first are empty."""
        joined: list[Range] = []
        for first, last in sorted(ranges):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            elif first <= last:
                joined.append((first, last))
        self.ranges = tuple(joined)

    @property
    def count(self) -> int:
        """How many they are; `len` would fail from 2^63 on."""
        return sum(last - first + 1 for first, last in self.ranges)

    def within(self, first: int, last: int) -> Ids:
        """Those from `first` to `last`."""
        return Ids((max(low, first), min(high, last)) for low, high in self.ranges)

    def without(self, other: Ids) -> Ids:
        """Those that are not in the other set."""
        return Ids(_gaps(self.ranges, other.ranges))

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(range(first, last + 1) for first, last in self.ranges)

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids) and self.ranges == other.ranges

    def __hash__(self) -> int:
        return hash(self.ranges)

    def __str__(self) -> str:
        """As the kernel writes a cpulist, and both eras of KubeVirt read a mask: `0,2-3`."""
        return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in self.ranges)

    def __repr__(self) -> str:
        return f"Ids({list(self.ranges)})"


NO_IDS: Final = Ids()


def _gaps(ranges: tuple[Range, ...], holes: tuple[Range, ...]) -> Iterator[Range]:
    """What the holes leave of the ranges, some of it empty; both are ascending."""
    at = 0
    for first, last in ranges:
        start = first
        while at < len(holes) and holes[at][0] <= last:
            low, high = holes[at]
            if high >= start:
                yield start, low - 1
                start = high + 1
            if high > last:
                # It may go on into the next range.
                break
            at += 1
        yield start, last
