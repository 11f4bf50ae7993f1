"""What KubeVirt's mutating webhook makes of disks and input devices.

Source: as for `rtlint.kubevirt.defaults`.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubernetes.plain import with_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

    # A field's path in the VMI spec, and its value.
    Setting = tuple[str, object]


def disks(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """A disk for each volume that has neither a disk nor a filesystem (from v0.54.0)."""
    if release < (0, 54):
        return
    disks = fields.items("domain.devices.disks")
    taken = {_name(item) for item in disks + fields.items("domain.devices.filesystems")}
    missing = [_disk(volume) for volume in fields.items("volumes") if _needs_disk(volume, taken)]
    if missing:
        yield "domain.devices.disks", disks + missing


def _needs_disk(volume: object, taken: set[str]) -> bool:
    try:
        return not Fields(volume).has("memoryDump") and _name(volume) not in taken
    except UnknownValue:
        return False


def _disk(volume: object) -> dict[str, Any]:
    return {"name": _name(volume)}


def _name(item: object) -> str:
    return Fields(item).string("name") or ""


def disk_buses(fields: Fields, release: Release, cluster: Cluster) -> Iterator[Setting]:
    """The bus of each disk that names none."""
    disks = fields.items("domain.devices.disks")
    if disks:
        # To v0.59 a VM has the cluster's architecture.
        bus = default_bus(fields.string("architecture") or cluster.architecture, release)
        yield "domain.devices.disks", [_with_bus(disk, bus, release) for disk in disks]


def default_bus(architecture: str, release: Release) -> str:
    """The bus of a disk that names none."""
    # Since when they have a default of their own.
    since = {"arm64": (0, 57), "s390x": (1, 3)}.get(architecture)
    return "virtio" if since is not None and release >= since else "sata"


def _with_bus(disk: Any, bus: str, release: Release) -> Any:
    """The disk with a bus for each of its targets, as a plain disk where it has no target."""
    if not isinstance(disk, dict):
        return disk
    # v0.51 has no floppies any more.
    is_floppy = release < (0, 51) and disk.get("floppy") is not None
    kinds = [kind for kind in ("disk", "lun", "cdrom") if disk.get(kind) is not None]
    for kind in kinds or ([] if is_floppy else ["disk"]):
        target = disk.get(kind)
        if target is None or (isinstance(target, dict) and target.get("bus") in (None, "")):
            disk = with_value(disk, f"{kind}.bus", bus)
    return disk


def inputs(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """Bus and type of each input device that names none."""
    inputs = fields.items("domain.devices.inputs")
    # Without a type an input was refused before v0.57.0.
    defaults = {"bus": "usb", "type": "tablet"} if release >= (0, 57) else {"bus": "usb"}
    if inputs:
        yield "domain.devices.inputs", [_filled(device, defaults) for device in inputs]


def _filled(device: Any, defaults: dict[str, str]) -> Any:
    """The device with the defaults for what is absent or empty."""
    if not isinstance(device, dict):
        return device
    empty = {key: value for key, value in defaults.items() if device.get(key) in (None, "")}
    return {**device, **empty}
