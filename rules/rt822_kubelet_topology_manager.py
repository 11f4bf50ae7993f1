"""VMs pass NUMA cells through, and a kubelet's topology manager does not keep a pod within one.

## Why
With the policies `none`, the default, and `best-effort` a kubelet takes CPUs and pages from several
cells where one has not enough: the VM's vCPUs wait for memory on another cell, or the VM cannot
bind its memory and does not start (kubevirt/kubevirt#17248, #6981). `restricted` refuses what
cannot be had from as few cells as possible, `single-numa-node` what one cell does not have. A VM
that is larger than a cell never fits then, so that the fix is a person's to choose.

## Source
Kubernetes, pkg/kubelet/cm/topologymanager (v1.27 to v1.36); kubernetes/kubelet 63b3249,
config/v1beta1/types.go.

## Wrong
```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
reservedSystemCPUs: 0-1
topologyManagerPolicy: best-effort
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {dedicatedCpuPlacement: true, numa: {guestMappingPassthrough: {}}}}
```

## Right
```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
reservedSystemCPUs: 0-1
topologyManagerPolicy: single-numa-node
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

from rtlint.platform.kubelet import SINGLE_NODE, at, kubelet_of
from rtlint.platform.needs import few, on_kubelet, places
from rtlint.rule import Context, Finding, Findings, Object, Rule, Set, unsafe

RULE = Rule("RT822", "kubelet-topology-manager", "warning", "platform", "unsafe")

_POLICY = "topologyManagerPolicy"


def check(obj: Object, context: Context) -> Findings:
    kubelet = kubelet_of(obj.kind, obj.data)
    if kubelet is None or context.platform is None:
        return
    # A kubelet without a static CPU manager carries none of these VMs.
    if kubelet.string("cpuManagerPolicy") != "static" and not kubelet.has(_POLICY):
        return
    vms = [vm for vm in on_kubelet(obj, context.platform) if vm.passes_numa]
    policy = kubelet.string(_POLICY)
    if not vms or policy == SINGLE_NODE:
        return
    path = at(kubelet, _POLICY)
    said = f"`{policy}`" if policy else "`none`, the default,"
    yield Finding(
        path,
        f"With the topology policy {said} the kubelet may spread {few(vms)} over NUMA cells, and "
        f"its vCPUs wait for memory on another one. Write `{SINGLE_NODE}`.",
        unsafe(f"Set `{_POLICY}: {SINGLE_NODE}`.", Set(path, SINGLE_NODE)),
        related=places(vms, "passes NUMA cells through."),
    )
