"""Where a value of the effective VM comes from."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Literal

    Source = Literal["instancetype", "preference"]


class Origin(NamedTuple):
    """The object that a value comes from, and the field path in it, such as `spec.cpu.guest`."""

    source: Source
    path: str


class Setting(NamedTuple):
    """One value for the VMI spec: its path there, and its path in the spec that it comes from."""

    path: str
    value: object
    source_path: str


def is_unset(value: object) -> bool:
    """Whether KubeVirt takes the value as not set: Go has no difference between "" and none."""
    return value is None or value == ""
