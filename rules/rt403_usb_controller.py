"""Something brings the USB controller back.

## Why
KubeVirt leaves the USB controller out of a VM that needs none. An emulated controller polls: its
timers wake QEMU's threads a thousand times a second. An input device with bus `usb` (the default),
a USB disk, USB redirection or `autoattachInputDevice` bring it back.

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
Puts the device on another bus, or removes it; unsafe, as somebody may use it.
"""

from collections.abc import Iterator

from rtlint.kubernetes.fields import Fields
from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import Context, Finding, Findings, Operation, Remove, Rule, Set, unsafe

RULE = Rule("RT403", "usb-controller", "warning", "realtime", "unsafe")


def check(vm: Workload, _: Context) -> Findings:
    for path, what, instead, operation in _users(vm):
        yield Finding(
            vm.at(path),
            f"{what} brings the USB controller back. Its polling wakes QEMU's threads all the "
            f"time. {instead}.",
            unsafe(f"{instead}.", operation),
        )


def _users(vm: Workload) -> Iterator[tuple[str, str, str, Operation]]:
    """What needs the controller: its path, its name, what to do about it, and the operation."""
    devices = "domain.devices"
    for i, device in enumerate(vm.spec.items(f"{devices}.inputs")):
        bus = Fields(device).string("bus")
        if bus in (None, "", "usb"):
            path = f"{devices}.inputs[{i}].bus"
            what = "An input on the bus `usb`" if bus else "An input without a bus gets `usb` and"
            yield path, what, "Write `bus: virtio`", Set(vm.at(path), "virtio")
    for i, disk in enumerate(vm.spec.items(f"{devices}.disks") if vm.release >= (0, 57) else ()):
        for kind in ("disk", "cdrom", "lun"):
            if Fields(disk).string(f"{kind}.bus") == "usb":
                path = f"{devices}.disks[{i}].{kind}.bus"
                bus = "sata" if kind == "cdrom" else "virtio"
                yield path, "A USB disk", f"Write `bus: {bus}`", Set(vm.at(path), bus)
    path = f"{devices}.clientPassthrough"
    if vm.spec.has(path):
        yield path, "USB redirection", "Remove `clientPassthrough`", Remove(vm.at(path))
    # It acts where a VirtualMachine makes the VMI, and nowhere else.
    path = f"{devices}.autoattachInputDevice"
    if vm.is_virtual_machine and vm.spec.boolean(path) is True:
        what = "`autoattachInputDevice: true`"
        yield path, what, "Write `autoattachInputDevice: false`", Set(vm.at(path), False)
