"""A VM needs more hugepages of its size than a node of the run has.

## Why
Hugepages are set aside when a node boots. The pod of a VM with hugepages asks for all of its memory
in pages of its size: where no node has as many, or none of that size, the VM stays pending for
ever. With the topology policy single-numa-node all of them must come from one NUMA cell. What all
VMs together ask for decides how many nodes there have to be.

## Source
kubevirt/kubevirt v1.9.0, pkg/virt-controller/services/renderresources.go;
openshift/cluster-node-tuning-operator d2394aa81, pkg/performanceprofile/controller/
performanceprofile/components/tuned/tuned.go and kubeletconfig.go.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  hugepages:
    defaultHugepagesSize: 1G
    pages: [{size: 1G, count: 2}]
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  hugepages:
    defaultHugepagesSize: 1G
    pages: [{size: 1G, count: 8}]
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
```
"""

from rtlint.platform.capacity import largest_cell, pages, size_text
from rtlint.platform.kubelet import SINGLE_NODE, topology_policy
from rtlint.platform.model import Known
from rtlint.platform.offers import Offer, offers
from rtlint.platform.vms import hugepages
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT842", "hugepages-too-few", "error", "pages")

_PATH = "domain.memory.hugepages"


def check(vm: Workload, context: Context) -> Findings:
    if context.platform is None or vm.is_instancetype or vm.is_preset:
        return
    asked = hugepages(vm)
    if asked is None:
        return
    size, amount = asked

    def read(known: Known) -> int | None:
        found = pages(known)
        return None if found is None else found.get(size, 0)

    best = offers(context.platform, vm, f"pages of {size}", read)
    if best is None:
        return
    if best.amount < amount:
        yield _too_few(vm, best, size, amount)
    elif best.known.kind == "PerformanceProfile" and best.of == 1:
        yield from _of_one_cell(vm, best, size, amount)


def _too_few(vm: Workload, best: Offer, size: int, amount: int) -> Finding:
    title, unit = best.known.title, size_text(size)
    has = (
        f"{title} has {size_text(best.amount)}" if best.amount else f"{title} has none of that size"
    )
    others = f", the most of {best.of} of them" if best.of > 1 else ""
    return Finding(
        vm.at(_PATH),
        f"The pod requests {size_text(amount)} in pages of {unit}, and {has}{others}: the VM stays "
        "pending. Give the nodes more pages of this size, or the VM less memory.",
        related=((f"{has}.", best.known.place("spec.hugepages")),),
    )


def _of_one_cell(vm: Workload, best: Offer, size: int, amount: int) -> Findings:
    cell = largest_cell(best.known, size)
    if cell is None or cell >= amount or topology_policy(best.known.data) != SINGLE_NODE:
        return
    yield Finding(
        vm.at(_PATH),
        f"The pod requests {size_text(amount)} in pages of {size_text(size)}, no NUMA cell of "
        f"{best.known.title} has more than {size_text(cell)}, and with `{SINGLE_NODE}` all have to "
        "come from one: the kubelet refuses the pod.",
        severity="warning",
        related=(
            ("The profile says here how many each cell has.", best.known.place("spec.hugepages")),
        ),
    )
