"""What a VM must not say beside its instancetype.

Source: kubevirt/kubevirt, pkg/instancetype/apply (validateCPU, applyMemory and the other apply
functions) and pkg/instancetype/conflict: measured on v1.9.0, but for GPUs, host devices, launch
security and the pool's count, which are *read*.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, join_path
from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.instancetypes.origin import Origin
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class Conflict(NamedTuple):
    """A field that VM and instancetype both set, so that the VM is refused.

    `field` is KubeVirt's name for it (`spec.domain.cpu.dedicatedCPUPlacement`), `path` the field
    within the VMI spec as the VM spells it; for an annotation `path` is "" and `annotation` its
    key. `origin` is what stands against it.
    """

    field: str
    path: str
    annotation: str | None
    origin: Origin


class _Check(NamedTuple):
    """`ours` in the VMI spec conflicts with `theirs` in the instancetype if both are set."""

    ours: str
    theirs: str
    our_test: Callable[[object], bool]
    their_test: Callable[[object], bool]
    field: str = ""


# A placeholder may turn out as nothing: no conflict can be told from it.
def _given(value: object) -> bool:
    return value is not None and value is not PLACEHOLDER


def _nonzero(value: object) -> bool:
    return _given(value) and bool(value)


def _always(_value: object) -> bool:
    return True


# In KubeVirt's order. Of the memory it names only the first conflict.
_BEFORE_MEMORY = (
    _Check("nodeSelector", "nodeSelector", _given, _given),
    _Check("schedulerName", "schedulerName", _nonzero, _nonzero),
    _Check("domain.resources.requests.cpu", "cpu.guest", _given, _always),
    _Check("domain.resources.limits.cpu", "cpu.guest", _given, _always),
    _Check("domain.cpu.sockets", "cpu.guest", _nonzero, _always),
    _Check("domain.cpu.cores", "cpu.guest", _nonzero, _always),
    _Check("domain.cpu.threads", "cpu.guest", _nonzero, _always),
    _Check("domain.cpu.model", "cpu.model", _nonzero, _given),
    _Check(
        "domain.cpu.dedicatedCpuPlacement",
        "cpu.dedicatedCPUPlacement",
        _nonzero,
        _given,
        # The API's VM spells it dedicatedCpuPlacement, the message does not.
        "domain.cpu.dedicatedCPUPlacement",
    ),
    _Check("domain.cpu.isolateEmulatorThread", "cpu.isolateEmulatorThread", _nonzero, _given),
    _Check("domain.cpu.numa", "cpu.numa", _given, _given),
    _Check("domain.cpu.realtime", "cpu.realtime", _given, _given),
)
_MEMORY = (
    _Check("domain.memory.guest", "memory.guest", _given, _always),
    _Check("domain.memory.hugepages", "memory.hugepages", _given, _given),
    _Check("domain.memory.maxGuest", "memory.maxGuest", _given, _given),
    _Check("domain.resources.requests.memory", "memory.guest", _given, _always),
    _Check("domain.resources.limits.memory", "memory.guest", _given, _always),
)
_POOL_COUNT = "ioThreads.supplementalPoolThreadCount"
_AFTER_MEMORY = (
    _Check("domain.ioThreadsPolicy", "ioThreadsPolicy", _given, _given),
    _Check(f"domain.{_POOL_COUNT}", _POOL_COUNT, _given, _given),
    _Check("domain.launchSecurity", "launchSecurity", _given, _given),
    _Check("domain.devices.gpus", "gpus", _nonzero, _nonzero),
    _Check("domain.devices.hostDevices", "hostDevices", _nonzero, _nonzero),
)


def conflicts(
    instancetype: object, spec: dict[str, Any], annotations: dict[str, Any]
) -> tuple[list[Conflict], list[Conflict]]:
    """The conflicts that KubeVirt names, and those that it comes to once these are gone.

    Takes an instancetype's spec in the shape of v1beta1, and the VMI's spec and annotations.
    """
    memory = _found(_MEMORY, instancetype, spec)
    named = [
        *_found(_BEFORE_MEMORY, instancetype, spec),
        *memory[:1],
        *_found(_AFTER_MEMORY, instancetype, spec),
        *_annotations(instancetype, annotations),
    ]
    return named, memory[1:]


def _found(
    checks: tuple[_Check, ...], instancetype: object, spec: dict[str, Any]
) -> list[Conflict]:
    return [
        Conflict(
            f"spec.{check.field or check.ours}",
            check.ours,
            None,
            Origin("instancetype", f"spec.{check.theirs}"),
        )
        for check in checks
        if check.our_test(value_at(spec, check.ours))
        and check.their_test(value_at(instancetype, check.theirs))
    ]


def _annotations(instancetype: object, annotations: dict[str, Any]) -> Iterator[Conflict]:
    """An annotation conflicts only where the values differ."""
    theirs = value_at(instancetype, "annotations")
    for key, value in theirs.items() if isinstance(theirs, dict) else ():
        ours = annotations.get(key)
        if isinstance(ours, str) and isinstance(value, str) and ours != value:
            origin = Origin("instancetype", join_path("spec", "annotations", key))
            yield Conflict(f"annotations.{key}", "", key, origin)
