"""KubeVirt migrates realtime VMs when it is itself upgraded.

## Why
With the method LiveMigrate KubeVirt moves each VM to a new virt-launcher when KubeVirt is upgraded.
From v0.58.1 the vCPU threads of a migrated VM come up without SCHED_FIFO: after the upgrade no
realtime VM is realtime any more until it is restarted. HyperConverged asks for LiveMigrate where
nothing is said.

## Source
kubevirt/kubevirt, pkg/virt-controller/watch/workload-updater (v0.47 to v1.9.0) and pkg/virt-handler
(v0.58.1 on, which sets the scheduler when a VM starts); kubevirt/hyperconverged-cluster-operator
03da3cff7, api/v1/hyperconverged_types.go (the default).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  workloadUpdateStrategy:
    workloadUpdateMethods: [LiveMigrate]
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 2, realtime: {}}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  workloadUpdateStrategy:
    workloadUpdateMethods: []
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 2, realtime: {}}}
```
"""

from rtlint.kubevirt.hyperconverged import hyperconverged_base, kubevirt_fields
from rtlint.platform.needs import few, is_written_by_operator, places
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule

RULE = Rule("RT805", "workload-updates", "warning", "platform")

_METHODS = "workloadUpdateStrategy.workloadUpdateMethods"


def check(obj: Object, context: Context) -> Findings:
    platform = context.platform
    if obj.kind not in ("KubeVirt", "HyperConverged") or platform is None:
        return
    vms = [vm for vm in platform.vms if vm.is_realtime]
    if not vms or is_written_by_operator(obj, platform) or context.release < (0, 58, 1):
        return
    fields = Fields(obj.data)
    is_hyperconverged = obj.kind == "HyperConverged"
    path = f"{hyperconverged_base(fields) if is_hyperconverged else 'spec'}.{_METHODS}"
    if "LiveMigrate" not in kubevirt_fields(obj).items(f"spec.{_METHODS}"):
        return
    is_default = is_hyperconverged and not fields.has(path)
    said = "HyperConverged's default is LiveMigrate: it" if is_default else "LiveMigrate"
    yield Finding(
        path,
        f"{said} moves {few(vms)} when KubeVirt is upgraded, and a migrated VM's vCPUs have no "
        "SCHED_FIFO until it is restarted. Write `workloadUpdateMethods: []`, and restart the VMs "
        "after an upgrade.",
        related=places(vms, "is realtime."),
    )
