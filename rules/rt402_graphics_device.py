"""A realtime VM has an emulated graphics card.

## Why
KubeVirt attaches a VGA card and a VNC server unless told otherwise. QEMU's threads draw the screen
on the emulator thread's CPU and exits to the emulated card stop a vCPU; nobody looks at the screen
of a realtime guest.

## Source
KubeVirt's user guide, "Running realtime workloads"; kubevirt/kubevirt, converter: `graphics`.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    devices: {autoattachGraphicsDevice: false}
```

## Fix
Sets `autoattachGraphicsDevice: false`; RT404 sees to the serial console.
"""

from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT402", "graphics-device", "warning", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.spec.boolean("domain.devices.autoattachGraphicsDevice") is False:
        return
    path = vm.at("domain.devices.autoattachGraphicsDevice")
    yield Finding(
        path,
        "A graphics card is attached: `devices.autoattachGraphicsDevice` is not false. Its "
        "emulation interrupts the guest. Write `autoattachGraphicsDevice: false`.",
        safe("Set `autoattachGraphicsDevice: false`.", Set(path, False)),
    )
