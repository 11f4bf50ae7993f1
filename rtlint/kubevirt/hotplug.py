"""Up to where a VM may be plugged: the limits that KubeVirt sets where it updates VMs live.

Source: kubevirt/kubevirt, pkg/virt-config (IsVMRolloutStrategyLiveUpdate) and pkg/defaults
(setupCPUHotplug, setupMemoryHotplug); measured on v1.3.0 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields
from rtlint.kubernetes.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

    # A field's path in the VMI spec, and its value.
    Setting = tuple[str, object]

_COUNTS = ("domain.cpu.sockets", "domain.cpu.cores", "domain.cpu.threads")
_UINT32 = 2**32
_BILLION = 10**9
# setupCPUHotplug's upper bound, chosen for all machine types.
MAX_VCPUS = 512
_MIB = 2**20


def live_update(release: Release, cluster: Cluster) -> bool:
    """Whether the cluster's VM rollout strategy is LiveUpdate (IsVMRolloutStrategyLiveUpdate)."""
    if release >= (1, 6):
        return cluster.rollout in ("", "LiveUpdate")
    # The setting came with v1.2, behind a gate to v1.4.
    gated = release < (1, 5) and "VMLiveUpdateFeatures" not in cluster.gates
    return cluster.rollout == "LiveUpdate" and release >= (1, 2) and not gated


def max_sockets(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    """The sockets that the domain is built for, where the VM does not say it (setupCPUHotplug)."""
    if not _hotplugs(fields, release, cluster) or fields.unsigned("domain.cpu.maxSockets"):
        return
    sockets, cores, threads = (fields.unsigned(path) for path in _COUNTS)
    if cluster.max_cpu_sockets:
        yield "domain.cpu.maxSockets", max(cluster.max_cpu_sockets, sockets)
        return
    most = sockets * cluster.max_hotplug_ratio % _UINT32
    # The bound came with v1.4.1 and v1.5.1; a count that is not set makes the product 0 there.
    if bounds_sockets(release) and most * cores * threads % _UINT32 > MAX_VCPUS:
        most = max(MAX_VCPUS // (cores * threads), sockets)
    if most:
        yield "domain.cpu.maxSockets", most


def bounds_sockets(release: Release) -> bool:
    """Whether KubeVirt sets no more sockets by itself than make MAX_VCPUS."""
    return release >= (1, 5, 1) or (1, 4, 1) <= release < (1, 5)


def max_guest(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    """The memory that the guest may grow to, as a quantity's text (setupMemoryHotplug)."""
    if not _hotplugs(fields, release, cluster) or fields.has("domain.memory.maxGuest"):
        return
    guest = fields.quantity("domain.memory.guest")
    if guest is None or not _memory_hotplugs(fields):
        return
    # requiredMinGuestMemory, from v1.3.1.
    if release >= (1, 3, 1) and guest.value < 1024 * _MIB:
        return
    most = cluster.max_guest or guest.value * cluster.max_hotplug_ratio
    gigantic = fields.string("domain.memory.hugepages.pageSize") == "1Gi"
    block = 1024 * _MIB if gigantic else 2 * _MIB
    if guest.nano <= most * _BILLION and guest.value % block == 0 and most % block == 0:
        yield "domain.memory.maxGuest", str(Quantity(most * _BILLION, "binary"))


def _hotplugs(fields: Fields, release: Release, cluster: Cluster) -> bool:
    """Whether the webhook sets hotplug limits; to v1.2 only the VM controller does, on VMs.

    SetDefaultVirtualMachineInstance leaves out arm64 from v1.5.2.
    """
    is_left_out = release >= (1, 5, 2) and fields.string("architecture") == "arm64"
    return release >= (1, 3) and not is_left_out and live_update(release, cluster)


def _memory_hotplugs(fields: Fields) -> bool:
    """ValidateLiveUpdateMemory, without the sizes."""
    return fields.string("architecture") in ("amd64", "arm64") and not any(
        fields.has(path)
        for path in (
            "domain.cpu.realtime",
            "domain.cpu.numa.guestMappingPassthrough",
            "domain.launchSecurity",
        )
    )
