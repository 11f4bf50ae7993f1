"""What of the picture the concerns are about.

A thread's boxes and its row share a class, and so does all that a concern is about: that lets them
light up together without a script.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.preview.table import ids_of
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeVar

    from rtlint.preview.concerns import Concern

    Numbers = tuple[int, ...]

    _T = TypeVar("_T")

# A VM that has more threads is past looking at them one by one.
_MOST = 640


class Marks(NamedTuple):
    """The numbers of the concerns, from 1, by pCPU, by thread, by NUMA cell and by fact."""

    pcpus: Mapping[int, Numbers]
    threads: Mapping[str, Numbers]
    cells: Mapping[int, Numbers]
    facts: Mapping[str, Numbers]


def marks_of(concerns: Sequence[Concern]) -> Marks:
    """Which concerns are about what."""
    return Marks(
        _by(concern.pcpus for concern in concerns),
        _by(concern.threads for concern in concerns),
        _by(concern.cells for concern in concerns),
        _by([concern.fact] for concern in concerns),
    )


def _by(about: Iterable[Iterable[_T]]) -> dict[_T, Numbers]:
    found: dict[_T, Numbers] = {}
    for number, items in enumerate(about, 1):
        for item in items:
            found[item] = (*found.get(item, ()), number)
    return found


def classes(*names: str, threads: Iterable[int] = (), wrong: Sequence[int] = ()) -> str:
    """An element's class attribute: its own names, those of its threads and of its concerns."""
    every = [
        *names,
        *(["wrong"] if wrong else []),
        *(f"t{number}" for number in threads),
        *(f"w{number}" for number in wrong),
    ]
    return f' class="{" ".join(every)}"' if every else ""


def flags(numbers: Iterable[int]) -> str:
    """The concerns' numbers, as a sign; "" without any."""
    text = str(ids_of(numbers))
    return f'<b class="flag">{text}</b>' if text else ""


def lighting(threads: int, concerns: int) -> str:
    """The style that lights up what belongs together, for so many threads and concerns."""
    pairs = [
        *(f".vm:has(.t{number}:hover) .t{number}" for number in range(min(threads, _MOST))),
        # A box is of its thread alone, whatever else looks wrong there.
        *(f".vm:has(li.w{number}:hover) .w{number}" for number in range(1, concerns + 1)),
    ]
    if not pairs:
        return ""
    lit = ",\n".join(pairs)
    return f"@media screen {{\n{lit} {{ outline: .15rem solid var(--lit); }}\n}}\n"
