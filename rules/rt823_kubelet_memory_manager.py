"""A kubelet's memory manager does not keep a VM's memory on a NUMA cell, or is set wrongly.

## Why
With `memoryManagerPolicy: Static` the kubelet sees to it that memory and hugepages come from the
cells of the CPUs. With `None`, the default, they may come from any. Static needs `reservedMemory`:
its sum over the cells must be what `kubeReserved`, `systemReserved` and the hard eviction threshold
keep from pods (`evictionHard`, 100Mi by default), or the kubelet does not start.

## Source
Kubernetes, pkg/kubelet/cm/memorymanager/memory_manager.go (validateReservedMemory) and
pkg/kubelet/apis/config/v1beta1/defaults.go (v1.27 to v1.36); openshift/machine-config-operator
7ff337a4f, pkg/controller/kubelet-config/helpers.go, which reserves 1Gi for the system where a
KubeletConfig says nothing.

## Wrong
```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
memoryManagerPolicy: Static
systemReserved: {cpu: "1", memory: 1Gi}
reservedMemory:
  - {numaNode: 0, limits: {memory: 1Gi}}
```

## Right
```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cpuManagerPolicy: static
memoryManagerPolicy: Static
systemReserved: {cpu: "1", memory: 1Gi}
reservedMemory:
  - {numaNode: 0, limits: {memory: 1124Mi}}
```
"""

from rtlint.platform.kubelet import at, kubelet_of
from rtlint.platform.needs import few, on_kubelet, places
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Object,
    Quantity,
    Rule,
    UnknownValue,
    parse_quantity,
)

RULE = Rule("RT823", "kubelet-memory-manager", "error", "platform")

_POLICY, _RESERVED = "memoryManagerPolicy", "reservedMemory"
_THRESHOLD = "evictionHard"
_NONE = Quantity(0, "binary")


def check(obj: Object, context: Context) -> Findings:
    kubelet = kubelet_of(obj.kind, obj.data)
    if kubelet is None or context.platform is None:
        return
    policy = kubelet.string(_POLICY)
    if policy == "Static":
        yield from _sum(obj.kind, kubelet)
        return
    vms = [vm for vm in on_kubelet(obj, context.platform) if vm.passes_numa]
    # Others configure what this object leaves alone, or carry no such VM.
    if not vms or (policy is None and kubelet.string("cpuManagerPolicy") != "static"):
        return
    yield Finding(
        at(kubelet, _POLICY),
        f"Without `memoryManagerPolicy: Static` the memory of {few(vms)} may come from another "
        "NUMA cell than its CPUs. Write it, and `reservedMemory`.",
        severity="warning",
        related=places(vms, "passes NUMA cells through."),
    )


def _sum(kind: str, kubelet: Fields) -> Findings:
    path = at(kubelet, _RESERVED)
    if not kubelet.items(_RESERVED):
        yield Finding(
            path,
            "The kubelet does not start: the memory manager Static needs `reservedMemory`, for "
            "each NUMA cell what is kept from pods there.",
        )
        return
    reserved = _reserved(kubelet)
    kept = _kept(kind, kubelet)
    if kept is not None and reserved.nano != kept.nano:
        yield Finding(
            path,
            f"The kubelet does not start: `reservedMemory` comes to {reserved}, and kubeReserved, "
            f"systemReserved and evictionHard to {kept}. Make them equal.",
        )


def _reserved(kubelet: Fields) -> Quantity:
    total = 0
    for cell in kubelet.each(_RESERVED):
        memory = cell.quantity("limits.memory")
        total += memory.nano if memory else 0
    return Quantity(total, "binary")


def _kept(kind: str, kubelet: Fields) -> Quantity | None:
    """What the node keeps from pods; None where that hangs on what other objects say."""
    system = kubelet.quantity("systemReserved.memory")
    if kind == "KubeletConfig" and system is None:
        return None
    kube = kubelet.quantity("kubeReserved.memory")
    parts = (system or _NONE, kube or _NONE, _threshold(kubelet))
    return Quantity(sum(part.nano for part in parts), "binary")


def _threshold(kubelet: Fields) -> Quantity:
    """Raises UnknownValue for a percentage: of how much memory, only the node knows."""
    path = f'{_THRESHOLD}["memory.available"]'
    text = kubelet.string(path)
    if text is None:
        # Where any threshold is given, those that are not are zero, unless defaults are merged.
        has_defaults = not kubelet.has(_THRESHOLD) or kubelet.boolean(
            "mergeDefaultEvictionSettings"
        )
        text = "100Mi" if has_defaults else "0"
    quantity = parse_quantity(text)
    if quantity is None:
        raise UnknownValue(path)
    return quantity
