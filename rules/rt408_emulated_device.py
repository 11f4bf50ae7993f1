"""A realtime VM uses emulated hardware.

## Why
Each access to an emulated SATA or USB disk, network card or sound card is an exit to QEMU, which
stops the vCPU. A sound card adds periodic timers. virtio devices batch their work and need far
fewer exits. A disk without a bus is a SATA disk.

## Source
KubeVirt's user guide, "Disks and Volumes" and "Interfaces and Networks"; libvirt's guide "KVM real
time guests".

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices:
      disks:
        - {name: root, disk: {bus: sata}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
```

## Fix
Uses virtio (SCSI for a LUN, which then has no I/O thread of its own), or removes the sound card.
Unsafe, because the guest's device names change.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.admission.disks import has_io_threads
from rtlint.lint.rule import Cel
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Operation,
    Remove,
    Rule,
    Set,
    Workload,
    known,
    unsafe,
)
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

RULE = Rule("RT408", "emulated-device", "warning", "realtime", "unsafe")

_DEVICES = "domain.devices"


class Device(NamedTuple):
    """What is emulated: its path, its name, what to do about it, and how."""

    path: str
    what: str
    instead: str
    operations: tuple[Operation, ...]


def check(vm: Workload, _: Context) -> Findings:
    for devices in (_disks, _interfaces, _sound):
        for path, what, instead, operations in known(devices, vm):
            yield Finding(
                vm.at(path),
                f"{what} is emulated hardware. Each access to it stops a vCPU. {instead}.",
                unsafe(f"{instead}.", *operations),
                # A USB disk needs a controller; some devices are refused.
                unless=(("RT403", vm.at(path)), ("RT505", vm.at(path))),
            )


def _disks(vm: Workload) -> Iterator[Device]:
    written = vm.spec.items(f"{_DEVICES}.disks")
    for i, disk in enumerate(vm.disks):
        if i < len(written):
            yield from known(_disk, vm, f"{_DEVICES}.disks[{i}]", disk, written[i])
        else:
            yield from known(_disk_of_volume, vm, f"{_DEVICES}.disks[{i}]", disk)


def _disk(vm: Workload, path: str, disk: Fields, written: Any) -> Iterator[Device]:
    # A CD-ROM has no virtio, and is not read while the guest works.
    if disk.has("cdrom"):
        return
    kind, other = ("lun", "scsi") if disk.has("lun") else ("disk", "virtio")
    bus = disk.string(f"{kind}.bus")
    if bus not in ("sata", "usb"):
        return
    is_written = Fields(written).string(f"{kind}.bus")
    what = f"A disk on the bus `{bus}`" if is_written else "A disk without a bus is on SATA, which"
    instead = f"Write `bus: {other}`"
    operations: list[Operation] = [Set(vm.at(f"{path}.{kind}.bus"), other)]
    if disk.boolean("dedicatedIOThread") and not has_io_threads(vm.release, kind, other):
        instead += " and remove `dedicatedIOThread`, which that bus does not support"
        operations.append(Remove(vm.at(f"{path}.dedicatedIOThread")))
    yield Device(f"{path}.{kind}.bus", what, instead, tuple(operations))


def _disk_of_volume(vm: Workload, path: str, disk: Fields) -> Iterator[Device]:
    name, bus = disk.string("name"), disk.string("disk.bus")
    if bus == "sata":
        what = f"The volume `{name}` has no disk, so KubeVirt adds one on SATA, which"
        operation = Set(vm.at(path), {"name": name, "disk": {"bus": "virtio"}})
        yield Device(f"{path}.disk.bus", what, "Add a disk with `bus: virtio`", (operation,))


def _interfaces(vm: Workload) -> Iterator[Device]:
    for i, interface in enumerate(vm.spec.items(f"{_DEVICES}.interfaces")):
        yield from known(_interface, vm, f"{_DEVICES}.interfaces[{i}].model", interface)


def _interface(vm: Workload, path: str, interface: Any) -> Iterator[Device]:
    model = Fields(interface).string("model")
    if model not in (None, "", "virtio"):
        operation = Set(vm.at(path), "virtio")
        yield Device(path, f"The network card `{model}`", "Write `model: virtio`", (operation,))


def _sound(vm: Workload) -> Iterator[Device]:
    path = f"{_DEVICES}.sound"
    if vm.spec.has(path):
        yield Device(path, "The sound card", "Remove `sound`", (Remove(vm.at(path)),))


def policy(_: Context) -> Cel:
    # A CD-ROM is not read while the guest works; where there is a USB controller RT403 speaks.
    return Cel(
        _DEVICES,
        """
        !variables.disks.filter(d, !has(d.cdrom))
          .map(d, has(d.lun) ? d.lun.?bus.orValue('') : d.?disk.?bus.orValue(''))
          .exists(bus, bus == 'sata' || (bus == 'usb' && variables.architecture != 'amd64') ||
            (bus == '' && !variables.partial && variables.defaultBus == 'sata')) &&
        !(variables.bareVolumes.size() > 0 && variables.defaultBus == 'sata') &&
        !variables.devices.?interfaces.orValue([]).exists(i,
          !(i.?model.orValue('') in ['', 'virtio'])) &&
        !has(variables.devices.sound)
        """,
        "Emulated hardware: each access to it stops a vCPU. Write `bus: virtio` (a LUN: `scsi`), "
        "`model: virtio`, and no `sound`.",
    )
