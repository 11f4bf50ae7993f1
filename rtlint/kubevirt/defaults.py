"""What KubeVirt's mutating webhook makes of a VMI spec, as far as it counts for a realtime VM.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/mutating-webhook/mutators/vmi-mutator.go (to
v0.59), pkg/defaults (from v1.0) and staging/src/kubevirt.io/api/core/v1/defaults.go; behaviour
measured on v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import PLACEHOLDER, Fields, UnknownValue, split_path
from rtlint.kubernetes.quantity import Quantity, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

    # One default: the field's path in the VMI spec, and its value.
    Setting = tuple[str, object]
    Step = Callable[[Fields, Release, Cluster], Iterator[Setting]]

# The first release that has the field. The API server drops it before that, so nothing reads it.
_SINCE = {
    "architecture": (1, 0, 0),
    "domain.cpu.maxSockets": (1, 0, 0),
    "domain.devices.logSerialConsole": (1, 1, 0),
    "domain.devices.video": (1, 6, 0),
    "domain.ioThreads": (1, 5, 0),
    "domain.launchSecurity": (0, 49, 0),
    "domain.memory.maxGuest": (1, 1, 0),
}

_UINT32 = 2**32
_BILLION = 10**9
# setupCPUHotplug's upper bound, chosen for all machine types.
_MAX_VCPUS = 512
_MIB = 2**20


def default_spec(spec: dict[str, Any], release: Release, cluster: Cluster) -> dict[str, Any]:
    """The VMI spec as the mutating webhook of `release` leaves it; `spec` is not changed.

    Takes plain data as Kubernetes reads it. What hangs on a placeholder or on a value of a wrong
    type stays as it was written. Quantities stay as written, too, and the automatic
    `memory.maxGuest` is a quantity's text (`16Gi`). Fields that the release does not have yet are
    left out. The result may share parts with `spec`: neither is to be changed afterwards.
    """
    defaulted = spec
    for path, since in _SINCE.items():
        if release < since:
            defaulted = _attempt(_without, defaulted, split_path(path))
    for step in _STEPS:
        defaulted = _apply(defaulted, step, release, cluster)
    return dict(defaulted) if defaulted is spec else defaulted


def live_update(release: Release, cluster: Cluster) -> bool:
    """Whether the cluster's VM rollout strategy is LiveUpdate (IsVMRolloutStrategyLiveUpdate)."""
    if release >= (1, 6):
        return cluster.rollout in ("", "LiveUpdate")
    gated = release < (1, 5) and "VMLiveUpdateFeatures" not in cluster.gates
    return cluster.rollout == "LiveUpdate" and not gated


def sets_memory_request(release: Release) -> bool:
    """Whether the webhook itself fills `requests.memory`.

    From v1.7.0, and in v1.6 from v1.6.4, virt-controller does so on the pod instead.
    """
    return release < (1, 6, 4)


def _apply(spec: dict[str, Any], step: Step, release: Release, cluster: Cluster) -> dict[str, Any]:
    """The spec with one step's settings; what the step cannot know it leaves alone."""
    try:
        for path, value in step(Fields(spec), release, cluster):
            spec = _with(spec, split_path(path), value)
    except UnknownValue:
        pass
    return spec


def _attempt(change: Callable[..., dict[str, Any]], spec: dict[str, Any], *args: Any) -> Any:
    try:
        return change(spec, *args)
    except UnknownValue:
        return spec


def _with(data: Any, path: tuple[str | int, ...], value: object) -> Any:
    """A copy of the data with the value at the path, sharing everything beside the path."""
    if not path:
        return value
    key, *rest = path
    if isinstance(key, int) and isinstance(data, list):
        copy: Any = list(data)
        copy[key] = _with(data[key], tuple(rest), value)
    elif isinstance(key, str) and (data is None or isinstance(data, dict)):
        copy = dict(data or {})
        copy[key] = _with(copy.get(key), tuple(rest), value)
    else:
        raise UnknownValue(str(key))
    return copy


def _without(data: Any, path: tuple[str | int, ...]) -> Any:
    """The data without what stands at the path; the same data where nothing does."""
    key, *rest = path
    if not isinstance(data, dict) or key not in data:
        return data
    copy = dict(data)
    if rest:
        copy[key] = _without(data[key], tuple(rest))
    else:
        del copy[key]
    return copy


def _architecture(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    if release >= (1, 0) and not fields.string("architecture"):
        yield "architecture", cluster.architecture


def _cpu_request(fields: Fields, _release: Release, _cluster: Cluster) -> Iterator[Setting]:
    yield from _request_from_limit(fields, "cpu")


def _memory_request(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    if not sets_memory_request(release):
        return
    limit = fields.quantity("domain.resources.limits.memory")
    if limit is not None and limit.nano:
        yield from _request_from_limit(fields, "memory")
    elif not fields.has("domain.resources.requests.memory"):
        memory = _guest_or_page(fields)
        quantity = parse_quantity(memory)
        if quantity is not None and quantity.nano > 0:
            yield "domain.resources.requests.memory", memory


def _request_from_limit(fields: Fields, resource: str) -> Iterator[Setting]:
    limit = fields.quantity(f"domain.resources.limits.{resource}")
    request = fields.quantity(f"domain.resources.requests.{resource}")
    if limit is not None and limit.nano and (request is None or not request.nano):
        path = f"domain.resources.requests.{resource}"
        yield path, fields.mapping("domain.resources.limits")[resource]


def _guest_or_page(fields: Fields) -> object:
    """`memory.guest` as written, else the hugepage size; None where there is neither."""
    if fields.quantity("domain.memory.guest") is not None:
        return fields.mapping("domain.memory")["guest"]
    return fields.string("domain.memory.hugepages.pageSize")


def _guest_memory(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """To v1.2 the webhook leaves `memory.guest` empty: virt-launcher makes up for it."""
    if release < (1, 3) or fields.quantity("domain.memory.guest") is not None:
        return
    for kind in ("requests", "limits"):
        memory = fields.quantity(f"domain.resources.{kind}.memory")
        if memory is not None and memory.nano:
            yield "domain.memory.guest", fields.mapping(f"domain.resources.{kind}")["memory"]
            return
    page = fields.string("domain.memory.hugepages.pageSize")
    if parse_quantity(page) is not None:
        yield "domain.memory.guest", page


def _topology(fields: Fields, _release: Release, _cluster: Cluster) -> Iterator[Setting]:
    if any(fields.unsigned(f"domain.cpu.{name}") for name in ("sockets", "cores", "threads")):
        return
    cpus = fields.quantity("domain.resources.limits.cpu")
    if cpus is None:
        cpus = fields.quantity("domain.resources.requests.cpu")
    yield "domain.cpu.sockets", 1 if cpus is None else cpus.value % _UINT32
    yield "domain.cpu.cores", 1
    yield "domain.cpu.threads", 1


def _cpu_model(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    if fields.string("domain.cpu.model"):
        return
    arm = release >= (1, 0) and fields.string("architecture") == "arm64"
    yield "domain.cpu.model", "host-passthrough" if arm else cluster.cpu_model or "host-model"


def _max_sockets(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    if not _hotplugs(fields, release, cluster) or fields.unsigned("domain.cpu.maxSockets"):
        return
    sockets, cores, threads = (
        fields.unsigned(f"domain.cpu.{name}") for name in ("sockets", "cores", "threads")
    )
    if cluster.max_cpu_sockets:
        yield "domain.cpu.maxSockets", max(cluster.max_cpu_sockets, sockets)
        return
    most = sockets * cluster.max_hotplug_ratio % _UINT32
    # The bound came with v1.4.1 and v1.5.1; a count that is not set makes the product 0 there.
    if _bounds_sockets(release) and most * cores * threads % _UINT32 > _MAX_VCPUS:
        most = max(_MAX_VCPUS // (cores * threads), sockets)
    if most:
        yield "domain.cpu.maxSockets", most


def _bounds_sockets(release: Release) -> bool:
    return release >= (1, 5, 1) or (1, 4, 1) <= release < (1, 5)


def _max_guest(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    if not _hotplugs(fields, release, cluster) or fields.has("domain.memory.maxGuest"):
        return
    guest = fields.quantity("domain.memory.guest")
    if guest is None or not _memory_hotplugs(fields):
        return
    most = cluster.max_guest or guest.value * cluster.max_hotplug_ratio
    gigantic = fields.string("domain.memory.hugepages.pageSize") == "1Gi"
    block = 1024 * _MIB if gigantic else 2 * _MIB
    if guest.nano <= most * _BILLION and guest.value % block == 0 and most % block == 0:
        yield "domain.memory.maxGuest", str(Quantity(most * _BILLION, "binary"))


def _hotplugs(fields: Fields, release: Release, cluster: Cluster) -> bool:
    """Whether the webhook sets hotplug limits; to v1.2 only the VM controller does, on VMs."""
    supported = release >= (1, 3) and fields.string("architecture") != "arm64"
    return supported and live_update(release, cluster)


def _memory_hotplugs(fields: Fields) -> bool:
    """ValidateLiveUpdateMemory, without the sizes."""
    return fields.string("architecture") == "amd64" and not any(
        fields.has(path)
        for path in (
            "domain.cpu.realtime",
            "domain.cpu.numa.guestMappingPassthrough",
            "domain.launchSecurity",
        )
    )


def _disks(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """A disk for each volume that has neither a disk nor a filesystem (from v0.54.0)."""
    if release < (0, 54):
        return
    disks = fields.items("domain.devices.disks")
    taken = [_name(item) for item in (*disks, *fields.items("domain.devices.filesystems"))]
    named = [(_name(volume), volume) for volume in fields.items("volumes")]
    missing = [
        {"name": name}
        for name, volume in named
        if name not in taken and not Fields(volume).has("memoryDump")
    ]
    if missing:
        yield "domain.devices.disks", [*disks, *missing]


def _name(item: object) -> str:
    name = Fields(item).string("name")
    if item is PLACEHOLDER:
        raise UnknownValue("name")
    return name or ""


def _disk_targets(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    arm = release >= (1, 0) and fields.string("architecture") == "arm64"
    bus = "virtio" if arm else "sata"
    for i, disk in enumerate(fields.items("domain.devices.disks")):
        if not isinstance(disk, dict):
            continue
        kinds = [kind for kind in ("disk", "lun", "cdrom") if disk.get(kind) is not None]
        for kind in kinds or ["disk"]:
            target = disk.get(kind) or {}
            if isinstance(target, dict) and target.get("bus") in (None, ""):
                yield f"domain.devices.disks[{i}].{kind}.bus", bus


def _inputs(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    for i, device in enumerate(fields.items("domain.devices.inputs")):
        if not isinstance(device, dict):
            continue
        if device.get("bus") in (None, ""):
            yield f"domain.devices.inputs[{i}].bus", "usb"
        if release >= (0, 57) and device.get("type") in (None, ""):
            yield f"domain.devices.inputs[{i}].type", "tablet"


def _eviction(fields: Fields, _release: Release, cluster: Cluster) -> Iterator[Setting]:
    if cluster.eviction_strategy is not None and fields.string("evictionStrategy") is None:
        yield "evictionStrategy", cluster.eviction_strategy


# In the webhook's order: later steps read what earlier ones have set.
_STEPS: tuple[Step, ...] = (
    _architecture,
    _cpu_request,
    _memory_request,
    _guest_memory,
    _topology,
    _eviction,
    _disks,
    _disk_targets,
    _inputs,
    _cpu_model,
    _max_sockets,
    _max_guest,
)
