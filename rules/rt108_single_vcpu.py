"""A realtime VM with one vCPU.

## Why
A Linux realtime guest needs a housekeeping vCPU (for interrupts, timers and kernel threads) beside
the isolated ones. With a single vCPU the realtime task shares it with all of that, and while a
SCHED_FIFO vCPU spins, nothing else in the guest runs. If no count is set anywhere, the VM gets one
vCPU.

## Source
libvirt's guide "KVM real time guests"; kubevirt/kubevirt, setDefaultGuestCPUTopology.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 1
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

RULE = Rule("RT108", "single-vcpu", "warning", "realtime")

_COUNTS = ("domain.cpu.cores", "domain.cpu.sockets", "domain.cpu.threads")
# Where nothing is counted, these count, the first before the second.
_RESOURCES = ("domain.resources.limits.cpu", "domain.resources.requests.cpu")


def check(vm: Workload, _: Context) -> Findings:
    if vm.vcpus != 1:
        return
    counted = next((path for path in _COUNTS if vm.spec.integer(path)), None)
    said = counted or next((path for path in _RESOURCES if vm.spec.has(path)), None)
    what = "The VM has one vCPU" if said else "No vCPU count is set, so the VM gets one vCPU"
    path = vm.at(said or "domain.cpu.cores")
    wrong = () if counted else tuple(("RT105", vm.at(resource)) for resource in _RESOURCES)
    yield Finding(
        path,
        f"{what}. The guest's housekeeping then runs on the realtime vCPU. "
        "Give the VM at least two, such as `cores: 2`.",
        unless=(*wrong, ("RT701", path)),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.cores",
        "variables.vcpus != 1",
        "The VM has one vCPU, on which the guest's housekeeping runs too. Give it at least two.",
        unless=(("RT105", "!variables.isCounted"),),
    )
