"""VMs pass NUMA cells through, and a PerformanceProfile does not keep a pod within one.

## Why
The operator's default is the topology policy `best-effort`: where no cell has enough CPUs and pages
the kubelet takes them from several, and the VM's vCPUs wait for memory on another cell, or the VM
does not start (kubevirt/kubevirt#17248). With `single-numa-node` the kubelet refuses the pod, and
the memory manager is Static. That policy also turns on `full-pcpus-only`: see RT110. A VM that is
larger than a cell never fits then, so that the fix is a person's to choose; for such VMs there is
`restricted`.

## Source
openshift/cluster-node-tuning-operator d2394aa81, kubeletconfig.go
(setKubeletConfigForCPUAndMemoryManagers).

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  numa: {topologyPolicy: best-effort}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {dedicatedCpuPlacement: true, numa: {guestMappingPassthrough: {}}}}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  numa: {topologyPolicy: single-numa-node}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {dedicatedCpuPlacement: true, numa: {guestMappingPassthrough: {}}}}
```

## Fix
Writes `single-numa-node`.
"""

from rtlint.platform.kubelet import SINGLE_NODE
from rtlint.platform.needs import few, on_profile, places
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, Set, unsafe

RULE = Rule("RT815", "profile-topology", "warning", "platform", "unsafe")

_PATH = "spec.numa.topologyPolicy"


def check(obj: Object, context: Context) -> Findings:
    if obj.kind != "PerformanceProfile" or context.platform is None:
        return
    policy = Fields(obj.data).string(_PATH)
    vms = [vm for vm in on_profile(obj.data, context.platform) if vm.passes_numa]
    if not vms or policy == SINGLE_NODE:
        return
    said = f"`{policy}`" if policy else "`best-effort`, the operator's default,"
    yield Finding(
        _PATH,
        f"With the topology policy {said} the kubelet may spread {few(vms)} over NUMA cells, and "
        f"its vCPUs wait for memory on another one. Write `{SINGLE_NODE}`.",
        unsafe(f"Set `topologyPolicy: {SINGLE_NODE}`.", Set(_PATH, SINGLE_NODE)),
        related=places(vms, "passes NUMA cells through."),
    )
