"""Disks: which I/O thread serves each, with how many queues, and how the host caches it.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: converter.go (setIOThreads,
assignDiskIOThread, Convert_v1_Disk_To_api_Disk), from v1.8 compute/controllers.go; read in v0.47.1,
v0.58.0, v1.0.1, v1.2.0 to v1.5.3 and v1.7.4 to v1.9.0.
"""

from __future__ import annotations

from itertools import cycle

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.iothreads import dedicated_threads, has_policy
from rtlint.kubevirt.ids import NO_IDS, Ids
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

_KINDS = ("disk", "lun", "cdrom", "floppy")


class Disk(NamedTuple):
    """A disk as the domain has it.

    `device` is `disk`, `lun`, `cdrom` or `floppy`. Without `iothreads` QEMU's main loop serves it,
    which is the emulator thread. `queues` is None where QEMU decides; `cache` and `io` are None
    where virt-launcher does, on the node (SetDriverCacheMode, SetOptimalIOMode), or QEMU.
    """

    name: str
    device: str
    bus: str
    iothreads: Ids
    queues: int | None
    cache: str | None
    io: str | None


def disks_of(vmi: Vmi, iothreads: int) -> tuple[Disk, ...]:
    """The disks in their order; `iothreads` is the number in `<iothreads>`. Raises UnknownValue."""
    disks = vmi.spec.each("domain.devices.disks")
    volumes = {volume.string("name"): volume for volume in vmi.spec.each("volumes")}
    assigned, controller = _assigned(vmi, disks, volumes, iothreads)
    # Once: it looks at every disk.
    is_threaded = bool(disks) and has_policy(vmi)
    found = []
    for disk, threads in zip(disks, assigned, strict=True):
        volume = volumes.get(disk.string("name"))
        served = controller if bus_of(disk) == "scsi" else NO_IDS
        queues = _vcpus(vmi) if served else _queues(vmi, disk)
        found.append(_disk(vmi, disk, volume, threads or served, queues, is_threaded))
    return tuple(found)


def bus_of(disk: Fields) -> str | None:
    """The bus of a disk of any kind."""
    kind = _kind(disk)
    return "fdc" if kind == "floppy" else disk.string(f"{kind}.bus")


def _kind(disk: Fields) -> str:
    return next((kind for kind in _KINDS if disk.has(kind)), "disk")


def _disk(
    vmi: Vmi,
    disk: Fields,
    volume: Fields | None,
    threads: Ids,
    queues: int | None,
    is_threaded: bool,
) -> Disk:
    bare = Disk(
        disk.string("name") or "", _kind(disk), bus_of(disk) or "", threads, None, None, None
    )
    if volume is not None and volume.has("downwardMetrics"):
        # virt-launcher writes the driver of this disk anew.
        return bare
    cache = disk.string("cache") or None
    if vmi.release >= (0, 51) and disk.has("disk") and disk.boolean("shareable"):
        cache = cache or "none"
    return bare._replace(queues=queues, cache=cache, io=_io(vmi, disk, volume, is_threaded))


def _io(vmi: Vmi, disk: Fields, volume: Fields | None, is_threaded: bool) -> str | None:
    # Where a thread was meant and the disk cannot have one.
    if is_threaded:
        on_scsi = (1, 2, 1) <= vmi.release < (1, 5) and bus_of(disk) == "scsi"
        if on_scsi or (vmi.release < (1, 2, 1) and _is_hotplugged(volume)):
            return "threads"
    return disk.string("io") or None


def _is_hotplugged(volume: Fields | None) -> bool:
    kinds = ("persistentVolumeClaim", "dataVolume")
    return volume is not None and any(volume.boolean(f"{kind}.hotpluggable") for kind in kinds)


def _queues(vmi: Vmi, disk: Fields) -> int | None:
    if bus_of(disk) == "virtio" and vmi.spec.boolean("domain.devices.blockMultiQueue"):
        return _vcpus(vmi)
    return None


def _vcpus(vmi: Vmi) -> int:
    # From v1.0 to v1.2 the vCPUs to plug in later were counted, too.
    is_full = (1, 0) <= vmi.release < (1, 3)
    return (vmi.full_topology if is_full else vmi.topology).vcpus


def _assigned(
    vmi: Vmi, disks: Sequence[Fields], volumes: dict[str | None, Fields], iothreads: int
) -> tuple[list[Ids], Ids]:
    """The threads of each disk, and those of the SCSI controller."""
    if not iothreads or not has_policy(vmi):
        return [NO_IDS] * len(disks), NO_IDS
    if vmi.release >= (1, 5) and vmi.spec.string("domain.ioThreadsPolicy") == "supplementalPool":
        pool = Ids([(1, iothreads)])
        # From v1.8 the pool leaves the SCSI controller alone.
        first = _one(1) if vmi.release < (1, 8) and _serves_scsi(vmi, disks) else NO_IDS
        return [pool if bus_of(disk) == "virtio" else NO_IDS for disk in disks], first
    automatic = iothreads - dedicated_threads(vmi)
    shared = cycle(range(1, automatic + 1))
    own = iter(range(automatic + 1, iothreads + 1))
    threads: list[Ids] = []
    for disk in disks:
        takes_one = bus_of(disk) == "virtio"
        if vmi.release < (1, 2, 1):
            takes_one = not _is_hotplugged(volumes.get(disk.string("name")))
        turn = own if disk.boolean("dedicatedIOThread") else shared
        threads.append(_one(next(turn)) if takes_one else NO_IDS)
    # The SCSI controller gets the thread whose turn it is.
    left = next(shared, None)
    return threads, NO_IDS if left is None or not _serves_scsi(vmi, disks) else _one(left)


def _one(thread: int) -> Ids:
    return Ids([(thread, thread)])


def _serves_scsi(vmi: Vmi, disks: Sequence[Fields]) -> bool:
    """Whether the SCSI controller has an I/O thread; from v1.5 a SCSI disk has to ask for it."""
    return vmi.release < (1, 5) or any(
        bus_of(disk) == "scsi" and disk.boolean("dedicatedIOThread") for disk in disks
    )
