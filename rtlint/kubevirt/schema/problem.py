"""What can be wrong with an object's structure. Paths are Kubernetes' own, from the object."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.api import Range
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any, Literal

    Outcome = Literal["invalid", "refused", "stuck", "fine"]


class Unknown(NamedTuple):
    """A field that does not exist; `near` are names that may have been meant, likeliest first.

    `rename` is the path that it should have, where there is no doubt.
    """

    path: str
    name: str
    near: tuple[str, ...] = ()
    rename: str | None = None


class Misplaced(NamedTuple):
    """A field that exists elsewhere; `places` are the likeliest paths for it.

    A place in a list of several items, or of none, is written `disks[]`. `move` is the path that
    the field should have, where there is no doubt.
    """

    path: str
    name: str
    places: tuple[str, ...]
    move: str | None = None


class OtherRelease(NamedTuple):
    """A field that other releases than the target have."""

    path: str
    name: str
    range: Range


class WrongType(NamedTuple):
    """A value that the field does not take; `wanted` and `given` say what it takes and has.

    `near` is the value of an enumeration that may have been meant. `replacement` is the value
    that it becomes by adding or leaving out quotes, None where that does not help. `refused_by` is
    whose check it fails: `Kubernetes`, or `KubeVirt` where the API server would take it.
    """

    path: str
    value: Any
    wanted: str
    given: str
    near: str | None = None
    replacement: Any = None
    refused_by: str = "Kubernetes"


class Missing(NamedTuple):
    """A required field that is not there, or null, and what becomes of the object.

    Invalid: the schema refuses it. Refused: KubeVirt fills the field with nothing, and refuses
    that. Stuck: it is admitted, and the VM cannot start.
    """

    path: str
    name: str
    outcome: Outcome = "invalid"


class Empty(NamedTuple):
    """A field that counts by being there, and is null, which the API server drops."""

    path: str
    name: str


Problem = Unknown | Misplaced | OtherRelease | WrongType | Missing | Empty
