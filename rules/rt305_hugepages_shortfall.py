"""The pod gets fewer hugepages than the guest needs.

## Why
With hugepages, KubeVirt asks for as many as `requests.memory` says. If `memory.guest` is larger,
KubeVirt admits the VM, the pod gets pages for the request only, QEMU cannot allocate the guest's
memory, and the VM does not start.

## Source
kubevirt/kubevirt, virt-controller, template.go: hugepages of the compute container (measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
    resources: {requests: {memory: 2Gi}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
    resources: {requests: {memory: 4Gi}}
```

## Fix
Raises the request, and a limit beside it, to the guest memory. Unsafe, because the guest memory may
be what is wrong.
"""

from rtlint.kubevirt.repairs import memory_repairs
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload, set_all, unsafe

RULE = Rule("RT305", "hugepages-shortfall", "error", "pages", "unsafe")

# What is refused is not admitted: the rule about memory resources speaks of it.
_REFUSED = ("memory-request-not-limit", "memory-request-above-limit", "guest-above-limit")


def check(vm: Workload, _: Context) -> Findings:
    guest = vm.spec.quantity("domain.memory.guest")
    if guest is None or not vm.spec.has("domain.memory.hugepages"):
        return
    # Kubernetes takes a missing request from the limit.
    name = "requests" if vm.spec.has("domain.resources.requests.memory") else "limits"
    request = vm.spec.quantity(f"domain.resources.{name}.memory")
    if request is None or request.nano >= guest.nano or any(vm.refusals(*_REFUSED)):
        return
    path = vm.at(f"domain.resources.{name}.memory")
    yield Finding(
        path,
        f"`{name}.memory` is {request}, but `memory.guest` is {guest}. The pod gets hugepages for "
        f"the request only, so the VM does not start. Write `memory: {guest}`.",
        unsafe(f"Set the memory request to {guest}.", *set_all(vm, memory_repairs(vm))),
    )


def policy(_: Context) -> Cel:
    # Kubernetes takes a missing request from the limit.
    asked = (
        "(has(variables.requests.memory) ? variables.memoryWritten : "
        "variables.partial ? -1 : variables.memoryLimit)"
    )
    is_given = "(has(variables.requests.memory) || has(variables.limits.memory))"
    return Cel(
        "domain.resources.requests.memory",
        f"""
        !variables.hugepages || variables.guest <= 0 || !{is_given} || {asked} == -1 ||
        {asked} >= variables.guest ||
        (!variables.partial && variables.memoryLimit != 0 && (
          variables.memoryRequest > variables.memoryLimit ||
          (variables.dedicated && variables.memoryRequest > 0 &&
            variables.memoryRequest != variables.memoryLimit) ||
          (!variables.liveUpdate && variables.guest > variables.memoryLimit)))
        """,
        "The pod gets hugepages for the memory request only, which is below the guest memory, so "
        "the VM does not start.",
    )
