"""What a preference requires of the VM, and what the VM lacks of it.

Source: kubevirt/kubevirt, pkg/instancetype/preference/requirements (from v1.0; the architecture
from v1.7) and pkg/instancetype/webhooks/vm; *read*.
"""

from __future__ import annotations

from math import prod

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.plain import value_at
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.instancetypes.topology import (
    SPREADS,
    is_count,
    preferred_topology,
    spread_options,
)
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Literal

_COUNTS = {
    "sockets": ("sockets",),
    "cores": ("cores",),
    "threads": ("threads",),
    "any": ("cores", "sockets", "threads"),
}


class Unmet(NamedTuple):
    """A requirement that the VM does not meet, which KubeVirt refuses.

    `required` and `provided` are numbers of vCPUs, quantities, or names of architectures. `paths`
    are the VMI-spec fields that provide it, empty where the instancetype does. `requirement` is
    the field path in the preference.
    """

    resource: Literal["cpu", "memory", "architecture"]
    required: int | Quantity | str
    provided: int | Quantity | str
    paths: tuple[str, ...]
    requirement: str


def unmet_requirements(
    preference: object, instancetype: object | None, spec: dict[str, Any]
) -> tuple[Unmet, ...]:
    """What of the preference's requirements the VM lacks; nothing where that cannot be told.

    `spec` is the VMI spec after merge and defaults: the webhook asks after both. CPUs and memory
    are the instancetype's where there is one, and for the VM's own only those count that stand in
    the fields of the preferred topology: `cores: 4` is no `sockets: 4`.
    """
    return tuple(
        unmet
        for check in (_cpu, _memory, _architecture)
        for unmet in check(preference, instancetype, spec)
    )


def _cpu(preference: object, instancetype: object | None, spec: dict[str, Any]) -> Iterator[Unmet]:
    requirement = "requirements.cpu.guest"
    required = value_at(preference, requirement)
    names: tuple[str, ...] = ()
    if instancetype is not None:
        provided = value_at(instancetype, "cpu.guest")
    else:
        names = _counted(preference)
        counts = [value_at(spec, f"domain.cpu.{name}") or 0 for name in names]
        provided = prod(counts) if counts and all(map(is_count, counts)) else None
    if is_count(required) and is_count(provided) and provided < required:
        paths = tuple(f"domain.cpu.{name}" for name in names)
        yield Unmet("cpu", required, provided, paths, f"spec.{requirement}")


def _counted(preference: object) -> tuple[str, ...]:
    """The counts whose product has to suffice; none where the topology cannot be told."""
    preferred = preferred_topology(preference)
    if preferred != "spread":
        return _COUNTS.get(preferred, ())
    options = spread_options(preference)
    return SPREADS[options[1]] if options else ()


def _memory(
    preference: object, instancetype: object | None, spec: dict[str, Any]
) -> Iterator[Unmet]:
    requirement, path = "requirements.memory.guest", "domain.memory.guest"
    required = parse_quantity(value_at(preference, requirement))
    source = value_at(spec, path) if instancetype is None else _guest(instancetype)
    provided = parse_quantity(source)
    if required is not None and provided is not None and provided.nano < required.nano:
        paths = (path,) if instancetype is None else ()
        yield Unmet("memory", required, provided, paths, f"spec.{requirement}")


def _guest(instancetype: object) -> object:
    guest: object = value_at(instancetype, "memory.guest")
    return guest


def _architecture(
    preference: object, _instancetype: object | None, spec: dict[str, Any]
) -> Iterator[Unmet]:
    requirement = "requirements.architecture"
    required, provided = value_at(preference, requirement), value_at(spec, "architecture")
    known = isinstance(required, str) and isinstance(provided, str) and provided
    if known and required != provided:
        yield Unmet("architecture", required, provided, ("architecture",), f"spec.{requirement}")
