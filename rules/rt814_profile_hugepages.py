"""A PerformanceProfile asks for hugepages that no node can have, or lists them twice.

## Why
Sizes of pages are the kernel's here: `1G` and `2M`, not Kubernetes' `1Gi`. The profile's webhook
refuses any other, pages without a `defaultHugepagesSize`, and one size for one NUMA cell twice. A
negative cell or count is written into the boot parameters as it stands, and the node has no pages.

## Source
openshift/cluster-node-tuning-operator d2394aa81, pkg/apis/performanceprofile/v2/
performanceprofile_validation.go (validateHugePages, validatePageDuplication): x86 has 2M and 1G,
arm64 with pages of 4k 64k, 2M, 32M and 1G, with pages of 64k 2M, 512M and 16G.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  hugepages:
    defaultHugepagesSize: 1Gi
    pages:
      - {size: 1Gi, count: 16}
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
    pages:
      - {size: 1G, count: 16}
```

## Fix
Writes `1G` for `1Gi`, and so for other sizes.
"""

from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, Set, safe

RULE = Rule("RT814", "profile-hugepages", "error", "platform", "safe")

# By the kernel's page size, which only arm64 can choose.
_SIZES = {"4k": ("64k", "2M", "32M", "1G"), "64k": ("2M", "512M", "16G")}
_DEFAULT, _PAGES = "spec.hugepages.defaultHugepagesSize", "spec.hugepages.pages"


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "PerformanceProfile":
        return
    fields = Fields(obj.data)
    sizes = _SIZES.get(fields.string("spec.kernelPageSize") or "4k", ())
    default = fields.string(_DEFAULT)
    pages = fields.each(_PAGES)
    if default is not None:
        yield from _size(default, _DEFAULT, sizes)
    elif pages:
        yield Finding(
            _DEFAULT,
            "The profile is refused: pages need `defaultHugepagesSize`. Write the size that most "
            "VMs use, such as `1G`.",
        )
    seen: set[tuple[str, int | None]] = set()
    for index, page in enumerate(pages):
        path = f"{_PAGES}[{index}]"
        size, cell, count = page.string("size") or "", page.integer("node"), page.integer("count")
        yield from _size(size, f"{path}.size", sizes)
        if (size, cell) in seen:
            where = "without a cell" if cell is None else f"for NUMA cell {cell}"
            yield Finding(
                f"{path}.size",
                f"The profile is refused: pages of {size} {where} stand here twice. Add them up.",
            )
        seen.add((size, cell))
        yield from _negative(path, "node", cell, "the number of a NUMA cell")
        yield from _negative(path, "count", count, "a number of pages")


def _size(size: str, path: str, sizes: tuple[str, ...]) -> Findings:
    if size in sizes or not sizes:
        return
    if not size:
        yield Finding(
            path, f"The profile is refused: pages need a size, one of {', '.join(sizes)}."
        )
        return
    meant = size.removesuffix("B").removesuffix("b").removesuffix("i").upper().replace("K", "k")
    fix = safe(f"Write `{meant}`.", Set(path, meant)) if meant in sizes else None
    yield Finding(
        path,
        f"The profile is refused: `{size}` is no size of hugepages here. Write one of "
        f"{', '.join(sizes)}{', as the kernel writes them' if fix else ''}.",
        fix,
    )


def _negative(path: str, name: str, value: int | None, what: str) -> Findings:
    if value is not None and value < 0:
        yield Finding(f"{path}.{name}", f"{value} is not {what}, and the node gets no such pages.")
