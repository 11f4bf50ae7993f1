"""A realtime VM uses emulated hardware.

## Why
Each access to an emulated SATA or USB disk, network card or sound card is an exit to QEMU, which
stops the vCPU; a sound card brings periodic timers besides. virtio devices batch their work and
notify. A disk without a bus is a SATA disk.

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
Takes virtio, or removes the sound card; unsafe, as the guest's device names change.
"""

from collections.abc import Iterator

from rtlint.kubernetes.fields import Fields
from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import Context, Finding, Findings, Operation, Remove, Rule, Set, unsafe

RULE = Rule("RT408", "emulated-device", "warning", "realtime", "unsafe")


def check(vm: Workload, _: Context) -> Findings:
    for path, what, instead, operation in _emulated(vm):
        yield Finding(
            vm.at(path),
            f"{what} is emulated hardware. Each access to it stops a vCPU. {instead}.",
            unsafe(f"{instead}.", operation),
        )


def _emulated(vm: Workload) -> Iterator[tuple[str, str, str, Operation]]:
    """What is emulated: its path, its name, what to do about it, and the operation."""
    devices = "domain.devices"
    for i, disk in enumerate(vm.spec.items(f"{devices}.disks")):
        bus = Fields(disk).string("disk.bus")
        # A CD-ROM has no virtio, and is not read while the guest works.
        is_disk = not (Fields(disk).has("cdrom") or Fields(disk).has("lun"))
        if is_disk and bus in (None, "", "sata", "usb"):
            path = f"{devices}.disks[{i}].disk.bus"
            what = f"A disk on the bus `{bus}`" if bus else "A disk without a bus gets SATA, which"
            yield path, what, "Write `bus: virtio`", Set(vm.at(path), "virtio")
    for i, interface in enumerate(vm.spec.items(f"{devices}.interfaces")):
        model = Fields(interface).string("model")
        if model not in (None, "", "virtio"):
            path = f"{devices}.interfaces[{i}].model"
            what = f"The network card `{model}`"
            yield path, what, "Write `model: virtio`", Set(vm.at(path), "virtio")
    path = f"{devices}.sound"
    if vm.spec.has(path):
        yield path, "The sound card", "Remove `sound`", Remove(vm.at(path))
