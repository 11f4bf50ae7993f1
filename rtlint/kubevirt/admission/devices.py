"""The webhook's checks of devices, volumes, I/O threads and firmware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import Fields, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi
    from rtlint.kubevirt.releases import Release

DISKS = "domain.devices.disks"
POLICY = "domain.ioThreadsPolicy"


def disks_without_volume(vmi: Vmi) -> Iterator[Cause]:
    """validateBootOrder"""
    volumes = {_name(volume) for volume in vmi.spec.items("volumes")}
    for i, disk in enumerate(vmi.spec.items(DISKS)):
        yield from known(_disk_without_volume, vmi, i, disk, volumes)


def _disk_without_volume(vmi: Vmi, i: int, disk: Any, volumes: set[str]) -> Iterator[Cause]:
    name = _name(disk)
    path = f"{DISKS}[{i}].name"
    if name in volumes:
        return
    if vmi.release >= (1, 6) and Fields(disk).has("cdrom"):
        # An empty CD-ROM drive, to be filled later; its gate is on by default in v1.9.
        gate = "DeclarativeHotplugVolumes"
        if vmi.release < (1, 9) and gate not in vmi.cluster.gates:
            message = f"{gate} feature gate not enabled, cannot define an empty CD-ROM disk"
            yield vmi.cause("disk-without-volume", path, message)._replace(gate=gate)
    else:
        message = f"{vmi.name(f'{DISKS}[{i}].Name')} '{name}' not found."
        yield vmi.cause("disk-without-volume", path, message)


def volumes_without_disk(vmi: Vmi) -> Iterator[Cause]:
    """validateVirtualMachineInstanceSpecVolumeDisks"""
    # From v0.54.0 every volume gets its disk.
    if vmi.release >= (0, 54):
        return
    items = vmi.spec.items(DISKS) + vmi.spec.items("domain.devices.filesystems")
    disks = {_name(item) for item in items}
    for i, volume in enumerate(vmi.spec.items("volumes")):
        yield from known(_volume_without_disk, vmi, i, volume, disks)


def _volume_without_disk(vmi: Vmi, i: int, volume: Any, disks: set[str]) -> Iterator[Cause]:
    name = _name(volume)
    if name not in disks and not Fields(volume).has("memoryDump"):
        field = f"domain.volumes[{i}].name"
        message = f"{vmi.name(field)} '{name}' not found."
        yield vmi.cause("volume-without-disk", f"volumes[{i}].name", message, field)


def _name(item: Any) -> str:
    return Fields(item).string("name") or ""


def inputs(vmi: Vmi) -> Iterator[Cause]:
    """validateInputDevices"""
    for i, device in enumerate(vmi.spec.items("domain.devices.inputs")):
        yield from known(_input_bus, vmi, i, device)
        yield from known(_input_type, vmi, i, device)


def _input_bus(vmi: Vmi, i: int, device: Any) -> Iterator[Cause]:
    if Fields(device).string("bus") not in (None, "", "virtio", "usb"):
        path = f"domain.devices.inputs[{i}].bus"
        yield vmi.cause("input-bus", path, "Input device can have only virtio or usb bus.")


def _input_type(vmi: Vmi, i: int, device: Any) -> Iterator[Cause]:
    if Fields(device).string("type") != "tablet":
        path = f"domain.devices.inputs[{i}].type"
        yield vmi.cause("input-type", path, "Input device can have only tablet type.")


def io_threads(vmi: Vmi) -> Iterator[Cause]:
    """validateIOThreadsPolicy"""
    policy = vmi.spec.string(POLICY)
    if policy is None:
        return
    pools = vmi.release >= (1, 5)
    if policy not in ("shared", "auto") and not (pools and policy == "supplementalPool"):
        yield vmi.cause("io-threads-policy", POLICY, f"Invalid IOThreadsPolicy ({policy})")
    elif policy == "supplementalPool":
        path = "domain.ioThreads.supplementalPoolThreadCount"
        if not vmi.spec.unsigned(path):
            told = "the number of iothreads needs to be set and positive for the dedicated policy"
            yield vmi.cause("io-threads-count", path, told, "domain.ioThreads.count")


def disks(vmi: Vmi) -> Iterator[Cause]:
    """validateDisks"""
    firsts: dict[str, int] = {}
    for i, disk in enumerate(vmi.spec.items(DISKS)):
        yield from known(_same_name, vmi, DISKS, i, disk, firsts)
        yield from known(_bus, vmi, i, disk)


def volumes(vmi: Vmi) -> Iterator[Cause]:
    """validateVolumes"""
    firsts: dict[str, int] = {}
    for i, volume in enumerate(vmi.spec.items("volumes")):
        yield from known(_same_name, vmi, "volumes", i, volume, firsts)


def _same_name(vmi: Vmi, path: str, i: int, item: Any, firsts: dict[str, int]) -> Iterator[Cause]:
    """`firsts` keeps the first index of each name."""
    first = firsts.setdefault(_name(item), i)
    if first < i:
        check = "disk-duplicate" if path == DISKS else "volume-duplicate"
        both = f"{vmi.name(f'{path}[{i}]')} and {vmi.name(f'{path}[{first}]')}"
        yield vmi.cause(check, f"{path}[{i}].name", f"{both} must not have the same Name.")


def _bus(vmi: Vmi, i: int, disk: Any) -> Iterator[Cause]:
    """validateBusSupport"""
    fields = Fields(disk)
    kind = next((kind for kind in ("disk", "lun", "cdrom") if fields.has(kind)), "disk")
    bus = fields.string(f"{kind}.bus") or ""
    message = _bus_refused(vmi, i, disk, kind)
    if message:
        yield vmi.cause("disk-bus", f"{DISKS}[{i}].{kind}.bus", message)
    if fields.boolean("dedicatedIOThread") and not has_io_threads(vmi.release, kind, bus):
        named = bus if vmi.release >= (1, 2, 1) else "SATA"
        told = f"IOThreads are not supported for disks on a {named} bus"
        # The webhook really names the list's path twice.
        field = f"{DISKS}.{DISKS}[{i}]"
        yield vmi.cause("io-threads-bus", f"{DISKS}[{i}].dedicatedIOThread", told, field)


def _bus_refused(vmi: Vmi, i: int, disk: Any, kind: str) -> str:
    """Why the release refuses the bus; empty where it does not."""
    bus = Fields(disk).string(f"{kind}.bus") or ""
    if bus == "ide":
        return "IDE bus is not supported"
    buses = _buses(vmi.release)
    if bus and bus not in buses:
        named = f"{vmi.name(f'{DISKS}[{i}]')} is set with an unrecognized bus {bus}"
        return f"{named}, must be one of: [{' '.join(buses)}]"
    if kind == "cdrom" and bus == "virtio":
        return "Bus type virtio is invalid for CD-ROM device"
    read_only = kind == "disk" and Fields(disk).boolean("disk.readonly")
    if bus == "sata" and read_only and vmi.release >= (0, 59):
        return "sata hard-disks do not support read-only."
    return ""


def _buses(release: Release) -> tuple[str, ...]:
    if release >= (0, 57):
        return ("virtio", "scsi", "sata", "usb")
    # The order only shows in the message; seen to change between v0.48.1 and v0.54.0.
    return ("virtio", "scsi", "sata") if release >= (0, 54) else ("virtio", "sata", "scsi")


def has_io_threads(release: Release, kind: str, bus: str) -> bool:
    """Whether a disk of this kind (`disk`, `lun`, `cdrom`) on this bus may have an I/O thread."""
    if release >= (1, 2, 1):
        return bus in ("", "virtio")
    return kind != "disk" or bus != "sata"


def secure_boot(vmi: Vmi) -> Iterator[Cause]:
    """validateDomainSpec: EFI means secure boot where it is not turned off"""
    path = "domain.firmware.bootloader.efi"
    # The defaults turn it off on arm64.
    if not vmi.present(path) or vmi.spec.string("architecture") == "arm64":
        return
    secure = vmi.spec.boolean(f"{path}.secureBoot") is not False
    smm = vmi.present("domain.features.smm")
    if secure and not (smm and vmi.spec.boolean("domain.features.smm.enabled") is not False):
        told = f"{vmi.name('domain')} has EFI SecureBoot enabled."
        message = f"{told} SecureBoot requires SMM, which is currently disabled."
        yield vmi.cause("secure-boot-smm", path, message, "domain")


def clock(vmi: Vmi) -> Iterator[Cause]:
    """To v0.58 the mutating webhook writes `timer: null` where there is none (ValidateSchema)"""
    path = "domain.clock"
    if vmi.release < (0, 59) and vmi.present(path) and not vmi.present(f"{path}.timer"):
        told = f'{vmi.name("domain.clock.timer")} in body must be of type object: "null"'
        yield vmi.cause("clock-timer", path, told)


def vsock(vmi: Vmi) -> Iterator[Cause]:
    """validateVSOCK"""
    path = "domain.devices.autoattachVSOCK"
    # The field came with v0.59; before, the API server drops it.
    if vmi.release >= (0, 59) and "VSOCK" not in vmi.cluster.gates and vmi.spec.boolean(path):
        message = "VSOCK feature gate is not enabled in kubevirt-config"
        yield vmi.cause("vsock-gate", path, message)._replace(gate="VSOCK")
