"""A realtime VM may be live-migrated.

## Why
From v0.58.1 virt-handler sets SCHED_FIFO when it starts a VM, but not when a VM arrives by live
migration. After a node drain, the vCPUs run as ordinary threads until somebody restarts the VM.

## Source
kubevirt/kubevirt, virt-handler, handling of realtime VMIs (from v0.58.1, read in the source).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  evictionStrategy: LiveMigrate
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  evictionStrategy: None
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Fix
Sets `evictionStrategy: None`. Unsafe, because a node drain then stops the VM.
"""

from rtlint.kubevirt.mask import VIRT_HANDLER_ERA
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Fields, Finding, Findings, Rule, Set, Workload, unsafe

RULE = Rule("RT501", "live-migration", "warning", "realtime", "unsafe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.release < VIRT_HANDLER_ERA or vm.is_preset:
        return
    # No instancetype has a say in it.
    written = Fields(vm.spec.data).string("evictionStrategy")
    strategy = written or vm.cluster.eviction_strategy
    if strategy not in ("LiveMigrate", "LiveMigrateIfPossible"):
        return
    path = vm.at("evictionStrategy")
    whose = "`evictionStrategy`" if written else "The cluster's `evictionStrategy`"
    yield Finding(
        path,
        f"{whose} is `{strategy}`. After a live migration the vCPUs run without SCHED_FIFO until "
        "the VM is restarted. Write `evictionStrategy: None`.",
        unsafe("Set `evictionStrategy: None`.", Set(path, "None")),
    )


def policy(_: Context) -> Cel:
    own = "variables.spec.?evictionStrategy.orValue('')"
    return Cel(
        "evictionStrategy",
        f"""
        !(({own} != '' ? {own} : variables.cluster.?evictionStrategy.orValue('')) in
          ['LiveMigrate', 'LiveMigrateIfPossible'])
        """,
        "After a live migration the vCPUs run without SCHED_FIFO until the VM is restarted. "
        "Write `evictionStrategy: None`.",
    )
