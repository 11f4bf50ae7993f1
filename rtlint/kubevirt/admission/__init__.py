"""What KubeVirt's validating webhook refuses, and in which words.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go (the functions that the checks name), v0.47.1 to v1.9.0; causes, fields and
messages are held against measured rows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import Fields, UnknownValue, known
from rtlint.kubernetes.plain import without_value
from rtlint.kubevirt.admission.vmi import CREATION, SPEC, START, Cause, Vmi
from rtlint.kubevirt.defaults import default_spec
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rtlint.kubevirt.admission.vmi import Stage
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

__all__ = ["Cause", "admit", "as_read", "heard"]


class Check(NamedTuple):
    """A check of this package: a function of a Vmi that yields Causes, by module and name.

    It is loaded and run where the spec has one of the fields that it `reads`; () is any spec.
    """

    module: str
    name: str
    reads: tuple[str, ...] = ()


_RESOURCES = ("domain.resources",)
_MEMORY = ("domain.resources", "domain.memory")
_CPU = ("domain.cpu",)
_DISKS = ("domain.devices.disks",)
_VOLUMES = ("volumes",)

# Each in the order of the webhook's own calls, which is the order of the causes in its answer.
_AT_CREATION: tuple[Check, ...] = ()
_OF_METADATA: tuple[Check, ...] = ()
_OF_SPEC = (
    Check("devices", "clock", ("domain.clock",)),
    Check("memory", "request_too_small", _MEMORY),
    Check("memory", "limit_too_small", _MEMORY),
    Check("memory", "hugepages", _MEMORY),
    Check("memory", "guest_above_limit", _MEMORY),
    Check("cpu", "machine_type", ("domain.machine",)),
    Check("cpu", "request_negative", _RESOURCES),
    Check("cpu", "limit_negative", _RESOURCES),
    Check("cpu", "request_above_limit", _RESOURCES),
    Check("cpu", "pinning", _CPU),
    Check("cpu", "numa", _CPU),
    Check("cpu", "isolated_emulator_thread", _CPU),
    Check("cpu", "features", _CPU),
    Check("cpu", "sockets_above_maximum", _CPU),
    Check("cpu", "realtime", _CPU),
    Check("cpu", "other_architecture", ("architecture",)),
    Check("devices", "disks_without_volume", _DISKS),
    Check("devices", "inputs", ("domain.devices.inputs",)),
    Check("devices", "io_threads", ("domain.ioThreadsPolicy",)),
    Check("devices", "disks", _DISKS),
    Check("devices", "secure_boot", ("domain.firmware",)),
    Check("devices", "volumes", _VOLUMES),
    Check("devices", "eviction", ("evictionStrategy",)),
    Check("devices", "vsock", ("domain.devices.autoattachVSOCK",)),
)
_OF_VMI = (
    Check("devices", "volumes_without_disk", _VOLUMES),
    Check("memory", "none_requested"),
)
_OF_ARCHITECTURE = (Check("cpu", "unsupported_architecture", ("architecture",)),)
_OF_MACHINE = (Check("virtual_machine", "live_update", ("domain.cpu", "domain.memory")),)

_BY_ITSELF: tuple[tuple[Stage, tuple[Check, ...]], ...] = (
    (SPEC, (*_AT_CREATION, *_OF_SPEC, *_OF_VMI, *_OF_METADATA, *_OF_ARCHITECTURE)),
)
_IN_TEMPLATE: tuple[tuple[Stage, tuple[Check, ...]], ...] = (
    (CREATION, _AT_CREATION),
    (SPEC, (*_OF_METADATA, *_OF_SPEC)),
    (START, (*_OF_VMI, *_OF_ARCHITECTURE)),
)
_IN_MACHINE = (*_IN_TEMPLATE[:2], (SPEC, _OF_MACHINE), *_IN_TEMPLATE[2:])

# What fixes set most often of all that no check reads.
_UNREAD = (
    "domain.cpu.model",
    "domain.cpu.realtime.mask",
    "domain.devices.autoattachGraphicsDevice",
    "domain.devices.autoattachMemBalloon",
    "domain.devices.autoattachSerialConsole",
    "domain.devices.interfaces",
    "nodeSelector",
)


def admit(
    spec: dict[str, Any],
    release: Release,
    cluster: Cluster,
    prefix: str = "spec",
    defaulted: dict[str, Any] | None = None,
    metadata: Any = None,
    machine: dict[str, Any] | None = None,
) -> list[Cause]:
    """The reasons for which `release` refuses a VMI spec, in its order; none where it is admitted.

    Takes the spec as its author wrote it, in plain data as Kubernetes reads it; it may hold
    placeholders. `prefix` is the spec's path in messages: `spec` of a VirtualMachineInstance,
    `spec.template.spec` of a VirtualMachine. `defaulted` is what `default_spec` makes of the spec,
    where the caller has it. `metadata` is the VMI's, and `machine` the rest of the spec of the
    VirtualMachine that holds it, if one does. A check that needs a placeholder, or a value that
    the API refuses for its type, says nothing; the others do. Where the webhook crashes (a message
    that starts with `panic:`) the other causes are given as well, though nobody gets to see them
    until the crash is gone. Raises nothing.
    """
    if defaulted is None:
        defaulted = default_spec(spec, release, cluster)
    read = Fields(spec), Fields(defaulted), release, cluster, prefix
    vmi = Vmi(
        *read,
        Fields({} if metadata is None else metadata),
        None if machine is None else Fields(machine),
    )
    stages = _BY_ITSELF if prefix == "spec" else _IN_TEMPLATE if machine is None else _IN_MACHINE
    return [
        cause._replace(stage=stage) if stage != cause.stage else cause
        for stage, checks in stages
        for check in checks
        if _is_read(vmi, check)
        for cause in known(_function(check), vmi)
    ]


def heard(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes that the webhook answers with: it stops after a stage that has any."""
    found = tuple(causes)
    first = min((cause.stage for cause in found), default=SPEC)
    return tuple(cause for cause in found if cause.stage == first)


def _is_read(vmi: Vmi, check: Check) -> bool:
    try:
        return not check.reads or any(map(vmi.spec.has, check.reads))
    except UnknownValue:
        return True


def _function(check: Check) -> Callable[[Vmi], Iterator[Cause]]:
    found: Callable[[Vmi], Iterator[Cause]] = getattr(
        import_module(f"{__name__}.{check.module}"), check.name
    )
    return found


def as_read(spec: Any) -> Any:
    """The VMI spec without fields that no check reads; `spec` is not changed.

    Specs of which the same is left are admitted alike, by any release and cluster.
    """
    for path in _UNREAD:
        spec = without_value(spec, path)
    return spec
