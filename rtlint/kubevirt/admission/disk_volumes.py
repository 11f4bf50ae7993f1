"""The webhook's checks of disks and volumes that belong together, and of the boot order."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission.vmi import DEVICES, DISKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_RESERVED = ("/var/run/kubevirt", "/var/run/libvirt")


def disks_and_volumes(vmi: Vmi) -> Iterator[Cause]:
    """validateBootOrder"""
    yield from vmi.of_both(_disks_and_volumes)


def _disks_and_volumes(vmi: Vmi) -> Iterator[Cause]:
    volumes = {_name(volume): volume for volume in map(Fields, vmi.spec.items("volumes"))}
    taken: set[int] = set()
    for i, disk in enumerate(map(Fields, vmi.spec.items(DISKS))):
        volume = volumes.get(_name(disk))
        if volume is None:
            yield from known(_disk_without_volume, vmi, i, disk)
        else:
            yield from known(_lun, vmi, i, disk, volume)
            yield from known(_metrics, vmi, i, disk, volume)
        yield from known(_boot_order_taken, vmi, f"{DISKS}[{i}].bootOrder", disk, taken)
    if vmi.release < (0, 54):
        yield from known(_volumes_without_disk, vmi)


def _disk_without_volume(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    path = f"{DISKS}[{i}].name"
    if vmi.release >= (1, 6) and disk.has("cdrom"):
        # An empty CD-ROM drive, to be filled later; its gate is on by default in v1.9.
        gate = "DeclarativeHotplugVolumes"
        if vmi.lacks(gate):
            message = f"{gate} feature gate not enabled, cannot define an empty CD-ROM disk"
            yield vmi.gated("disk-without-volume", path, message, gate)
    else:
        message = f"{vmi.name(f'{DISKS}[{i}].Name')} '{_name(disk)}' not found."
        yield vmi.cause("disk-without-volume", path, message)


def _lun(vmi: Vmi, i: int, disk: Fields, volume: Fields) -> Iterator[Cause]:
    """v1.0, and v0.59 before v0.59.2, know only of a claim; v1.1 of a data volume too."""
    if not disk.has("lun"):
        return
    sources = {"dataVolume": "DataVolume", "persistentVolumeClaim": "PersistentVolumeClaim"}
    if vmi.release < (0, 59, 2) or (1, 0) <= vmi.release < (1, 1):
        del sources["dataVolume"]
    if not any(map(volume.has, sources)):
        path = f"{DISKS}[{i}].lun"
        told = f"can only be mapped to a {' or '.join(sources.values())} volume."
        yield vmi.cause("lun-volume", path, f"{vmi.name(path)} {told}")


def _metrics(vmi: Vmi, i: int, disk: Fields, volume: Fields) -> Iterator[Cause]:
    if not volume.has("downwardMetrics"):
        return
    told = "DownwardMetrics volume must be mapped to"
    path = f"{DISKS}[{i}].disk"
    bus = disk.string("disk.bus")
    if not disk.has("disk"):
        message = f"{told} a disk, but disk is not set on {vmi.name(path)}."
        yield vmi.cause("metrics-disk", path, message)
    elif bus not in (None, "", "virtio"):
        message = f"{told} virtio bus, but {vmi.name(f'{path}.bus')} is set to {bus}"
        cause = vmi.cause("metrics-disk", f"{path}.bus", message)
        yield cause._replace(instead="Write `virtio`.")


def _boot_order_taken(vmi: Vmi, path: str, device: Fields, taken: set[int]) -> Iterator[Cause]:
    """`taken` keeps what the devices before have."""
    if not device.has("bootOrder"):
        return
    order = device.unsigned("bootOrder")
    if order in taken:
        message = f"Boot order for {vmi.name(path)} already set for a different device."
        yield vmi.cause("boot-order-taken", path, message)
    taken.add(order)


def volumes_without_disk(vmi: Vmi) -> Iterator[Cause]:
    """validateVirtualMachineInstanceSpecVolumeDisks: from v0.54 every volume gets its disk"""
    if vmi.release >= (1, 8):
        yield from known(_container_paths, vmi)


def _volumes_without_disk(vmi: Vmi) -> Iterator[Cause]:
    taken = _names(vmi, DISKS) | _names(vmi, f"{DEVICES}.filesystems")
    for i, volume in enumerate(map(Fields, vmi.spec.items("volumes"))):
        name = _name(volume)
        if name not in taken:
            field = f"domain.volumes[{i}].name"
            message = f"{vmi.name(field)} '{name}' not found."
            yield vmi.cause("volume-without-disk", f"volumes[{i}].name", message, field)


def _container_paths(vmi: Vmi) -> Iterator[Cause]:
    """What virtiofs alone can give to the guest."""
    disks, filesystems = _names(vmi, DISKS), _names(vmi, f"{DEVICES}.filesystems")
    for i, volume in enumerate(map(Fields, vmi.spec.items("volumes"))):
        if not volume.has("containerPath") or volume.has("memoryDump"):
            continue
        name, path, field = _name(volume), f"volumes[{i}]", f"domain.volumes[{i}]"
        told = f"ContainerPath volume '{name}'"
        if name in disks:
            message = f"{told} must be mapped to a filesystem, not a disk"
            yield vmi.cause("container-path-disk", path, message, field)
        if name not in filesystems:
            listed = "spec.domain.devices.filesystems"
            message = f"{told} must have a matching filesystem defined in {listed}"
            yield vmi.cause("container-path-filesystem", path, message, field)
        within = volume.string("containerPath.path") or ""
        for prefix in _RESERVED:
            if within.startswith(prefix):
                message = f"{told} uses reserved path prefix '{prefix}'"
                path, field = f"{path}.containerPath.path", f"{field}.containerPath.path"
                yield vmi.cause("container-path-reserved", path, message, field)
                break


def _names(vmi: Vmi, path: str) -> set[str]:
    return {_name(item) for item in map(Fields, vmi.spec.items(path))}


def _name(item: Fields) -> str:
    return item.string("name") or ""
