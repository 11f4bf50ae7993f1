"""Disk I/O runs in QEMU's main loop.

## Why
Without an I/O threads policy, QEMU's main loop does the disk I/O, together with the monitor and all
device emulation. With one, disk I/O has a thread of its own, which an isolated emulator thread
keeps away from the vCPUs.

## Source
KubeVirt's user guide, "Disks and Volumes": IOThreads.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, isolateEmulatorThread: true, realtime: {}}
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, isolateEmulatorThread: true, realtime: {}}
    ioThreadsPolicy: auto
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
```

## Fix
Sets `ioThreadsPolicy: auto`, if the emulator thread is isolated.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT407", "io-threads-policy", "info", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.spec.string("domain.ioThreadsPolicy"):
        return
    if all(disk.boolean("dedicatedIOThread") for disk in vm.disks):
        return
    path = vm.at("domain.ioThreadsPolicy")
    # Without an isolated emulator thread the threads would share the vCPUs' CPUs (RT405).
    fix = safe("Set `ioThreadsPolicy: auto`.", Set(path, "auto")) if vm.is_isolated else None
    yield Finding(
        path,
        "`ioThreadsPolicy` is not set. Disk I/O runs in QEMU's main loop, with all device "
        "emulation. Write `ioThreadsPolicy: auto` beside `devices`.",
        fix,
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.ioThreadsPolicy",
        """
        variables.ioThreadsPolicy != '' ||
        (variables.partial && !has(variables.domain.ioThreadsPolicy)) ||
        (variables.bareVolumes.size() == 0 &&
          variables.disks.all(d, d.?dedicatedIOThread.orValue(false)))
        """,
        "Disk I/O runs in QEMU's main loop. Write `ioThreadsPolicy: auto`.",
    )
