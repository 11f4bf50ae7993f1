"""A device that needs a USB controller.

## Why
KubeVirt leaves the USB controller out of a VM that needs none. An emulated controller polls: its
timers wake QEMU's threads up to a thousand times a second. An input device on the bus `usb` (the
default), a USB disk, USB redirection or `autoattachInputDevice` adds the controller.

## Source
kubevirt/kubevirt, converter: `controller type="usb"` (v0.47.1 to v1.9.0, measured; USB disks from
v0.57.0).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices:
      inputs:
        - {name: tablet, type: tablet, bus: usb}
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
      inputs:
        - {name: tablet, type: tablet, bus: virtio}
```

## Fix
Moves the device to another bus, without an I/O thread of its own where that bus supports none, or
removes it. Unsafe, because somebody may use the device.
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

RULE = Rule("RT403", "usb-controller", "warning", "realtime", "unsafe")

_DEVICES = "domain.devices"
_OTHER_BUS = {"disk": "virtio", "cdrom": "sata", "lun": "scsi"}


class User(NamedTuple):
    """What needs the controller: its path, its name, what to do about it, and how."""

    path: str
    what: str
    instead: str
    operations: tuple[Operation, ...]


def check(vm: Workload, _: Context) -> Findings:
    # arm64 has the controller in any case, s390x in none from v1.3 on.
    written = Fields(vm.spec.data).string("architecture")
    if (written or vm.cluster.architecture) != "amd64":
        return
    for users in (_inputs, _disks, _redirection, _attached_input):
        for path, what, instead, operations in known(users, vm):
            yield Finding(
                vm.at(path),
                f"{what} adds a USB controller. Its polling wakes QEMU's threads all the time. "
                f"{instead}.",
                unsafe(f"{instead}.", *operations),
            )


def _inputs(vm: Workload) -> Iterator[User]:
    for i, device in enumerate(vm.spec.items(f"{_DEVICES}.inputs")):
        yield from known(_input, vm, f"{_DEVICES}.inputs[{i}].bus", device)


def _input(vm: Workload, path: str, device: Any) -> Iterator[User]:
    bus = Fields(device, vm.spec.partial).string("bus")
    if bus in (None, "", "usb"):
        what = "An input on the bus `usb`" if bus else "An input without a bus is on `usb` and"
        yield User(path, what, "Write `bus: virtio`", (Set(vm.at(path), "virtio"),))


def _disks(vm: Workload) -> Iterator[User]:
    # Before v0.57.0 the bus is refused.
    for i, disk in enumerate(vm.spec.items(f"{_DEVICES}.disks") if vm.release >= (0, 57) else ()):
        yield from known(_disk, vm, f"{_DEVICES}.disks[{i}]", disk)


def _disk(vm: Workload, path: str, disk: Any) -> Iterator[User]:
    for kind, bus in _OTHER_BUS.items():
        if Fields(disk).string(f"{kind}.bus") != "usb":
            continue
        instead = f"Write `bus: {bus}`"
        operations: list[Operation] = [Set(vm.at(f"{path}.{kind}.bus"), bus)]
        if Fields(disk).boolean("dedicatedIOThread") and not has_io_threads(vm.release, kind, bus):
            instead += " and remove `dedicatedIOThread`, which that bus does not support"
            operations.append(Remove(vm.at(f"{path}.dedicatedIOThread")))
        yield User(f"{path}.{kind}.bus", "A USB disk", instead, tuple(operations))


def _redirection(vm: Workload) -> Iterator[User]:
    path = f"{_DEVICES}.clientPassthrough"
    if vm.spec.has(path):
        yield User(path, "USB redirection", "Remove `clientPassthrough`", (Remove(vm.at(path)),))


def _attached_input(vm: Workload) -> Iterator[User]:
    """KubeVirt attaches one where a VirtualMachine makes the VMI, and only where there is none."""
    path = f"{_DEVICES}.autoattachInputDevice"
    if not vm.is_virtual_machine or vm.spec.boolean(path) is not True:
        return
    if not Fields(vm.spec.data).items(f"{_DEVICES}.inputs"):
        instead = "Write `autoattachInputDevice: false`"
        operation = Set(vm.at(path), False)
        yield User(path, "`autoattachInputDevice: true`", instead, (operation,))


def policy(_: Context) -> Cel:
    return Cel(
        _DEVICES,
        """
        variables.architecture != 'amd64' ||
        !variables.devices.?inputs.orValue([]).exists(i, i.?bus.orValue('') in ['', 'usb']) &&
        !variables.disks.exists(d, ['disk', 'cdrom', 'lun'].exists(kind,
          d[?kind].?bus.orValue('') == 'usb')) &&
        !has(variables.devices.clientPassthrough) &&
        !(variables.isMachine && variables.devices.?inputs.orValue([]).size() == 0 &&
          variables.devices.?autoattachInputDevice.orValue(false))
        """,
        "A device on the bus `usb` adds a USB controller, whose polling wakes QEMU's threads all "
        "the time. Move it to another bus.",
    )
