"""I/O threads: how many a domain has, and which pCPUs they are pinned to.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: converter.go (setIOThreads and
getIOThreadsCountType), from v1.8 iothreads/iothreads.go; vcpu/vcpu.go (FormatDomainIOThreadPin).
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.vmi import NIL_PANIC, ConversionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.kubevirt.conversion.cpupool import CpuPool
    from rtlint.kubevirt.vmi import Vmi

    # The pCPUs of each pinned I/O thread, by thread id (from 1).
    Pins = dict[int, tuple[int, ...]]
_MISSING = "domain is missing IOThreads"


def has_policy(vmi: Vmi) -> bool:
    """Whether the VMI asks for I/O threads: by a policy, or by a disk with its own thread."""
    return vmi.spec.string("domain.ioThreadsPolicy") is not None or dedicated_threads(vmi) > 0


def count_iothreads(vmi: Vmi) -> int:
    """What `<iothreads>` says; 0: the element is missing.

    Raises ConversionError where virt-launcher panics over a pool without `ioThreads`.
    """
    if vmi.release < (1, 5):
        return _shared_and_dedicated(vmi)
    if not has_policy(vmi):
        return 0
    if vmi.spec.string("domain.ioThreadsPolicy") != "supplementalPool":
        return _shared_and_dedicated(vmi)
    if vmi.pool_threads is not None:
        return vmi.pool_threads
    if vmi.release < (1, 8) or not vmi.spec.has("domain.ioThreads"):
        raise ConversionError(NIL_PANIC)
    return _shared_and_dedicated(vmi)


def dedicated_threads(vmi: Vmi) -> int:
    """How many disks ask for a thread of their own."""
    disks = vmi.spec.each("domain.devices.disks")
    return sum(disk.boolean("dedicatedIOThread") or False for disk in disks)


def _shared_and_dedicated(vmi: Vmi) -> int:
    """One thread for each dedicated disk, and for the others as many as the policy allows."""
    disks = len(vmi.spec.items("domain.devices.disks"))
    limit = _thread_limit(vmi)
    if disks <= limit:
        return disks
    dedicated = dedicated_threads(vmi)
    # Past the limit there is a shared thread even where every disk has its own.
    return dedicated + max(limit - dedicated, 1)


def _thread_limit(vmi: Vmi) -> int:
    policy = vmi.spec.string("domain.ioThreadsPolicy")
    if policy in (None, "shared"):
        return 1
    if policy != "auto":
        return 1 if vmi.release < (1, 5) else 0
    if vmi.dedicated and vmi.isolated:
        return 1
    for kind in ("requests", "limits"):
        cpus = vmi.spec.quantity(f"domain.resources.{kind}.cpu")
        if cpus is not None:
            return 2 * cpus.value
    return 2


def pin_pool(vmi: Vmi, pool: CpuPool, iothreads: int) -> Pins:
    """The pins of a supplemental pool from v1.9: CPUs of the pod's, before the emulator's.

    Raises ConversionError where the pod's CPUs do not suffice.
    """
    if not iothreads:
        raise ConversionError(_MISSING)
    threads = range(1, vmi.pinned_pool + 1)
    try:
        return {thread: (pool.fit_thread(),) for thread in threads}
    except ConversionError as error:
        raise ConversionError(f"no CPU allocated for the iothread: {error}") from None


def pin_iothreads(
    vmi: Vmi, iothreads: int, emulator: tuple[int, ...], cpuset: Sequence[int]
) -> Pins:
    """The pins of all other I/O threads, and to v1.8 of a supplemental pool.

    `iothreads` is what the domain says at this point: 0 from v1.5 to v1.7, which count them
    later. Raises ConversionError where virt-launcher refuses or panics.
    """
    release, pool = vmi.release, vmi.pinned_pool
    if not iothreads and release >= (1, 8):
        raise ConversionError(_MISSING)
    if not iothreads and release < (1, 2):
        raise ConversionError(NIL_PANIC)
    if pool and (1, 5) <= release < (1, 9):
        # Host CPU numbers counted up from the vCPUs, whatever CPUs the pod got.
        first = vmi.full_topology.vcpus + vmi.isolated
        return {thread: (first + thread,) for thread in range(1, pool + 1)}
    if vmi.isolated:
        return {1: emulator}
    if not iothreads:
        raise ConversionError(NIL_PANIC)
    # To v1.8 the sockets to plug in later are counted, too, though the pod has no CPUs for them.
    vcpus = (vmi.topology if release >= (1, 9) else vmi.full_topology).vcpus
    if iothreads >= vcpus:
        return {thread: (_at(cpuset, thread % vcpus),) for thread in range(1, iothreads + 1)}
    return _balanced(iothreads, vcpus, cpuset)


def _balanced(iothreads: int, vcpus: int, cpuset: Sequence[int]) -> Pins:
    """The cpuset in slices, whose sizes add up to `vcpus` and differ by one at most."""
    size, larger = divmod(vcpus, iothreads)
    pins: Pins = {}
    start = 0
    for thread in range(1, iothreads + 1):
        end = start + size + (thread <= larger)
        pins[thread] = _slice(cpuset, start, end)
        start = end
    return pins


def _at(cpuset: Sequence[int], index: int) -> int:
    if index >= len(cpuset):
        raise ConversionError(
            f"panic: runtime error: index out of range [{index}] with length {len(cpuset)}"
        )
    return cpuset[index]


def _slice(cpuset: Sequence[int], start: int, end: int) -> tuple[int, ...]:
    """Go's `cpuset[start:end]`, which reaches past the slice's length into its capacity.

    There it finds zeros. The capacity of a slice that is appended to is a power of two (up to
    512 numbers, and a larger pod has not been measured).
    """
    capacity = 1 << (len(cpuset) - 1).bit_length() if cpuset else 0
    if end > capacity:
        raise ConversionError(
            f"panic: runtime error: slice bounds out of range [:{end}] with capacity {capacity}"
        )
    return (*cpuset[start:end], *(0,) * (end - max(start, len(cpuset))))
