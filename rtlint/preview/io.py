"""What the guest does I/O with, and where that runs: the tables that every format shows."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.host import format_cpulist
from rtlint.kubevirt.ids import Ids
from rtlint.preview.table import few, rows
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.kubevirt.conversion.disks import Disk
    from rtlint.kubevirt.conversion.io import Interface
    from rtlint.kubevirt.conversion.preview import Preview

_BY_NODE, _BY_QEMU = "by node", "QEMU's"
_RUNS_IN = {
    "vhost-net": "vhost threads", "qemu": "emulator", "vfio": "the device (SR-IOV)",
    "passt": "passt", "plugin": "its binding plugin",
}  # fmt: skip


class Table(NamedTuple):
    """Cells as text, each row as long as the headings."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class _Place(NamedTuple):
    cpus: Ids
    pinned: bool

    @property
    def text(self) -> str:
        cpus = few(self.cpus) or "-"
        return cpus if self.pinned else f"{cpus} (not pinned)"


class _Places:
    """Looks up where a VM's threads run."""

    def __init__(self, preview: Preview) -> None:
        self._threads = {row.thread: row for row in rows(preview)}
        # A pool, which may be large, serves every disk.
        self._found: dict[Ids, _Place] = {}
        emulator = self._threads["emulator"]
        self._emulator = _Place(emulator.pcpus, emulator.pinned)
        pod = Ids((cpu, cpu) for cpu in preview.cpuset)
        self._kernel = self._emulator if _is_moved(preview) else _Place(pod, pinned=False)

    def disk(self, disk: Disk) -> _Place:
        if not disk.iothreads:
            return self._emulator
        if disk.iothreads not in self._found:
            served_by = [self._threads[f"I/O thread {number}"] for number in disk.iothreads]
            cpus = Ids(ids for row in served_by for ids in row.pcpus.ranges)
            place = _Place(cpus, all(row.pinned for row in served_by))
            self._found[disk.iothreads] = place
        return self._found[disk.iothreads]

    def interface(self, interface: Interface) -> _Place | None:
        if interface.backend in ("vfio", "plugin"):
            return None
        return self._emulator if interface.backend == "qemu" else self._kernel


def _is_moved(preview: Preview) -> bool:
    return preview.extras is not None and preview.extras.housekeeping


def io_tables(preview: Preview) -> Iterator[Table]:
    """Disks, interfaces and devices of the host, as far as the guest has any."""
    if preview.io is None:
        return
    places, io = _Places(preview), preview.io
    if io.disks:
        yield Table(
            "Each disk: the thread that serves it",
            ("disk", "bus", "runs in", "pCPU", "queues", "cache", "io"),
            tuple(_disk_cells(disk, places) for disk in io.disks),
        )
    if io.interfaces:
        yield Table(
            "Each network interface: who moves its packets",
            ("interface", "model", "runs in", "pCPU", "queues"),
            tuple(_interface_cells(each, places) for each in io.interfaces),
        )
    if io.host_devices:
        yield Table(
            "Each device of the host",
            ("device", "kind", "resource"),
            tuple(
                (each.name, each.kind.replace("-", " "), each.resource or "a claim's")
                for each in io.host_devices
            ),
        )


def io_notes(preview: Preview) -> tuple[str, ...]:
    """What the tables leave open, in sentences."""
    if preview.domain is None:
        return ()
    if preview.io is None:
        return ("Disks and interfaces are not shown: a field of theirs is not known.",)
    return tuple(_notes(preview))


def _notes(preview: Preview) -> Iterator[str]:
    assert preview.io is not None
    disks, interfaces = preview.io.disks, preview.io.interfaces
    if any(_BY_NODE in (_cache(disk), _io(disk)) for disk in disks):
        yield (
            "By node: virt-launcher writes cache none where the volume takes O_DIRECT (else "
            "writethrough), and with it io native for a block device or a preallocated image (else "
            "QEMU's default, threads)."
        )
    if any(disk.bus == "virtio" and disk.queues is None for disk in disks):
        yield "QEMU's queues: one for each vCPU from QEMU 5.2, one before."
    if _is_moved(preview) and preview.io.disks + preview.io.interfaces:
        cpus = format_cpulist(preview.placement.emulator)
        yield (
            "After the start virt-handler moves all threads of the pod except the vCPUs' to the "
            f"emulator's CPUs ({cpus})."
        )
    elif any(each.backend == "vhost-net" for each in interfaces):
        yield "A queue of vhost-net is a kernel thread; KubeVirt pins none of them."


def io_as_plain(preview: Preview) -> dict[str, Any] | None:
    """The I/O as the JSON document has it."""
    if preview.io is None:
        return None
    places = _Places(preview)
    disks, interfaces, devices = preview.io
    return {
        "disks": [
            {
                "name": disk.name,
                "device": disk.device,
                "bus": disk.bus,
                "iothreads": str(disk.iothreads),
                "cpus": str(places.disk(disk).cpus),
                "queues": disk.queues,
                "cache": disk.cache,
                "io": disk.io,
            }
            for disk in disks
        ],
        "interfaces": [
            {
                "name": each.name,
                "model": each.model,
                "backend": each.backend,
                "cpus": _cpus(places.interface(each)),
                "queues": each.queues,
            }
            for each in interfaces
        ],
        "host_devices": [device._asdict() for device in devices],
    }


def _disk_cells(disk: Disk, places: _Places) -> tuple[str, ...]:
    device = "" if disk.device == "disk" else f" {disk.device}"
    one = "I/O thread" if len(disk.iothreads) == 1 else "I/O threads"
    who = f"{one} {disk.iothreads}" if disk.iothreads else "emulator"
    queues = "1" if disk.bus not in ("virtio", "scsi") else _BY_QEMU
    return (
        disk.name,
        f"{disk.bus}{device}",
        who,
        places.disk(disk).text,
        queues if disk.queues is None else str(disk.queues),
        _cache(disk),
        _io(disk),
    )


def _cache(disk: Disk) -> str:
    return disk.cache or _BY_NODE


def _io(disk: Disk) -> str:
    # native needs a cache of none.
    return disk.io or (_BY_NODE if disk.cache in (None, "none") else _BY_QEMU)


def _interface_cells(interface: Interface, places: _Places) -> tuple[str, ...]:
    place = places.interface(interface)
    return (
        interface.name,
        interface.model or "-",
        _RUNS_IN[interface.backend],
        "-" if place is None else place.text,
        "-" if interface.queues is None else str(interface.queues),
    )


def _cpus(place: _Place | None) -> str | None:
    return None if place is None else str(place.cpus)
