"""Only vCPU 0, the housekeeping vCPU, is realtime.

## Why
Linux guests do their housekeeping on CPU 0 and isolate the others. A mask that gives SCHED_FIFO to
vCPU 0 alone does the opposite of what such a guest needs: the isolated CPUs run as ordinary
threads on the host.

## Source
libvirt's guide "KVM real time guests"; Linux, isolcpus and nohz_full.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {mask: "0"}
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

RULE = Rule("RT208", "mask-housekeeping-only", "warning", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    if vm.vcpus < 2 or vm.realtime_vcpus.ranges != ((0, 0),):
        return
    last = vm.vcpus - 1
    mask = f"1-{last}" if last > 1 else "1"
    path = vm.at("domain.cpu.realtime.mask")
    yield Finding(
        path,
        f"Of {vm.vcpus} vCPUs only vCPU 0 is realtime. A Linux guest keeps that one for "
        f'housekeeping and runs its realtime work on the others. Write `mask: "{mask}"`.',
        unless=(("RT205", path),),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.realtime.mask",
        """
        variables.vcpus < 2 || !variables.isMaskRead || !variables.selectsFirst ||
        variables.selectsOthers
        """,
        "Of {vcpus} vCPUs only vCPU 0 is realtime, which Linux keeps for housekeeping.",
        unless=(("RT205", "true"),),
    )
