"""The virt-launcher pod: where it may run, and what it asks of the node.

Source: kubevirt, pkg/virt-controller/services: renderresources.go and template.go, measured on
v1.9.0; pkg/hypervisor/kvm (GetMemoryOverhead).
"""

from __future__ import annotations

from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.conversion.nodeselector import node_selector
from rtlint.kubevirt.conversion.podresources import (
    EPHEMERAL_STORAGE,
    ephemeral_storage,
    of_hypervisor,
    passed_through,
)
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

_NANO = 10**9
_MIB = 2**20
# The constants of GetMemoryOverhead, in MiB, as v1.9 has them: virt-launcher-monitor,
# virt-launcher, virtlogd, virtqemud, QEMU and the static I/O thread.
_COMPONENTS = 25 + 100 + 25 + 40 + 30 + 8
_PER_VCPU = 8
_GRAPHICS = 32
_GUARANTEED = 100
# Two flash devices of QEMU's for UEFI.
_ARM_FIRMWARE = 128


class Pod(NamedTuple):
    """The pod's node selector, and what the compute container asks for.

    Quantities are written as Kubernetes does. `memory_overhead` is what KubeVirt adds to the
    guest's memory, in bytes. Its formula is measured on v1.9 only: for an older release it is
    None, and `memory` is in neither `requests` nor `limits`.
    """

    node_selector: Mapping[str, str]
    requests: Mapping[str, str]
    limits: Mapping[str, str]
    memory_overhead: int | None


def render_pod(vmi: Vmi) -> Pod:
    """The pod that virt-controller makes of a defaulted VMI.

    Raises UnknownValue where a field that counts holds a placeholder or a value of a wrong type.
    """
    requests, limits = _cpu(vmi)
    shared = passed_through(vmi) | _hugepages(vmi)
    requests[EPHEMERAL_STORAGE], most = ephemeral_storage(vmi)
    if most is not None:
        limits[EPHEMERAL_STORAGE] = most
    overhead = _memory_overhead(vmi) if vmi.release >= (1, 9) else None
    if overhead is not None:
        request, limit = _memory(vmi, overhead)
        requests["memory"] = request
        if limit is not None:
            limits["memory"] = limit
    limits |= shared | of_hypervisor(vmi)
    return Pod(
        MappingProxyType(node_selector(vmi)),
        MappingProxyType({name: str(value) for name, value in (requests | shared).items()}),
        MappingProxyType({name: str(value) for name, value in limits.items()}),
        None if overhead is None else overhead.value,
    )


class Cpus(NamedTuple):
    """The CPUs that the pod of a VM with dedicated ones asks for, by what they are for."""

    vcpus: int
    pool: int
    emulator: int


def dedicated_cpus(vmi: Vmi) -> Cpus:
    vcpus, pool = vmi.topology.vcpus, _pool(vmi)
    return Cpus(vcpus, pool, _emulator_cpus(vmi, vcpus, pool))


def whole_cpus(vmi: Vmi) -> int:
    """How many CPUs the pod asks for; without dedicated CPUs its request, rounded up."""
    return sum(dedicated_cpus(vmi)) if vmi.dedicated else _cpu(vmi)[0]["cpu"].value


def _pool(vmi: Vmi) -> int:
    """The CPUs for a supplemental pool: from v1.5.2 its count, whatever the policy says."""
    return (vmi.pool_threads or 0) if vmi.release >= (1, 5, 2) else 0


def _emulator_cpus(vmi: Vmi, vcpus: int, pool: int) -> int:
    if not vmi.isolated:
        return 0
    # A pool that the policy asks for is added, from v1.5.2 once more, before the parity counts.
    by_policy = vmi.spec.string("domain.ioThreadsPolicy") == "supplementalPool"
    others = vcpus + pool + (vmi.pool_threads or 0) * by_policy
    return 2 if vmi.completes_parity and others % 2 == 0 else 1


def _cpu(vmi: Vmi) -> tuple[dict[str, Quantity], dict[str, Quantity]]:
    """CPU requests and limits."""
    if vmi.dedicated:
        cpus = Quantity(whole_cpus(vmi) * _NANO)
        return {"cpu": cpus}, {"cpu": cpus}
    # A tenth of a CPU for each vCPU (cpuAllocationRatio), unless the manifest says otherwise.
    requests = {"cpu": Quantity((vmi.topology.vcpus + _pool(vmi)) * _NANO // 10)}
    limits = {}
    request = vmi.spec.quantity("domain.resources.requests.cpu")
    limit = vmi.spec.quantity("domain.resources.limits.cpu")
    if request is not None:
        requests["cpu"] = request
    if limit is not None:
        limits["cpu"] = limit
    return requests, limits


def _hugepages(vmi: Vmi) -> dict[str, Quantity]:
    """Hugepages for the guest's memory, or for the request where that is smaller."""
    if not vmi.hugepages:
        return {}
    size = vmi.spec.string("domain.memory.hugepages.pageSize") or ""
    request, guest = _memory_request(vmi), vmi.spec.quantity("domain.memory.guest")
    pages = guest if guest is not None and request.value > guest.value else request
    return {f"hugepages-{size}": pages}


def _memory_request(vmi: Vmi) -> Quantity:
    """The request before the overhead (WithMemoryRequests)."""
    for kind in ("requests", "limits"):
        memory = vmi.spec.quantity(f"domain.resources.{kind}.memory")
        if memory is not None and memory.nano:
            return memory
    guest = vmi.spec.quantity("domain.memory.guest")
    if guest is None and vmi.hugepages:
        guest = parse_quantity(vmi.spec.string("domain.memory.hugepages.pageSize"))
    return guest if guest is not None and guest.nano > 0 else Quantity(0)


def _memory(vmi: Vmi, overhead: Quantity) -> tuple[Quantity, Quantity | None]:
    """Memory request and limit. Hugepages are counted apart from them."""
    request = _memory_request(vmi)
    limit = vmi.spec.quantity("domain.resources.limits.memory")
    if vmi.dedicated:
        limit = request
    if vmi.hugepages:
        guest = vmi.spec.quantity("domain.memory.guest")
        request = _beyond(request, guest)
        limit = None if limit is None else _beyond(limit, guest)
    elif vmi.spec.boolean("domain.resources.overcommitGuestOverhead"):
        return request, None if limit is None else _add(limit, overhead)
    return _add(request, overhead), None if limit is None else _add(limit, overhead)


def _beyond(memory: Quantity, guest: Quantity | None) -> Quantity:
    """What is asked for beyond the guest's memory."""
    if guest is None or memory.value <= guest.value:
        return Quantity(0)
    return Quantity(memory.nano - guest.nano, memory.notation)


def _add(first: Quantity, second: Quantity) -> Quantity:
    """The sum, in the first one's notation unless that is zero (Quantity.Add)."""
    notation = first.notation if first.nano else second.notation
    return Quantity(first.nano + second.nano, notation)


def _memory_overhead(vmi: Vmi) -> Quantity:
    """GetMemoryOverhead of v1.9; without `additionalGuestMemoryOverheadRatio` of the cluster."""
    request = vmi.spec.quantity("domain.resources.requests.memory") or Quantity(0)
    # Page tables: one bit for every 512 of the request in kB, so a decimal number.
    tables = Quantity(-(-request.value // 1000) * 1000 // 512 * _NANO)
    mebibytes = _COMPONENTS + _PER_VCPU * vmi.topology.vcpus + sum(_extras(vmi.spec))
    if vmi.spec.boolean("domain.devices.autoattachGraphicsDevice") is not False:
        mebibytes += _GRAPHICS
    if vmi.dedicated or _is_guaranteed(vmi):
        mebibytes += _GUARANTEED
    if vmi.architecture == "arm64":
        mebibytes += _ARM_FIRMWARE
    return _add(tables, Quantity(mebibytes * _MIB * _NANO, "binary"))


def _extras(spec: Fields) -> Iterator[int]:
    """MiB for what only some VMs have."""
    devices = "domain.devices"
    interfaces = spec.each(f"{devices}.interfaces")
    passed_through = spec.items(f"{devices}.hostDevices") or spec.items(f"{devices}.gpus")
    # VFIO locks the guest's memory and maps the device's.
    if passed_through or any(interface.has("sriov") for interface in interfaces):
        yield 1024
    if any(volume.has("downwardMetrics") for volume in spec.each("volumes")):
        yield 1
    probes = sum(spec.has(f"{probe}.exec") for probe in ("livenessProbe", "readinessProbe"))
    if probes:
        yield 100 + 10 * probes
    if any(spec.has(f"domain.launchSecurity.{kind}") for kind in ("sev", "snp")):
        yield 256
    if spec.has(f"{devices}.tpm") and spec.boolean(f"{devices}.tpm.enabled") is not False:
        yield 53


def _is_guaranteed(vmi: Vmi) -> bool:
    """Whether the manifest itself asks for Kubernetes' QoS class Guaranteed."""
    for resource in ("cpu", "memory"):
        request = vmi.spec.quantity(f"domain.resources.requests.{resource}")
        limit = vmi.spec.quantity(f"domain.resources.limits.{resource}")
        if request is None or limit is None or not request.nano or request.nano != limit.nano:
            return False
    return True
