"""Memory resources that do not go with dedicated CPUs.

## Why
The pod of a VM with dedicated CPUs is in the Guaranteed class: its memory request and limit must be
equal, and some memory must be set. Guest memory above the limit is refused too, unless the rollout
strategy is LiveUpdate, the default from v1.6.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook, validateCPUPinning and
validateMemoryLimitsNegativeOrNull (measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
    memory: {hugepages: {pageSize: 1Gi}}
    resources: {requests: {memory: 4Gi}, limits: {memory: 5Gi}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
    memory: {hugepages: {pageSize: 1Gi}}
    resources: {requests: {memory: 4Gi}, limits: {memory: 4Gi}}
```

## Fix
Sets request and limit to the largest of the values. Without `memory.guest`, sets them to the value
that is the guest's memory now: the request, from v0.57 on. Unsafe, because another value may be
meant.
"""

from rtlint.kubevirt.admission import Cause
from rtlint.kubevirt.defaults import sets_memory_request
from rtlint.kubevirt.repairs import memory_repairs
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload, set_all, unsafe

RULE = Rule("RT303", "memory-resources", "error", "realtime", "unsafe")

_WRONG = {
    "memory-missing": ("No memory is set", "Set `memory.guest`"),
    "memory-request-not-limit": (
        "The memory request and the memory limit differ",
        "Set both to the same value, or omit both and set `memory.guest`",
    ),
    "memory-request-above-limit": (
        "The memory request is above the memory limit",
        "Set both to the same value, or omit both and set `memory.guest`",
    ),
    "guest-above-limit": (
        "`memory.guest` is above the memory limit",
        "Raise the limit to the guest memory, or omit it",
    ),
}


def check(vm: Workload, _: Context) -> Findings:
    # The webhook complains of missing memory more than once; the first time it may crash.
    causes: dict[str, Cause] = {}
    for cause in vm.refusals(*_WRONG):
        causes.setdefault(cause.check, cause)
    for name, cause in causes.items():
        # A request above the limit differs from it, which says it all.
        if name == "memory-request-not-limit" and "memory-request-above-limit" in causes:
            continue
        what, instead = _WRONG[name]
        effect = "KubeVirt refuses the VM"
        if cause.message.startswith("panic:"):
            effect = f"The webhook of {vm.release} crashes on it"
        # Which memory is meant where none is given nobody can know.
        repairs = memory_repairs(vm) if name != "memory-missing" else ()
        fix = None
        if repairs:
            description = f"Set the memory request and limit to {repairs[0][1]}."
            fix = unsafe(description, *set_all(vm, repairs))
        yield Finding(vm.at(cause.path), f"{what}. {effect}. {instead}.", fix)


def policy(context: Context) -> Cel:
    # What counts as some memory where neither request nor limit is given.
    given = "variables.hugepages || variables.guest != 0"
    if sets_memory_request(context.release):
        given = "variables.memoryRequest > 0"
    return Cel(
        "domain.resources",
        f"""
        variables.partial || [variables.memoryRequest, variables.memoryLimit, variables.guest]
          .exists(amount, amount == -1) ||
        (variables.memoryRequest != 0 || variables.memoryLimit != 0 || (
          (variables.hugepages || has(variables.memory.guest)) &&
          (!variables.dedicated || {given}))) &&
        (variables.memoryRequest <= 0 || variables.memoryLimit <= 0 ||
          (variables.dedicated ? variables.memoryRequest == variables.memoryLimit :
            variables.memoryRequest <= variables.memoryLimit)) &&
        (variables.liveUpdate || variables.memoryLimit == 0 ||
          variables.guest <= variables.memoryLimit)
        """,
        "KubeVirt refuses it: no memory is set, request and limit differ, or the guest memory is "
        "above the limit.",
    )
