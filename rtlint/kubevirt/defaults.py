"""What KubeVirt's mutating webhook makes of a VMI spec, as far as it counts for a realtime VM.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/mutating-webhook/mutators/vmi-mutator.go (to
v0.59), pkg/defaults (from v1.0) and staging/src/kubevirt.io/api/core/v1/defaults.go; behaviour
measured on v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import PLACEHOLDER, Fields, UnknownValue
from rtlint.kubernetes.plain import with_value, without_value
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

_COUNTS = ("domain.cpu.sockets", "domain.cpu.cores", "domain.cpu.threads")
_UINT32 = 2**32
_BILLION = 10**9
# setupCPUHotplug's upper bound, chosen for all machine types.
_MAX_VCPUS = 512
_MIB = 2**20


def default_spec(spec: dict[str, Any], release: Release, cluster: Cluster) -> dict[str, Any]:
    """The VMI spec as the mutating webhook of `release` leaves it; `spec` is not changed.

    Takes plain data as Kubernetes reads it. A default that hangs on a placeholder, or on a value
    of a wrong type, is a placeholder itself; what was written is never replaced by one. Quantities
    stay as written, and the automatic `memory.maxGuest` is a quantity's text (`16Gi`). Fields that
    the release does not have yet are left out. The result may share parts with `spec`: neither is
    to be changed afterwards. Raises nothing.
    """
    defaulted = spec
    for path, since in _SINCE.items():
        if release < since:
            defaulted = without_value(defaulted, path)
    for step, targets in _STEPS:
        try:
            settings = list(step(Fields(defaulted), release, cluster))
        except UnknownValue:
            settings = [(path, PLACEHOLDER) for path in targets if _is_absent(defaulted, path)]
        for path, value in settings:
            defaulted = with_value(defaulted, path, value)
    return dict(defaulted) if defaulted is spec else defaulted


def live_update(release: Release, cluster: Cluster) -> bool:
    """Whether the cluster's VM rollout strategy is LiveUpdate (IsVMRolloutStrategyLiveUpdate)."""
    if release >= (1, 6):
        return cluster.rollout in ("", "LiveUpdate")
    # The setting came with v1.2, behind a gate to v1.4.
    gated = release < (1, 5) and "VMLiveUpdateFeatures" not in cluster.gates
    return cluster.rollout == "LiveUpdate" and release >= (1, 2) and not gated


def sets_memory_request(release: Release) -> bool:
    """Whether the webhook itself fills `requests.memory`.

    From v1.7.0, and in v1.6 from v1.6.4, virt-controller does so on the pod instead.
    """
    return release < (1, 6, 4)


def _is_absent(spec: dict[str, Any], path: str) -> bool:
    """Whether nothing stands at the path, nor anything on the way to it that is no mapping."""
    try:
        return not Fields(spec).has(path)
    except UnknownValue:
        return False


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
    if any(_is_counted(fields, path) for path in _COUNTS):
        return
    cpus = fields.quantity("domain.resources.limits.cpu")
    if cpus is None:
        cpus = fields.quantity("domain.resources.requests.cpu")
    yield "domain.cpu.sockets", 1 if cpus is None else cpus.value % _UINT32
    yield "domain.cpu.cores", 1
    yield "domain.cpu.threads", 1


def _is_counted(fields: Fields, path: str) -> bool:
    try:
        return fields.unsigned(path) > 0
    except UnknownValue:
        # Nobody parametrises a count to leave it 0.
        return True


def _cpu_model(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    if fields.string("domain.cpu.model"):
        return
    other = cluster.cpu_model or "host-model"
    yield "domain.cpu.model", "host-passthrough" if _is_arm(fields, release) else other


def _is_arm(fields: Fields, release: Release) -> bool:
    return release >= (1, 0) and fields.string("architecture") == "arm64"


def _max_sockets(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    if not _hotplugs(fields, release, cluster) or fields.unsigned("domain.cpu.maxSockets"):
        return
    sockets, cores, threads = (fields.unsigned(path) for path in _COUNTS)
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
    supported = release >= (1, 3) and not _is_arm(fields, release)
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
    taken = {_name(item) for item in disks + fields.items("domain.devices.filesystems")}
    missing = [_disk(volume) for volume in fields.items("volumes") if _needs_disk(volume, taken)]
    if missing:
        yield "domain.devices.disks", disks + missing


def _needs_disk(volume: object, taken: set[str]) -> bool:
    try:
        return not Fields(volume).has("memoryDump") and _name(volume) not in taken
    except UnknownValue:
        return False


def _disk(volume: object) -> dict[str, Any]:
    return {"name": _name(volume)}


def _name(item: object) -> str:
    return Fields(item).string("name") or ""


def _disk_buses(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    disks = fields.items("domain.devices.disks")
    if disks:
        bus = "virtio" if _is_arm(fields, release) else "sata"
        yield "domain.devices.disks", [_with_bus(disk, bus) for disk in disks]


def _with_bus(disk: Any, bus: str) -> Any:
    """The disk with a bus for each of its targets, as a plain disk where it has no target."""
    if not isinstance(disk, dict):
        return disk
    kinds = [kind for kind in ("disk", "lun", "cdrom") if disk.get(kind) is not None]
    for kind in kinds or ["disk"]:
        target = disk.get(kind)
        if target is None or (isinstance(target, dict) and target.get("bus") in (None, "")):
            disk = with_value(disk, f"{kind}.bus", bus)
    return disk


def _inputs(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    inputs = fields.items("domain.devices.inputs")
    # Without a type an input was refused before v0.57.0.
    defaults = {"bus": "usb", "type": "tablet"} if release >= (0, 57) else {"bus": "usb"}
    if inputs:
        yield "domain.devices.inputs", [_filled(device, defaults) for device in inputs]


def _filled(device: Any, defaults: dict[str, str]) -> Any:
    """The device with the defaults for what is absent or empty."""
    if not isinstance(device, dict):
        return device
    empty = {key: value for key, value in defaults.items() if device.get(key) in (None, "")}
    return {**device, **empty}


def _eviction(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    # The cluster-wide setting came with v0.51.0.
    if release < (0, 51) or cluster.eviction_strategy is None:
        return
    if fields.string("evictionStrategy") is None:
        yield "evictionStrategy", cluster.eviction_strategy


# In the webhook's order: later steps read what earlier ones have set. Beside each step the fields
# that are unknown where the step cannot tell.
_STEPS: tuple[tuple[Step, tuple[str, ...]], ...] = (
    (_architecture, ()),
    (_cpu_request, ("domain.resources.requests.cpu",)),
    (_memory_request, ("domain.resources.requests.memory",)),
    (_guest_memory, ("domain.memory.guest",)),
    (_topology, _COUNTS),
    (_eviction, ()),
    (_disks, ()),
    (_disk_buses, ()),
    (_inputs, ()),
    (_cpu_model, ("domain.cpu.model",)),
    (_max_sockets, ("domain.cpu.maxSockets",)),
    (_max_guest, ("domain.memory.maxGuest",)),
)
