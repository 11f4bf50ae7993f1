"""The webhook's checks of disks by themselves.

Source: kubevirt/kubevirt, vmi-create-admitter.go (validateDisks, to v1.2.2; the functions named
below, v1.3.0 to v1.6), pkg/storage/admitters/disks.go (ValidateDisks, from v1.7.0).
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubernetes.names import against_label
from rtlint.kubevirt.admission.vmi import DISKS, about, of_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi
    from rtlint.kubevirt.releases import Release

_KINDS = ("disk", "lun", "cdrom")
_SERIAL = "[A-Za-z0-9_.+-]+"
_READ_ONLY = "sata hard-disks do not support read-only."
# The webhook names every pair of disks of one name. Of many disks these tell enough: all pairs are
# as many as the square of the disks.
_MOST_PAIRS = 8
_SMALLEST_BLOCK, _LARGEST_BLOCK = 512, 2097152
_ERROR_POLICIES = ("stop", "ignore", "report", "enospace")


def disks(vmi: Vmi) -> Iterator[Cause]:
    """ValidateDisks"""
    yield from vmi.of_both(_disks)


def _disks(vmi: Vmi) -> Iterator[Cause]:
    firsts: dict[str, list[int]] = {}
    for i, disk in enumerate(map(Fields, vmi.spec.items(DISKS))):
        yield from known(_same_name, vmi, i, disk, firsts)
        yield from of_item(_CHECKS, vmi, i, disk)


def _same_name(vmi: Vmi, i: int, disk: Fields, others: dict[str, list[int]]) -> Iterator[Cause]:
    """validateDiskName: of three, v1.3 and newer name both pairs of the last one."""
    same = others.setdefault(disk.string("name") or "", [])
    for other in same[:_MOST_PAIRS] if vmi.release >= (1, 3) else same[:1]:
        both = f"{vmi.name(f'{DISKS}[{i}]')} and {vmi.name(f'{DISKS}[{other}]')}"
        message = f"{both} must not have the same Name."
        yield vmi.cause("disk-duplicate", f"{DISKS}[{i}].name", message)
    same.append(i)


def _floppy(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """From v0.51 the API has none."""
    if vmi.release < (0, 51) and disk.has("floppy"):
        told = "Floppy disks are deprecated and will be removed from the API soon."
        yield vmi.cause("disk-floppy", f"{DISKS}[{i}].floppy", told, f"{DISKS}[{i}].name")


def _targets(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateDeviceTarget"""
    kinds = (*_KINDS, "floppy") if vmi.release < (0, 51) else _KINDS
    if sum(map(disk.has, kinds)) > 1:
        path = f"{DISKS}[{i}]"
        message = f"{vmi.name(path)} can only have a single target type defined"
        yield vmi.cause("disk-targets", path, message)


def _pci_address(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validatePciAddress: the webhook names a list that does not exist"""
    address = disk.string("disk.pciAddress")
    if not address:
        return
    from rtlint.kubernetes.addresses import is_pci_address

    path = f"{DISKS}[{i}].disk.pciAddress"
    listed = f"{DISKS}.{DISKS}.disk[{i}]"
    told = f"disk {vmi.name(f'{listed}.name')}"
    if disk.string("disk.bus") != "virtio":
        message = f"{told} - setting a PCI address is only possible with bus type virtio."
        yield vmi.cause("disk-pci-bus", path, message, f"{listed}.pciAddress")
    if not is_pci_address(address):
        message = f"{told} has malformed PCI address ({address})."
        cause = vmi.cause("disk-pci-address", path, message, f"{listed}.pciAddress")
        yield cause._replace(instead="Write one such as `0000:81:01.0`.")


def _boot_order(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateBootOrderValue"""
    if disk.has("bootOrder") and disk.unsigned("bootOrder") < 1:
        message = f"{vmi.name(f'{DISKS}[{i}]')} must have a boot order > 0, if supplied"
        yield vmi.cause("boot-order", f"{DISKS}[{i}].bootOrder", message)


def _bus(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateBusSupport"""
    kind = _kind(vmi.release, disk)
    bus = disk.string(f"{kind}.bus") or ""
    if not bus:
        return
    message = _bus_refused(vmi, i, disk, kind)
    if message:
        # A disk that is a CD-ROM as well is blamed for being read-only.
        blamed = "disk" if message == _READ_ONLY else kind
        cause = vmi.cause("disk-bus", f"{DISKS}[{i}].{blamed}.bus", message)
        yield cause.with_allowed(bus, _buses_of(vmi, disk, blamed))
    if disk.boolean("dedicatedIOThread") and _refuses_io_threads(vmi.release, disk, kind):
        named = bus if vmi.release >= (1, 2, 1) else "SATA"
        told = f"IOThreads are not supported for disks on a {named} bus"
        # The webhook really names the list's path twice.
        field = f"{DISKS}.{DISKS}[{i}]"
        yield vmi.cause("io-threads-bus", f"{DISKS}[{i}].dedicatedIOThread", told, field)


def _kind(release: Release, disk: Fields) -> str:
    """Of more than one target the last counts to v1.2, then the first."""
    kinds = [kind for kind in _KINDS if disk.has(kind)] or ["disk"]
    return kinds[0] if release >= (1, 3) else kinds[-1]


def _bus_refused(vmi: Vmi, i: int, disk: Fields, kind: str) -> str:
    """Why the release refuses the bus; empty where it does not."""
    bus = disk.string(f"{kind}.bus")
    if bus == "ide":
        return "IDE bus is not supported"
    buses = _buses(vmi.release)
    if bus not in buses:
        named = f"{vmi.name(f'{DISKS}[{i}]')} is set with an unrecognized bus {bus}"
        return f"{named}, must be one of: [{' '.join(buses)}]"
    if kind == "cdrom" and bus == "virtio":
        return "Bus type virtio is invalid for CD-ROM device"
    if bus == "sata" and vmi.release >= (0, 59) and disk.boolean("disk.readonly"):
        return _READ_ONLY
    return ""


def _buses_of(vmi: Vmi, disk: Fields, kind: str) -> list[str]:
    """The buses that such a disk can have."""
    buses = list(_buses(vmi.release))
    if kind == "cdrom":
        buses.remove("virtio")
    if kind == "disk" and vmi.release >= (0, 59) and disk.boolean("disk.readonly"):
        buses.remove("sata")
    if vmi.spec.string("architecture") == "arm64":
        buses = [bus for bus in buses if bus in ("virtio", "scsi")]
    return buses


def _buses(release: Release) -> tuple[str, ...]:
    """In the order of the message."""
    if release >= (0, 57):
        return ("virtio", "scsi", "sata", "usb")
    return ("virtio", "scsi", "sata") if release >= (0, 53) else ("virtio", "sata", "scsi")


def has_io_threads(release: Release, kind: str, bus: str) -> bool:
    """Whether a disk of this kind (`disk`, `lun`, `cdrom`) on this bus may have an I/O thread."""
    return not bus or _takes_io_threads(release, kind, bus)


def _refuses_io_threads(release: Release, disk: Fields, kind: str) -> bool:
    """To v1.2.0 only the target that is a plain disk counts, whatever else there is."""
    if release < (1, 2, 1):
        kind = "disk"
    return not has_io_threads(release, kind, disk.string(f"{kind}.bus") or "")


def _takes_io_threads(release: Release, kind: str, bus: str) -> bool:
    if release >= (1, 2, 1):
        return bus == "virtio"
    # To v0.52 in any case of letters.
    sata = bus.lower() if release < (0, 53) else bus
    return kind != "disk" or sata != "sata"


def _serial(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateSerialNumValue, validateSerialNumLength"""
    serial = disk.string("serial")
    for reason in against_serial(serial, len(serial)) if serial else ():
        message = f"{vmi.name(f'{DISKS}[{i}]')} {reason}"
        yield vmi.cause("disk-serial", f"{DISKS}[{i}].serial", message)


def against_serial(serial: str, length: int) -> Iterator[str]:
    """What is wrong with a serial number of this length."""
    if re.fullmatch(_SERIAL, serial) is None:
        yield "must be made up of the following characters [A-Za-z0-9_.+-], if specified"
    if length > 256:
        yield "must be less than or equal to 256 in length, if specified"


def _cache(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateCacheMode"""
    modes = ("none", "writethrough", "writeback")
    allowed = modes if vmi.release >= (0, 50) else modes[:2]
    cache = disk.string("cache")
    if cache and cache not in allowed:
        path = f"{DISKS}[{i}].cache"
        message = f"{vmi.name(path)} has invalid value {cache}"
        yield vmi.cause("disk-cache", path, message).with_allowed(cache, allowed)


def _io(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateIOMode"""
    modes = ("native", "threads", "default")
    allowed = modes if vmi.release < (0, 59, 1) else modes[:2]
    mode = disk.string("io")
    if mode and mode not in allowed:
        field = f"{DISKS}.{DISKS}[{i}].io"
        named = vmi.name(DISKS if vmi.release >= (1, 3) else field)
        told = f"Disk IO mode for {named} is not supported."
        message = f"{told} Supported modes are: {', '.join(allowed)}."
        cause = vmi.cause("disk-io", f"{DISKS}[{i}].io", message, field)
        yield cause.with_allowed(mode, allowed)


def _error_policy(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateErrorPolicy, from v1.1"""
    policy = disk.string("errorPolicy")
    if vmi.release >= (1, 1) and policy is not None and policy not in _ERROR_POLICIES:
        path = f"{DISKS}[{i}].errorPolicy"
        message = f'{vmi.name(path)} has invalid value "{policy}"'
        yield vmi.cause("disk-error-policy", path, message).with_allowed(policy, _ERROR_POLICIES)


def _container_name(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateDiskNameAsContainerName"""
    for reason in against_label(disk.string("name") or "", vmi.release >= (1, 3)):
        path = f"{DISKS}[{i}].name"
        yield vmi.cause("disk-name", path, reason, f"{DISKS}.{path}")


def _block_size(vmi: Vmi, i: int, disk: Fields) -> Iterator[Cause]:
    """validateBlockSize"""
    path = f"{DISKS}[{i}].blockSize"
    if not disk.has("blockSize.custom"):
        return
    matches = disk.has("blockSize.matchVolume")
    if matches and disk.boolean("blockSize.matchVolume.enabled") is not False:
        told = "Block size matching can't be enabled together with a custom value"
        yield vmi.cause("block-size", path, told)
        return
    for name, message in _against_block_size(vmi.release, disk):
        yield vmi.cause("block-size", f"{path}.custom.{name}", message)


def _against_block_size(release: Release, disk: Fields) -> Iterator[tuple[str, str]]:
    """The field of a custom block size that is wrong, and why."""
    custom = "blockSize.custom"
    logical, physical = (disk.unsigned(f"{custom}.{name}") for name in ("logical", "physical"))
    granularity = disk.unsigned(f"{custom}.discardGranularity") if release >= (1, 7) else 0
    on_sata = release >= (1, 7) and disk.string(f"{_kind(release, disk)}.bus") == "sata"
    if logical > physical:
        told = f"Logical size {logical} must be the same or less than the physical size of"
        yield "logical", f"{told} {physical}"
    elif on_sata and logical != _SMALLEST_BLOCK:
        # The controllers that QEMU emulates know no other.
        yield "logical", f"Logical size {logical} must be {_SMALLEST_BLOCK} for SATA devices"
    elif logical and granularity % logical:
        told = f"Discard granularity {granularity} must be multiples of logical size {logical}"
        yield "discardGranularity", told
    else:
        most = str(_LARGEST_BLOCK) if release >= (1, 3) else "2 MiB"
        for name, size in (("logical", logical), ("physical", physical)):
            reason = _size_refused(size, most)
            if reason:
                yield name, f"Provided size of {size} is {reason}"


def _size_refused(size: int, most: str) -> str:
    if size < _SMALLEST_BLOCK:
        return f"less than the supported minimum size of {_SMALLEST_BLOCK}"
    if size > _LARGEST_BLOCK:
        return f"greater than the supported maximum size of {most}"
    return "not a power of 2" if size & (size - 1) else ""


def persistent_reservation(vmi: Vmi) -> Iterator[Cause]:
    """validatePersistentReservation, from v1.0: one reason for all disks"""
    gate = "PersistentReservation"
    if vmi.release < (1, 0):
        return
    is_on = vmi.cluster.persistent_reservation if vmi.release >= (1, 9) else None
    if is_on or (is_on is None and not vmi.lacks(gate)):
        return
    for i, disk in enumerate(map(Fields, vmi.spec.items(DISKS))):
        if disk.boolean("lun.reservation"):
            message = f"{gate} feature gate is not enabled in kubevirt-config"
            if vmi.release >= (1, 9):
                message = "persistent reservation is not enabled in kubevirt config"
            path, field = f"{DISKS}[{i}].lun.reservation", f"{DISKS}.luns.reservation"
            yield vmi.gated("reservation-gate", path, message, gate, field)
            return


_CHECKS = (
    about(_floppy, "floppy"),
    about(_targets, *_KINDS),
    about(_pci_address, "disk"),
    about(_boot_order, "bootOrder"),
    about(_bus, *_KINDS),
    about(_serial, "serial"),
    about(_cache, "cache"),
    about(_io, "io"),
    about(_error_policy, "errorPolicy"),
    about(_container_name),
    about(_block_size, "blockSize"),
)
