"""Admission of VMs that differ in little from one that was looked at already.

Of a broken VM each fix is tried, and a fix changes a field or two. So the checks of the VM as it
stands are asked with a note of what each reads, and of a changed VM only those again that read what
has changed.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known, split_path
from rtlint.kubevirt.admission import collected
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from rtlint.kubevirt.admission import Cause, Run, Submitted
    from rtlint.kubevirt.admission.vmi import Vmi

    # A part of the Vmi, and a field path in it.
    Place = tuple[str | int, ...]

# What of a Vmi is read by paths.
_PARTS = ("written", "spec", "metadata", "machine", "owner")


class _Noted(Fields):
    """Fields that note the place of what is read of them: all, where their data is taken."""

    __slots__ = ("_data", "notes", "part")

    def __init__(self, data: object, part: str, notes: set[Place]) -> None:
        self.part = part
        self.notes = notes
        super().__init__(data)

    @property
    def data(self) -> object:
        self.notes.add((self.part,))
        return self._data

    @data.setter
    def data(self, data: object) -> None:
        self._data = data

    def _walk(self, path: str) -> object:
        self.notes.add((self.part, *split_path(path)))
        return Fields(self._data)._walk(path)


class _Answer(NamedTuple):
    """The causes of a check, what it read for that, and what this is in."""

    causes: list[Cause]
    read: frozenset[Place]
    around: frozenset[Place]


class Admission:
    """What the webhooks say of a VMI, with what each check read."""

    def __init__(self, submitted: Submitted) -> None:
        self._vmi = submitted.vmi
        self._answers: dict[Run, _Answer] = {}
        notes: set[Place] = set()
        noted = _noted(submitted.vmi, notes)

        def ask(check: Run) -> list[Cause]:
            notes.clear()
            causes = known(check, noted)
            self._answers[check] = _Answer(causes, frozenset(notes), _around(notes))
            return causes

        self.causes = collected(submitted, ask)

    def causes_of(self, submitted: Submitted) -> list[Cause]:
        """The causes for another VMI of the same kind, release and cluster; see `admitted`."""
        vmi = submitted.vmi
        changed = frozenset(_changed(self._vmi, vmi))
        around = _around(changed)

        def ask(check: Run) -> list[Cause]:
            was = self._answers.get(check)
            if was and was.read.isdisjoint(around) and was.around.isdisjoint(changed):
                return was.causes
            return known(check, vmi)

        return collected(submitted, ask)


def _noted(vmi: Vmi, notes: set[Place]) -> Vmi:
    parts: dict[str, Any] = {
        name: _Noted(part.data, name, notes)
        for name in _PARTS
        if (part := getattr(vmi, name)) is not None
    }
    return vmi._replace(**parts)


def _around(places: Iterable[Place]) -> frozenset[Place]:
    """The places, and all that they are in."""
    return frozenset(place[:end] for place in places for end in range(1, len(place) + 1))


def _changed(before: Vmi, after: Vmi) -> Iterator[Place]:
    """Where the two differ."""
    for name in _PARTS:
        old, new = getattr(before, name), getattr(after, name)
        if old is None or new is None:
            yield from () if old is new else ((name,),)
        else:
            yield from _differences(old.data, new.data, (name,))


def _differences(before: Any, after: Any, place: Place) -> Iterator[Place]:
    """The places in which two values differ; of a list all of it."""
    if before is after:
        return
    if type(before) is dict and type(after) is dict:
        for key in before | after:
            if key not in before or key not in after:
                yield (*place, key)
            elif before[key] is not after[key]:
                yield from _differences(before[key], after[key], (*place, key))
    elif type(before) is list and type(after) is list and len(before) == len(after):
        pairs = ((old, new) for old, new in zip(before, after, strict=True) if old is not new)
        if any(True for pair in pairs for _ in _differences(*pair, place)):
            yield place
    elif type(before) is not type(after) or before != after:
        yield place
