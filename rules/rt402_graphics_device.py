"""A realtime VM has an emulated graphics card.

## Why
KubeVirt attaches a VGA card and a VNC server by default. Each access to the emulated card is an
exit that stops a vCPU, and QEMU's threads redraw the screen on the emulator thread's CPU. Few
realtime guests need a screen.

## Source
KubeVirt's user guide, "Running realtime workloads"; kubevirt/kubevirt, converter: `graphics`;
validating-webhook, validateVideoConfig (from v1.6.0).

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
Sets `autoattachGraphicsDevice: false`. From v1.6 KubeVirt refuses `devices.video` without a
graphics card: the fix then removes it too, and is unsafe.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Fix,
    Remove,
    Rule,
    Set,
    Workload,
    safe,
    unsafe,
)

RULE = Rule("RT402", "graphics-device", "warning", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.spec.boolean("domain.devices.autoattachGraphicsDevice") is False:
        return
    path = vm.at("domain.devices.autoattachGraphicsDevice")
    yield Finding(
        path,
        "A graphics card is attached, because `devices.autoattachGraphicsDevice` is not false. "
        "Each access to it stops a vCPU. Write `autoattachGraphicsDevice: false`.",
        _fix(vm, path),
    )


def _fix(vm: Workload, path: str) -> Fix:
    description, operation = "Set `autoattachGraphicsDevice: false`", Set(path, False)
    video = "domain.devices.video"
    # Older releases drop the field. Of a preference's or an instancetype's nothing can be removed.
    if vm.release < (1, 6) or not Fields(vm.spec.data).has(video):
        return safe(f"{description}.", operation)
    return unsafe(f"{description} and remove `video`.", operation, Remove(vm.at(video)))


def policy(_: Context) -> Cel:
    return Cel(
        "domain.devices.autoattachGraphicsDevice",
        "!variables.devices.?autoattachGraphicsDevice.orValue(!variables.partial)",
        "A graphics card is attached, each access to which stops a vCPU. "
        "Write `autoattachGraphicsDevice: false`.",
    )
