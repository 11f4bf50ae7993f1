"""Which pCPU each thread of a VM with dedicated CPUs runs on.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/vcpu/vcpu.go
(AdjustDomainForTopologyAndCPUSet, FormatEmulatorThreadPin).
"""

from __future__ import annotations

from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.cpupool import CpuPool
from rtlint.kubevirt.conversion.iothreads import has_policy, pin_iothreads, pin_pool
from rtlint.kubevirt.vmi import ConversionError
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rtlint.kubevirt.conversion.host import Host
    from rtlint.kubevirt.vmi import Vmi


class Placement(NamedTuple):
    """pCPU numbers: of each vCPU by its id, of the emulator, of each I/O thread by its id (from 1).

    Empty where KubeVirt pins nothing.
    """

    vcpus: tuple[int, ...] = ()
    emulator: tuple[int, ...] = ()
    iothreads: Mapping[int, tuple[int, ...]] = MappingProxyType({})


def place(vmi: Vmi, host: Host, cpuset: Sequence[int], iothreads: int) -> Placement:
    """The placement that virt-launcher makes for a VMI with dedicated CPUs.

    `cpuset` is what the kubelet gave the pod, `iothreads` what the domain says of I/O threads
    when they are pinned. Raises ConversionError where virt-launcher refuses or panics.
    """
    booted = vmi.booted_topology
    pool = CpuPool(host, cpuset, booted.threads, strict=vmi.passthrough)
    vcpus = tuple(pool.fit_cores(booted.sockets * booted.cores))
    # From v1.9 a supplemental pool is served before the emulator, and counts for its parity.
    pool_threads = vmi.pinned_pool if vmi.release >= (1, 9) else 0
    pins = pin_pool(vmi, pool, iothreads) if pool_threads else {}
    emulator = _emulator(vmi, pool, pool_threads) if vmi.isolated else ()
    if not pool_threads and has_policy(vmi):
        pins = pin_iothreads(vmi, iothreads, emulator, cpuset)
    return Placement(vcpus, emulator, MappingProxyType(pins))


def _emulator(vmi: Vmi, pool: CpuPool, pool_threads: int) -> tuple[int, ...]:
    pcpus = []
    even = (vmi.topology.vcpus + pool_threads) % 2 == 0
    for which in ("", "second ") if vmi.completes_parity and even else ("",):
        try:
            pcpus.append(pool.fit_thread())
        except ConversionError as error:
            raise ConversionError(
                f"no {which}CPU allocated for the emulation thread: {error}"
            ) from None
    return tuple(pcpus)
