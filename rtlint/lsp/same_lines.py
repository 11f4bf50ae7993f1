"""Which lines of a text are which of the text that it was."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def same_lines(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """The lines that two texts share: index in the old one to index in the new.

    Lines that occur once in both hold the texts together, and with each go the equal lines around
    it. That is quick in any text, where a full comparison takes the square of its lines.
    """
    top = _common(old, new)
    bottom = _common(old[top:][::-1], new[top:][::-1])
    ends = len(old) - bottom, len(new) - bottom
    once = _once_in_both(old[top : ends[0]], new[top : ends[1]])
    held = [(i + top, j + top) for i, j in _in_order(once)]
    same = {i: i for i in range(top)}
    same.update((ends[0] + i, ends[1] + i) for i in range(bottom))
    for (i, j), (i_end, j_end) in pairwise([(top - 1, top - 1), *held, ends]):
        _match(old[i + 1 : i_end], new[j + 1 : j_end], i + 1, j + 1, same)
    same.update(held)
    return same


def _match(old: Sequence[str], new: Sequence[str], i: int, j: int, same: dict[int, int]) -> None:
    """Put what is the same between two lines that hold the texts together into `same`."""
    if len(old) == len(new):
        same.update((i + n, j + n) for n in range(len(old)) if old[n] == new[n])
        return
    down = _common(old, new)
    up = _common(old[down:][::-1], new[down:][::-1])
    same.update((i + n, j + n) for n in range(down))
    same.update((i + len(old) - n, j + len(new) - n) for n in range(1, up + 1))


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    most = min(len(old), len(new))
    return next((i for i in range(most) if old[i] != new[i]), most)


def _once_in_both(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    counts, places = Counter(new), {line: j for j, line in enumerate(new)}
    theirs = Counter(old)
    return [
        (i, places[line])
        for i, line in enumerate(old)
        if theirs[line] == 1 and counts.get(line) == 1
    ]


def _in_order(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many of the pairs as there are in the same order in both texts."""
    tails: list[int] = []
    chains: list[int] = []
    before: list[int | None] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(tails, j)
        before.append(chains[length - 1] if length else None)
        tails[length : length + 1] = [j]
        chains[length : length + 1] = [index]
    found = []
    at = chains[-1] if chains else None
    while at is not None:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
