"""The cluster builds realtime or NUMA VMs for hotplug.

## Why
From v1.6 the rollout strategy LiveUpdate is the default. KubeVirt then builds the domain of each VM
that says no `maxSockets` for four times its sockets, so that CPUs can be plugged in. A hot-plugged
vCPU never gets SCHED_FIFO, and with NUMA passthrough the guest's cells hold none. RT107 says the
same of each VM: here it is said once, of the cluster.

## Source
kubevirt/kubevirt, pkg/virt-config/virt-config.go (IsVMRolloutStrategyLiveUpdate) and pkg/defaults,
setupCPUHotplug (v1.6.0 to v1.9.0); kubevirt/hyperconverged-cluster-operator, controllers/handlers/
kubevirt.go, which always asks for LiveUpdate.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration: {vmRolloutStrategy: LiveUpdate}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {sockets: 2, realtime: {}}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration: {vmRolloutStrategy: Stage}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {sockets: 2, realtime: {}}}
```
"""

from rtlint.kubevirt.hyperconverged import kubevirt_fields
from rtlint.platform.needs import few, is_written_by_operator, places
from rtlint.rule import Context, Finding, Findings, Object, Rule

RULE = Rule("RT806", "rollout-strategy", "info", "platform")

_PATH = "spec.configuration.vmRolloutStrategy"


def check(obj: Object, context: Context) -> Findings:
    platform = context.platform
    if obj.kind not in ("KubeVirt", "HyperConverged") or platform is None:
        return
    vms = [vm for vm in platform.vms if vm.is_growable and (vm.is_realtime or vm.passes_numa)]
    is_made = is_written_by_operator(obj, platform)
    if not vms or is_made or context.release < (1, 6):
        return
    path, advice = "", "Write `maxSockets` in the VMs: HyperConverged knows no other strategy."
    if kubevirt_fields(obj).string(_PATH) not in (None, "", "LiveUpdate"):
        return
    if obj.kind == "KubeVirt":
        path = _PATH
        advice = "Write `vmRolloutStrategy: Stage`, or `maxSockets` in the VMs."
    yield Finding(
        path or "spec",
        f"The rollout strategy LiveUpdate has {few(vms)} built for four times the sockets. "
        f"{advice}",
        related=places(vms, "says no `maxSockets`."),
        on_key=not path,
    )
