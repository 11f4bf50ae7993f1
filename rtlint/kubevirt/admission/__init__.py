"""What KubeVirt's validating webhook refuses, and in which words.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go and its neighbours (the functions that the checks name), v0.47.1 to v1.9.0;
causes, fields and messages are held against measured rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, known
from rtlint.kubernetes.plain import without_value
from rtlint.kubevirt.admission.vmi import (
    CREATION,
    GATES,
    MUTATION,
    SPEC,
    START,
    STORAGE,
    Cause,
    Vmi,
)
from rtlint.kubevirt.defaults import default_spec
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

__all__ = ["Cause", "admitted", "as_read", "heard", "submitted"]


class Check(NamedTuple):
    """A check of this package: a function of a Vmi that yields Causes, by module and name.

    It is loaded and run where the spec has one of the fields that it `reads`, and the spec of the
    VirtualMachine one of `machine`; () is any.
    """

    module: str
    name: str
    reads: tuple[str, ...] = ()
    machine: tuple[str, ...] = ()


_RESOURCES = ("domain.resources",)
_MEMORY = ("domain.resources", "domain.memory")
_CPU = ("domain.cpu",)
_DISKS = ("domain.devices.disks",)
_VOLUMES = ("volumes",)
_FIRMWARE = ("domain.firmware",)
_FILESYSTEMS = ("domain.devices.filesystems",)
_GPUS, _HOST_DEVICES = ("domain.devices.gpus",), ("domain.devices.hostDevices",)
_CLAIMS = ("resourceClaims",)
_INTERFACES = ("domain.devices.interfaces",)
_NETWORKS = ("networks", *_INTERFACES)
_PROBES = ("readinessProbe", "livenessProbe")

# Each in the order of the webhook's own calls, which is the order of the causes in its answer.
_OF_GATES = (Check("bindings", "discontinued_gates", _INTERFACES),)
_OF_FORGOTTEN_GATES = (Check("bindings", "forgotten_gates", _INTERFACES),)
_AT_CREATION = (Check("bindings", "discontinued", _INTERFACES),)
_TWICE = (Check("networks", "twice", _NETWORKS),)
_OF_METADATA = (Check("metadata", "metadata"),)
_OF_GRACE = (Check("grace", "with_annotations", (*_GPUS, *_HOST_DEVICES)),)
_OF_SPEC = (
    Check("devices", "clock", ("domain.clock",)),
    Check("networks_before", "too_many_disks", (*_DISKS, *_VOLUMES)),
    Check("dns", "hostname", ("hostname",)),
    Check("dns", "subdomain", ("subdomain",)),
    Check("memory", "request_too_small", _MEMORY),
    Check("memory", "limit_too_small", _MEMORY),
    Check("memory", "hugepages", _MEMORY),
    Check("memory", "guest_above_limit", _MEMORY),
    Check("cpu", "machine_type", ("domain.machine",)),
    Check("firmware", "serial", _FIRMWARE),
    Check("firmware", "acpi", _FIRMWARE),
    Check("cpu", "request_negative", _RESOURCES),
    Check("cpu", "limit_negative", _RESOURCES),
    Check("cpu", "request_above_limit", _RESOURCES),
    Check("cpu", "pinning", _CPU),
    Check("cpu", "numa", _CPU),
    Check("cpu", "isolated_emulator_thread", _CPU),
    Check("cpu", "features", _CPU),
    Check("cpu", "sockets_above_maximum", _CPU),
    Check("life_cycle", "start_strategy", ("startStrategy",)),
    Check("cpu", "realtime", _CPU),
    Check("scheduling", "affinity", ("affinity",)),
    Check("scheduling", "spread", ("topologySpreadConstraints",)),
    Check("architecture", "other_architecture", ("architecture",)),
    Check("networks", "of_networks", _NETWORKS),
    Check("networks_before", "too_many", _NETWORKS),
    Check("claims", "claims", (*_GPUS, *_HOST_DEVICES, *_CLAIMS)),
    Check("disk_volumes", "disks_and_volumes", (*_DISKS, *_VOLUMES)),
    Check("interfaces", "boot_orders", _INTERFACES),
    Check("networks_before", "of_networks", _NETWORKS),
    Check("devices", "inputs", ("domain.devices.inputs",)),
    Check("devices", "io_threads", ("domain.ioThreadsPolicy",)),
    Check("probes", "probes", _PROBES),
    Check("probes", "without_pod_network", _PROBES),
    Check("disks", "disks", _DISKS),
    Check("firmware", "bootloader", _FIRMWARE),
    Check("firmware", "kernel_boot", _FIRMWARE),
    Check("firmware", "secure_boot", _FIRMWARE),
    Check("volumes", "volumes", _VOLUMES),
    Check("volumes", "container_disks", _VOLUMES),
    Check("volumes", "utility_volumes", ("utilityVolumes",)),
    Check("credentials", "credentials", ("accessCredentials",)),
    Check("dns", "policy", ("dnsPolicy",)),
    Check("dns", "config", ("dnsPolicy", "dnsConfig")),
    Check("life_cycle", "eviction", ("evictionStrategy",)),
    Check("host_devices", "gpus", _GPUS),
    Check("filesystems", "with_one_gate", _FILESYSTEMS),
    Check("host_devices", "host_devices", _HOST_DEVICES),
    Check("grace", "grace", (*_GPUS, *_HOST_DEVICES)),
    Check("devices", "sound", ("domain.devices.sound",)),
    Check("launch_security", "launch_security", ("domain.launchSecurity",)),
    Check("devices", "vsock", ("domain.devices.autoattachVSOCK",)),
    Check("disks", "persistent_reservation", _DISKS),
    Check("firmware", "persistent_state", (*_FIRMWARE, "domain.devices.tpm")),
    Check("devices", "downward_metrics", ("domain.devices.downwardMetrics",)),
    Check("filesystems", "with_gates", _FILESYSTEMS),
    Check("devices", "video", ("domain.devices.video",)),
    Check("devices", "panic_devices", ("domain.devices.panicDevices",)),
    Check("devices", "reboot_policy", ("domain.rebootPolicy",)),
    Check("devices", "reserved_overhead", ("domain.memory.reservedOverhead",)),
    Check("devices", "service_account", ("serviceAccountName",)),
)
_OF_VMI = (
    Check("disk_volumes", "volumes_without_disk", _VOLUMES),
    Check("memory", "none_requested"),
)
_OF_ARCHITECTURE = (
    Check("hyperv", "hyperv", ("domain.features.hyperv",)),
    Check("architecture", "of_architecture"),
)
_OF_TEMPLATES = (Check("data_volumes", "templates", (), ("dataVolumeTemplates",)),)
_OF_RUNNING = (Check("run_strategy", "run_strategy"),)
_OF_UPDATES = (Check("live_update", "live_update"),)
_OF_MATCHERS = (Check("matchers", "matchers", (), ("instancetype", "preference")),)
_OF_NAMESPACES = (Check("data_volumes", "namespaces", (), ("dataVolumeTemplates",)),)
_OF_OWNER = (Check("owners", "owner"),)

# Stages of admission, and the checks of each; what a check runs.
Stages = tuple[tuple[int, tuple[Check, ...]], ...]
Run = Callable[[Vmi], Iterator[Cause]]
_OF_INSTANCE: Stages = (
    (SPEC, _OF_GATES),
    (SPEC, _AT_CREATION),
    (SPEC, _TWICE),
    (SPEC, _OF_SPEC),
    (SPEC, _OF_VMI),
    (SPEC, _OF_METADATA),
    (SPEC, _OF_GRACE),
    (SPEC, _OF_ARCHITECTURE),
)
_AS_IT_STARTS: Stages = (
    (START, _OF_FORGOTTEN_GATES),
    (START, _OF_VMI),
    (START, _OF_ARCHITECTURE),
)
_OF_VIRTUAL_MACHINE: Stages = (
    (MUTATION, _OF_MATCHERS),
    (GATES, _OF_GATES),
    (CREATION, _AT_CREATION),
    (SPEC, _OF_METADATA),
    (SPEC, _OF_GRACE),
    (SPEC, _OF_SPEC),
    (SPEC, _OF_TEMPLATES),
    (SPEC, _OF_RUNNING),
    (SPEC, _OF_UPDATES),
    (STORAGE, _OF_NAMESPACES),
    *_AS_IT_STARTS,
)
# What an instancetype has no say in.
_BESIDE_INSTANCETYPE: Stages = (
    (MUTATION, _OF_MATCHERS),
    (SPEC, _OF_METADATA),
    (SPEC, _OF_TEMPLATES),
    (SPEC, _OF_RUNNING),
    (STORAGE, _OF_NAMESPACES),
)
_OF_POOL: Stages = (
    (SPEC, _OF_METADATA),
    (SPEC, _OF_GRACE),
    (SPEC, _OF_SPEC),
    (SPEC, _OF_TEMPLATES),
    (SPEC, _OF_RUNNING),
    (SPEC, _OF_UPDATES),
    (SPEC, _OF_OWNER),
    (SPEC, _OF_GATES),
    (START, _AT_CREATION),
    (START, _OF_NAMESPACES),
    *_AS_IT_STARTS,
)
_OF_REPLICA_SET: Stages = (
    (SPEC, _OF_GRACE),
    (SPEC, _OF_SPEC),
    (SPEC, _OF_OWNER),
    (SPEC, _OF_GATES),
    (START, _AT_CREATION),
    (START, _OF_METADATA),
    *_AS_IT_STARTS,
)

_EVERY = (*_OF_INSTANCE, *_OF_VIRTUAL_MACHINE, *_OF_POOL, *_OF_REPLICA_SET)
_READ = frozenset(path for _, checks in _EVERY for check in checks for path in check.reads)
_READ_OF_MACHINE = frozenset(
    path for _, checks in _EVERY for check in checks for path in check.machine
)

# What fixes set most often of all that no check reads.
_UNREAD = (
    "domain.cpu.realtime.mask",
    "domain.devices.autoattachMemBalloon",
    "domain.devices.autoattachSerialConsole",
    "nodeSelector",
)


class Submitted(NamedTuple):
    """A VMI as the webhooks get it, and what they check, in their order."""

    vmi: Vmi
    stages: Stages


def submitted(
    spec: dict[str, Any],
    release: Release,
    cluster: Cluster,
    prefix: str = "spec",
    defaulted: dict[str, Any] | None = None,
    metadata: Any = None,
    machine: dict[str, Any] | None = None,
    owner: dict[str, Any] | None = None,
    is_whole: bool = True,
) -> Submitted:
    """A VMI spec as `release` gets it.

    Takes the spec as its author wrote it, in plain data as Kubernetes reads it; it may hold
    placeholders. `prefix` is the spec's path in messages: `spec` of a VirtualMachineInstance,
    `spec.template.spec` of a VirtualMachine. `defaulted` is what `default_spec` makes of the spec,
    where the caller has it. `metadata` is the VMI's, and `machine` the rest of the spec of the
    VirtualMachine that holds it, if one does; `owner` is as in Vmi. Where the spec is not whole,
    since an instancetype or a preference has a say, only what these do not change is checked.
    Raises nothing.
    """
    if defaulted is None:
        defaulted = default_spec(spec, release, cluster)
    read = Fields(spec), Fields(defaulted), release, cluster, prefix
    vmi = Vmi(
        *read,
        Fields({} if metadata is None else metadata),
        None if machine is None else Fields(machine),
        Fields({} if owner is None else owner),
    )
    return Submitted(vmi, _stages(vmi) if is_whole else _BESIDE_INSTANCETYPE)


def admitted(submitted: Submitted) -> list[Cause]:
    """The reasons for which the webhooks refuse a VMI, in their order; none where it is admitted.

    A check that needs a placeholder, or a value that the API refuses for its type, says nothing;
    the others do. Where the webhook crashes (a message that starts with `panic:`) the other causes
    are given as well, though nobody gets to see them until the crash is gone. Raises nothing.
    """
    return collected(submitted, lambda check: known(check, submitted.vmi))


def collected(submitted: Submitted, ask: Callable[[Run], list[Cause]]) -> list[Cause]:
    """The causes of all checks of which something is there; `ask` says those of one."""
    vmi = submitted.vmi
    there = frozenset(path for path in _READ if _may_be(vmi.spec, path))
    machine = None
    if vmi.machine is not None:
        machine = frozenset(path for path in _READ_OF_MACHINE if _may_be(vmi.machine, path))
    return [
        cause._replace(stage=stage) if stage != SPEC == cause.stage else cause
        for stage, checks in _asked(submitted.stages, there, machine)
        for cause in _to_the_last(checks, ask)
    ]


def _may_be(fields: Fields, path: str) -> bool:
    try:
        return fields.has(path)
    except UnknownValue:
        return True


# VMs with the same fields are asked the same, and most VMs of a run have.
@lru_cache(maxsize=64)
def _asked(
    stages: Stages, there: frozenset[str], machine: frozenset[str] | None
) -> tuple[tuple[int, tuple[Run, ...]], ...]:
    """What the checks run of which something is there in the spec, and in the machine's."""

    def is_asked(check: Check) -> bool:
        if check.reads and there.isdisjoint(check.reads):
            return False
        return not check.machine or machine is None or not machine.isdisjoint(check.machine)

    return tuple((stage, tuple(map(_run, filter(is_asked, checks)))) for stage, checks in stages)


def _to_the_last(checks: tuple[Run, ...], ask: Callable[[Run], list[Cause]]) -> Iterator[Cause]:
    for check in checks:
        for cause in ask(check):
            yield cause
            if cause.is_last:
                return


def _stages(vmi: Vmi) -> Stages:
    if vmi.prefix == "spec":
        return _OF_INSTANCE
    if vmi.machine is None:
        return _OF_REPLICA_SET
    return _OF_VIRTUAL_MACHINE if vmi.is_of_machine else _OF_POOL


def heard(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes that the webhook answers with: it stops after a stage that has any.

    Where it crashes that is all that there is.
    """
    found = tuple(causes)
    first = min((cause.stage for cause in found), default=SPEC)
    of_stage = tuple(cause for cause in found if cause.stage == first)
    return tuple(c for c in of_stage if c.message.startswith("panic:"))[:1] or of_stage


def _run(check: Check) -> Run:
    found: Run = getattr(import_module(f"{__name__}.{check.module}"), check.name)
    return found


def as_read(spec: Any) -> Any:
    """The VMI spec without fields that no check reads; `spec` is not changed.

    Specs of which the same is left are admitted alike, by any release and cluster.
    """
    for path in _UNREAD:
        spec = without_value(spec, path)
    return spec
