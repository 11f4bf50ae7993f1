"""The KubeVirt object does not turn on CPUManager, and VMs of the run need dedicated CPUs.

## Why
virt-handler labels a node for dedicated CPUs only where the feature gate CPUManager is on, and the
kubelet's CPU manager is static. The gate is alpha in every release to v1.9, so that without it no
node gets the label, and each VM with dedicated CPUs stays pending. HyperConverged turns it on by
itself.

## Source
kubevirt/kubevirt v1.9.0, pkg/virt-config/featuregate/active.go and pkg/virt-handler/heartbeat
(isCPUManagerEnabled); kubevirt/hyperconverged-cluster-operator, controllers/handlers/kubevirt.go
(hardCodeKvFgs).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration:
    developerConfiguration:
      featureGates:
        - AlignCPUs
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 2, dedicatedCpuPlacement: true}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration:
    developerConfiguration:
      featureGates:
        - AlignCPUs
        - CPUManager
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 2, dedicatedCpuPlacement: true}
```

## Fix
Adds the gate.
"""

from itertools import starmap

from rtlint.platform.needs import (
    GATES,
    few,
    further_gates,
    gates,
    is_written_by_operator,
    places,
)
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, Set, safe

RULE = Rule("RT801", "cpu-manager-gate", "error", "platform", "safe")


def check(obj: Object, context: Context) -> Findings:
    platform = context.platform
    if obj.kind != "KubeVirt" or platform is None or is_written_by_operator(obj, platform):
        return
    vms = [vm for vm in platform.vms if vm.is_dedicated]
    fields = Fields(obj.data)
    if not vms or "CPUManager" in gates(fields):
        return
    yield Finding(
        GATES,
        "Without the feature gate CPUManager KubeVirt labels no node for dedicated CPUs: "
        f"{few(vms)} cannot be scheduled. Add it.",
        safe("Add `CPUManager`.", *starmap(Set, further_gates(fields, "CPUManager"))),
        related=places(vms, "needs dedicated CPUs."),
    )
