"""The pod of a realtime VM asks for an odd number of CPUs.

## Why
An isolated emulator thread is one CPU beside an even number of vCPUs. A kubelet with the CPU
manager's option `full-pcpus-only` gives out whole cores and refuses a pod that asks for half a
one; without the option the emulator thread shares a physical core with somebody else's work. From
v1.1.1 the annotation `alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity` makes KubeVirt ask
for a second emulator CPU.

## Source
Kubernetes, "CPU Management Policies"; kubevirt/kubevirt, EmulatorThreadCompleteToEvenParity.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      isolateEmulatorThread: true
      realtime: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
  annotations:
    alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity: ""
spec:
  domain:
    cpu:
      cores: 4
      isolateEmulatorThread: true
      realtime: {}
```
"""

from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import Context, Finding, Findings, Rule, Severity

RULE = Rule("RT110", "smt-parity", "info", "realtime")

_PARITY = "alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity"


def check(vm: Workload, _: Context) -> Findings:
    if not vm.is_isolated or vm.vcpus % 2:
        return
    # Its presence counts, whatever its value.
    if vm.release >= (1, 1, 1) and (_PARITY in vm.annotations or _PARITY in vm.cluster.annotations):
        return
    severity: Severity = "warning" if vm.cluster.full_pcpus_only else "info"
    what = "refuses the pod" if vm.cluster.full_pcpus_only else "may refuse the pod"
    yield Finding(
        vm.at("domain.cpu.isolateEmulatorThread"),
        f"{vm.vcpus} vCPUs and the emulator thread are an odd number of CPUs. A kubelet with "
        f"`full-pcpus-only` {what}. Use an odd number of vCPUs or, from v1.1.1, the annotation "
        f"`{_PARITY}`.",
        severity=severity,
    )
