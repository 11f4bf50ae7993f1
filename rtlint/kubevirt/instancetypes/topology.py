"""How an instancetype's vCPUs become sockets, cores and threads.

Source: kubevirt/kubevirt, pkg/instancetype/apply/cpu.go and pkg/instancetype/preference
(GetPreferredTopology, GetSpreadOptions: measured on v1.9.0; CheckSpreadCPUTopology: *read*).
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.instancetypes.origin import is_unset
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeGuard

# The names to v1.3, still accepted.
DEPRECATED_TOPOLOGIES = {
    "preferSockets": "sockets",
    "preferCores": "cores",
    "preferThreads": "threads",
    "preferSpread": "spread",
    "preferAny": "any",
}
# What a preferred topology gives all vCPUs to: `any` leaves the choice, and gets sockets.
_COUNT = {"sockets": "sockets", "any": "sockets", "cores": "cores", "threads": "threads"}
# Across -> the counts that it multiplies.
SPREADS = {
    "SocketsCores": ("sockets", "cores"),
    "CoresThreads": ("cores", "threads"),
    "SocketsCoresThreads": ("sockets", "cores", "threads"),
}
_DEFAULT_RATIO = 2
_THREADS_PER_CORE = 2
_ONE_EACH = {"sockets": 1, "cores": 1, "threads": 1}
_UNKNOWN: dict[str, object] = dict.fromkeys(_ONE_EACH, PLACEHOLDER)


class Indivisible(NamedTuple):
    """vCPUs that the preference's spread cannot divide: the VM's webhook refuses them."""

    vcpus: int
    ratio: int
    across: str


def topology(vcpus: object, preference: object) -> Mapping[str, object]:
    """`sockets`, `cores` and `threads` for an instancetype's `cpu.guest`.

    `preference` is a preference's spec, or None. What does not divide is rounded down, as
    KubeVirt does it, and may come out as 0. PLACEHOLDER for all three where the count or the
    preference cannot be told, or is none that KubeVirt would have admitted.
    """
    if not is_count(vcpus):
        return _UNKNOWN
    if vcpus == 1:
        return _ONE_EACH
    preferred = preferred_topology(preference)
    if preferred in _COUNT:
        return {**_ONE_EACH, _COUNT[preferred]: vcpus}
    return _spread(vcpus, preference) if preferred == "spread" else _UNKNOWN


def preferred_topology(preference: object) -> str:
    """The preferred topology by its name of today; "" where it cannot be told."""
    name = value_at(preference, "cpu.preferredCPUTopology")
    if is_unset(name):
        return "sockets"
    return DEPRECATED_TOPOLOGIES.get(name, name) if isinstance(name, str) else ""


def spread_options(preference: object) -> tuple[int, str] | None:
    """The spread's ratio and what it goes across; None where they cannot be told.

    KubeVirt divides by the ratio unseen, so 0 is none.
    """
    ratio = value_at(preference, "cpu.spreadOptions.ratio")
    if ratio is None:
        # The field of v1.1 and v1.2, still read.
        ratio = value_at(preference, "preferSpreadSocketToCoreRatio") or _DEFAULT_RATIO
    across = value_at(preference, "cpu.spreadOptions.across")
    across = "SocketsCores" if across is None else across
    known = is_count(ratio) and ratio > 0 and isinstance(across, str) and across in SPREADS
    return (ratio, across) if known else None


def indivisible(vcpus: object, preference: object) -> Indivisible | None:
    """What the VM's webhook objects to before the merge, or None (CheckSpreadCPUTopology).

    One vCPU is never objected to here: newer releases let it pass.
    """
    options = spread_options(preference)
    if preferred_topology(preference) != "spread" or options is None or not is_count(vcpus):
        return None
    ratio, across = options
    step = ratio * _THREADS_PER_CORE if across == "SocketsCoresThreads" else ratio
    return Indivisible(vcpus, ratio, across) if vcpus > 1 and vcpus % step else None


def _spread(vcpus: int, preference: object) -> Mapping[str, object]:
    options = spread_options(preference)
    if options is None:
        return _UNKNOWN
    ratio, across = options
    if across == "SocketsCores":
        return {**_ONE_EACH, "cores": ratio, "sockets": vcpus // ratio}
    if across == "CoresThreads":
        return {**_ONE_EACH, "threads": ratio, "cores": vcpus // ratio}
    sockets = vcpus // _THREADS_PER_CORE // ratio
    return {"sockets": sockets, "cores": ratio, "threads": _THREADS_PER_CORE}


def is_count(value: object) -> TypeGuard[int]:
    """Whether the value is a uint32 of KubeVirt's API."""
    return type(value) is int and 0 <= value < 2**32
