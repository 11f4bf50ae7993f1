"""What can be wrong with an object's structure. Paths are Kubernetes' own, from the object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rtlint.kubevirt.schema.api import Range


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field that does not exist; `near` are names that may have been meant, likeliest first.

    `rename` is the path that it should have, where there is no doubt.
    """

    path: str
    name: str
    near: tuple[str, ...] = ()
    rename: str | None = None


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A field that exists elsewhere; `places` are the likeliest paths for it.

    A place in a list of several items, or of none, is written `disks[]`. `move` is the path that
    the field should have, where there is no doubt.
    """

    path: str
    name: str
    places: tuple[str, ...]
    move: str | None = None


@dataclass(frozen=True, slots=True)
class OtherRelease:
    """A field that other releases than the target have."""

    path: str
    name: str
    range: Range


@dataclass(frozen=True, slots=True)
class WrongType:
    """A value that the field does not take; `wanted` and `given` say what it takes and has.

    `near` is the value of an enumeration that may have been meant. `replacement` is the value
    that it becomes by adding or leaving out quotes, None where that does not help.
    """

    path: str
    value: Any
    wanted: str
    given: str
    near: str | None = None
    replacement: Any = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A required field that is not there, or null."""

    path: str
    name: str


Problem = Unknown | Misplaced | OtherRelease | WrongType | Missing
