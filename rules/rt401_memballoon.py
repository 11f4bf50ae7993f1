"""A realtime VM has a memory balloon.

## Why
KubeVirt attaches a virtio balloon by default. QEMU polls it for statistics every few seconds, which
wakes the guest. If something on the host inflates it, the guest loses pages and has to fault them
in again at unpredictable moments.

## Source
KubeVirt's user guide, "Running realtime workloads"; kubevirt/kubevirt, converter: `memballoon`.

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
    devices: {autoattachMemBalloon: false}
```

## Fix
Sets `autoattachMemBalloon: false`.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT401", "memballoon", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.spec.boolean("domain.devices.autoattachMemBalloon") is False:
        return
    path = vm.at("domain.devices.autoattachMemBalloon")
    yield Finding(
        path,
        "A memory balloon is attached, because `devices.autoattachMemBalloon` is not false. Its "
        "statistics wake the guest every few seconds. Write `autoattachMemBalloon: false`.",
        safe("Set `autoattachMemBalloon: false`.", Set(path, False)),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.devices.autoattachMemBalloon",
        "!variables.devices.?autoattachMemBalloon.orValue(!variables.partial)",
        "A memory balloon is attached, whose statistics wake the guest. "
        "Write `autoattachMemBalloon: false`.",
    )
