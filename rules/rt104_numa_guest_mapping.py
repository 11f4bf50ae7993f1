"""A realtime VM without the host's NUMA topology.

## Why
KubeVirt refuses a realtime VM without `numa.guestMappingPassthrough`. With it, the memory of each
guest cell is bound to the host cell on which its vCPUs run; without it, a vCPU may wait for memory
of the other socket. It needs hugepages.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook, validateRealtime (from v0.47.1).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicatedCpuPlacement: true
      realtime: {}
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicatedCpuPlacement: true
      numa: {guestMappingPassthrough: {}}
      realtime: {}
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
```

## Fix
Sets `guestMappingPassthrough: {}`. Unsafe where hugepages are missing too and the memory has to be
rounded for them, or is not set.
"""

from rtlint.kubevirt.repairs import has_memory, page_repairs
from rtlint.lint.rule import Cel
from rtlint.rule import (
    Context,
    Finding,
    Findings,
    Fix,
    Quantity,
    Rule,
    Set,
    Workload,
    if_known,
    safe,
    unsafe,
)

RULE = Rule("RT104", "numa-guest-mapping", "error", "realtime", "safe")

_PAGE = Quantity(2**30 * 10**9, "binary")


def check(vm: Workload, _: Context) -> Findings:
    if vm.spec.has("domain.cpu.numa.guestMappingPassthrough"):
        return
    path = vm.at("domain.cpu.numa.guestMappingPassthrough")
    yield Finding(
        path,
        "`cpu.numa.guestMappingPassthrough` is not set. KubeVirt refuses a realtime VM without it. "
        "Write `numa: {guestMappingPassthrough: {}}`.",
        if_known(lambda: _fix(vm, path)),
    )


def _fix(vm: Workload, path: str) -> Fix:
    """Safe with hugepages, or where RT301's fix that adds them is safe too."""
    is_safe = vm.spec.has("domain.memory.hugepages")
    is_safe = is_safe or (has_memory(vm) and not page_repairs(vm, _PAGE))
    return (safe if is_safe else unsafe)("Set `guestMappingPassthrough: {}`.", Set(path, {}))


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.numa.guestMappingPassthrough",
        "variables.passthrough || variables.partial",
        "KubeVirt refuses a realtime VM without it. "
        "Write `numa: {{guestMappingPassthrough: {{}}}}`.",
    )
