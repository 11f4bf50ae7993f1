"""The memory of a realtime VM is not in 1Gi hugepages.

## Why
Without hugepages KubeVirt refuses NUMA passthrough, and with it the VM. With small pages the guest
has TLB misses and page-table walks at unpredictable moments. 1Gi pages are allocated when the host
boots, and stay.

## Options
`page-sizes`: the allowed page sizes (default `[1Gi]`). The fix writes the first one.

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
Sets the page size. Unsafe where the memory is not a multiple of it and has to be rounded, or is not
set: KubeVirt then gives the VM one page.
"""

from types import MappingProxyType

from rtlint.kubevirt.repairs import as_text, has_memory, page_repairs
from rtlint.lint.rule import Cel, cel_text
from rtlint.rule import (
    Context,
    Finding,
    Findings,
    Fix,
    Quantity,
    Rule,
    Set,
    UnknownValue,
    Workload,
    parse_quantity,
    safe,
    set_all,
    unsafe,
)

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
    allowed = [quantity.nano for quantity in map(parse_quantity, sizes) if quantity is not None]
    if size is not None and size.nano in allowed:
        return
    path = vm.at("domain.memory.hugepages.pageSize")
    if written:
        what = f"The hugepage size is `{written}`"
        effect = _effect(size, allowed)
    else:
        what = "`memory.hugepages.pageSize` is not set"
        effect = "KubeVirt refuses NUMA passthrough, and so the VM, without hugepages"
    yield Finding(
        path,
        f"{what}. {effect}. Write `pageSize: {sizes[0]}`.",
        _fix(vm, path, sizes[0]),
        unless=(("RT505", path),),
    )


def _effect(size: Quantity | None, allowed: list[int]) -> str:
    if size is None:
        return "That is not a quantity, so KubeVirt refuses the VM"
    if size.nano <= 0:
        return "No node has such pages"
    if allowed and size.nano < min(allowed):
        return "Smaller pages cause TLB misses at unpredictable moments"
    return "The configuration allows other sizes only"


def _fix(vm: Workload, path: str, size: str) -> Fix:
    """Unsafe where the memory has to be rounded, is not known, or is only what the page gives."""
    description, operation = f"Set `pageSize: {size}`.", Set(path, size)
    page = parse_quantity(size)
    try:
        rounded = page_repairs(vm, page) if page is not None else ()
        if not has_memory(vm):
            return unsafe(f"Set `pageSize: {size}`; one page is then all the memory.", operation)
    except UnknownValue:
        return unsafe(description, operation)
    if not rounded:
        return safe(description, operation)
    description = f"Set `pageSize: {size}` and round the memory up: {as_text(rounded)}."
    return unsafe(description, operation, *set_all(vm, rounded))


def policy(context: Context) -> Cel:
    sizes = [size for size in context.options["page-sizes"] if parse_quantity(size) is not None]
    listed = ", ".join(map(cel_text, sizes))
    written = "variables.memory.?hugepages.?pageSize"
    return Cel(
        "domain.memory.hugepages.pageSize",
        f"""
        {written}.orValue('') == '' ? variables.partial && !{written}.hasValue() :
          isQuantity({written}.orValue('')) && [{listed}].exists(size,
            quantity({written}.orValue('')).compareTo(quantity(size)) == 0)
        """,
        "The memory is not in hugepages of the allowed size. "
        f"Write `pageSize: {sizes[0] if sizes else '1Gi'}`.",
    )
