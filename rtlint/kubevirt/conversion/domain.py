"""The libvirt domain that virt-launcher makes of a VMI, as far as it counts for realtime.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/converter.go
(Convert_v1_VirtualMachineInstance_To_api_Domain); the order of elements and attributes:
pkg/virt-launcher/virtwrap/api/schema.go. Measured on v0.47.1 to v1.9.0, on KVM.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.devices import check_disks, devices_element
from rtlint.kubevirt.conversion.features import features_element
from rtlint.kubevirt.conversion.iothreads import count_iothreads
from rtlint.kubevirt.conversion.memory import (
    GuestCell,
    backing_element,
    memory_elements,
    numa_element,
    numatune_element,
    pass_numa_through,
)
from rtlint.kubevirt.conversion.placement import Placement, place
from rtlint.kubevirt.conversion.scheduling import mask_text
from rtlint.kubevirt.conversion.xml import element, escape
from rtlint.kubevirt.mask import VIRT_HANDLER_ERA
from rtlint.kubevirt.vmi import ConversionError
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.conversion.host import Host
    from rtlint.kubevirt.vmi import Vmi

# libvirt's VIR_DOMAIN_CPUMASK_LEN; KubeVirt itself would list four billion vCPUs.
MAX_THREADS = 16384


class Domain(NamedTuple):
    """The domain XML, which pCPU each thread runs on, and the guest's NUMA cells.

    `cells` is empty without NUMA passthrough. `iothreads` is the number in `<iothreads>`, 0 where
    the element is missing.
    """

    xml: str
    placement: Placement
    cells: tuple[GuestCell, ...]
    iothreads: int


def convert(vmi: Vmi, host: Host, cpuset: Sequence[int], cluster: Cluster) -> Domain:
    """The domain of a VMI on a host whose kubelet gave the pod these CPUs.

    Raises ConversionError with virt-launcher's words where it fails, and UnknownValue where a
    field that counts holds a placeholder or a value of a wrong type.
    """
    if max(vmi.full_topology.vcpus, vmi.topology.vcpus, vmi.pool_threads or 0) > MAX_THREADS:
        raise ConversionError(f"more than {MAX_THREADS} vCPUs or I/O threads, libvirt's bound")
    memory, features, devices = _before_placement(vmi, cluster)
    # From v1.5 to v1.7 virt-launcher counts I/O threads only after it has pinned them.
    counts_late = (1, 5) <= vmi.release < (1, 8)
    iothreads = 0 if counts_late else count_iothreads(vmi)
    placement = Placement()
    cells: tuple[GuestCell, ...] = ()
    if vmi.dedicated:
        placement = place(vmi, host, cpuset, iothreads)
        if vmi.passthrough:
            cells = pass_numa_through(vmi, host, placement.vcpus)
    if counts_late:
        iothreads = count_iothreads(vmi)
    parts = (
        memory,
        backing_element(vmi, cells),
        *_vcpus(vmi),
        element("iothreads", str(iothreads)) if iothreads else "",
        _cputune(vmi, placement) if vmi.dedicated else "",
        numatune_element(cells),
        _cpu(vmi, cells),
        features,
        devices,
    )
    return Domain(element("domain", *parts, type="kvm"), placement, cells, iothreads)


def _before_placement(vmi: Vmi, cluster: Cluster) -> tuple[str, str, str]:
    """Memory, features and devices, made in virt-launcher's order: what fails first is its error.

    From v1.8 memory and disks come last.
    """
    if vmi.release < (1, 8):
        memory = memory_elements(vmi)
        check_disks(vmi)
        devices, features = devices_element(vmi, cluster), features_element(vmi)
    else:
        devices, features = devices_element(vmi, cluster), features_element(vmi)
        memory = memory_elements(vmi)
        check_disks(vmi)
    return memory, features, devices


def _vcpus(vmi: Vmi) -> Iterator[str]:
    count = vmi.full_topology.vcpus
    yield element("vcpu", str(count), placement="static")
    if not vmi.max_sockets:
        return
    booted = vmi.booted_topology
    # The first socket cannot be unplugged: a guest needs one.
    enabled, fixed = booted.vcpus, booted.cores * booted.threads
    yield element(
        "vcpus",
        *(
            element("vcpu", id=i, enabled=_yes(i < enabled), hotpluggable=_yes(i >= fixed))
            for i in range(count)
        ),
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _cputune(vmi: Vmi, placement: Placement) -> str:
    parts = [element("vcpupin", vcpu=i, cpuset=pcpu) for i, pcpu in enumerate(placement.vcpus)]
    parts += [
        element("iothreadpin", iothread=i, cpuset=",".join(map(str, pcpus)))
        for i, pcpus in placement.iothreads.items()
    ]
    if placement.emulator:
        parts.append(element("emulatorpin", cpuset=",".join(map(str, placement.emulator))))
    if vmi.realtime and vmi.release < VIRT_HANDLER_ERA:
        vcpus = mask_text(vmi, len(placement.vcpus))
        parts.append(element("vcpusched", scheduler="fifo", priority=1, vcpus=vcpus))
    return element("cputune", *parts)


def _cpu(vmi: Vmi, cells: Sequence[GuestCell]) -> str:
    model = vmi.spec.string("domain.cpu.model") or "host-model"
    by_mode = model in ("host-model", "host-passthrough")
    topology = vmi.full_topology
    return element(
        "cpu",
        "" if by_mode else element("model", escape(model)),
        *_cpu_features(vmi, by_mode),
        element("topology", **topology._asdict()),
        numa_element(vmi, cells),
        mode=model if by_mode else "custom",
    )


def _cpu_features(vmi: Vmi, by_mode: bool) -> Iterator[str]:
    names = []
    for feature in vmi.spec.each("domain.cpu.features"):
        name = feature.string("name") or ""
        names.append(name)
        yield element("feature", name=name, policy=feature.string("policy") or None)
    # QEMU dropped mpx, which libvirt's named models still have (libvirt issue 304).
    # To v1.3 it was switched off for models of every architecture.
    is_x86 = vmi.architecture == "amd64" or vmi.release < (1, 4)
    if vmi.release >= (1, 2, 1) and is_x86 and not by_mode and "mpx" not in names:
        yield element("feature", name="mpx", policy="disable")
