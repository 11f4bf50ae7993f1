"""Every vCPU is realtime, and none is left for housekeeping.

## Why
A Linux realtime guest handles interrupts, timers and kernel threads on a housekeeping vCPU, usually
vCPU 0. If that vCPU has SCHED_FIFO too, it never yields to QEMU's threads on the same CPU, and
realtime work on it is delayed by housekeeping. libvirt's guide leaves one vCPU out of the mask.

## Source
libvirt's guide "KVM real time guests".

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "1-3"}
```
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT207", "mask-no-housekeeping", "info", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    if vm.vcpus < 2 or vm.realtime_vcpus.count < vm.vcpus:
        return
    last = vm.vcpus - 1
    mask = f"1-{last}" if last > 1 else "1"
    path = vm.at("domain.cpu.realtime.mask")
    yield Finding(
        path,
        f"All {vm.vcpus} vCPUs are realtime. Linux does its housekeeping on vCPU 0, where it "
        f'delays realtime work. Leave vCPU 0 out: `mask: "{mask}"`.',
        unless=(("RT204", path), ("RT205", path)),
    )


def policy(_: Context) -> Cel:
    # The first id that a mask leaves out is 0, an excluded one, or the one behind a range.
    return Cel(
        "domain.cpu.realtime.mask",
        """
        variables.vcpus < 2 || !(variables.mask == '' || variables.isMaskRead) ||
        ([0] + variables.excluded + variables.spans.filter(s, s[1] < variables.vcpus)
          .map(s, s[1] + 1)).exists(id, id < variables.vcpus && (id in variables.excluded ||
            !variables.spans.exists(s, s[0] <= id && id <= s[1])))
        """,
        "All {vcpus} vCPUs are realtime, and Linux does its housekeeping on vCPU 0. "
        "Leave it out of the mask.",
        unless=(("RT205", "true"),),
    )
