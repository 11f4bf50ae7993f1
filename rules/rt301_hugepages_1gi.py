"""The memory of a realtime VM is not in 1Gi hugepages.

## Why
Without hugepages admission refuses NUMA passthrough, and with it the VM. With small ones the guest
takes TLB misses and page-table walks at random moments; 1Gi pages are allocated at boot and stay.

## Options
`page-sizes`: the page sizes that will do (default `[1Gi]`); the first is what the fix writes.

## Source
KubeVirt's user guide, "Hugepages support" and "Running realtime workloads"; kubevirt/kubevirt,
validating-webhook: NUMA passthrough needs hugepages.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 4Gi, hugepages: {pageSize: 2Mi}}
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
```

## Fix
Sets the page size. Unsafe where the memory is no multiple of it and has to be rounded.
"""

from types import MappingProxyType

from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import Context, Finding, Findings, Rule, Set, safe

RULE = Rule(
    "RT301",
    "hugepages-1gi",
    "error",
    "realtime",
    "safe",
    options=MappingProxyType({"page-sizes": ("1Gi",)}),
)


def check(vm: Workload, context: Context) -> Findings:
    sizes: tuple[str, ...] = tuple(context.options["page-sizes"])
    written = vm.spec.string("domain.memory.hugepages.pageSize")
    size = parse_quantity(written)
    if size is not None and any(parse_quantity(s) == size for s in sizes):
        return
    path = vm.at("domain.memory.hugepages.pageSize")
    if written:
        what = f"The hugepages are `{written}`"
        effect = "Smaller pages cost the guest TLB misses at random moments"
    else:
        what = "`memory.hugepages.pageSize` is not set"
        effect = "KubeVirt refuses NUMA passthrough, and so the VM, without hugepages"
    yield Finding(
        path,
        f"{what}. {effect}. Write `pageSize: {sizes[0]}`.",
        safe(f"Set `pageSize: {sizes[0]}`.", Set(path, sizes[0])),
    )
