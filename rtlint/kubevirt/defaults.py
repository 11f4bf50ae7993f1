"""What KubeVirt's mutating webhook makes of a VMI spec, as far as it counts for a realtime VM.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/mutating-webhook/mutators/vmi-mutator.go (to
v0.59), pkg/defaults (from v1.0) and staging/src/kubevirt.io/api/core/v1/defaults.go; behaviour
measured on v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, Fields, UnknownValue
from rtlint.kubernetes.plain import with_value, without_value
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.device_defaults import disk_buses, disks, inputs
from rtlint.kubevirt.hotplug import max_guest, max_sockets
from rtlint.kubevirt.hyperv import hyperv, vmx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

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
    "domain.features.hypervPassthrough": (1, 3, 0),
    "domain.ioThreads": (1, 5, 0),
    "domain.launchSecurity": (0, 49, 0),
    "domain.launchSecurity.snp": (1, 7, 0),
    "domain.launchSecurity.tdx": (1, 7, 0),
    "domain.memory.maxGuest": (1, 1, 0),
}

_COUNTS = ("domain.cpu.sockets", "domain.cpu.cores", "domain.cpu.threads")
_UINT32 = 2**32


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


def _cpu_model(fields: Fields, _release: Release, cluster: Cluster) -> Iterator[Setting]:
    if fields.string("domain.cpu.model"):
        return
    # To v0.59 a VM has the cluster's.
    is_arm = (fields.string("architecture") or cluster.architecture) == "arm64"
    other = cluster.cpu_model or "host-model"
    yield "domain.cpu.model", "host-passthrough" if is_arm else other


def _acpi(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """s390x has no ACPI, and no default of its own for it before v1.3."""
    if release < (1, 3) or fields.string("architecture") != "s390x":
        return
    if fields.boolean("domain.features.acpi.enabled") is None:
        yield "domain.features.acpi.enabled", False


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
    (disks, ()),
    (disk_buses, ()),
    (inputs, ()),
    (_acpi, ()),
    (hyperv, ()),
    (vmx, ()),
    (_cpu_model, ("domain.cpu.model",)),
    (max_sockets, ("domain.cpu.maxSockets",)),
    (max_guest, ("domain.memory.maxGuest",)),
)
