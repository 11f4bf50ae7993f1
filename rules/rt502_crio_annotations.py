"""CRI-O is not told to leave the CPUs alone.

## Why
With these annotations on the pod CRI-O takes the VM's CPUs out of the kernel's load balancing and
the CFS quota, and keeps interrupts of devices away from them. KubeVirt hands the annotations of the
VMI to the pod; on the VirtualMachine itself they do nothing. Other container runtimes ignore them.

## Options
`annotations`: the names that must be `disable` (default: the three above); an empty list turns
the rule off.

## Source
CRI-O, high-performance hooks; kubevirt's common instancetypes, series rt1.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
  annotations:
    cpu-load-balancing.crio.io: disable
    cpu-quota.crio.io: disable
    irq-load-balancing.crio.io: disable
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Fix
Renames a misspelt annotation and moves a misplaced one; adding a missing one is unsafe, as the
runtime may be another.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from types import MappingProxyType

from rtlint.kubernetes.fields import Fields, join_path
from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import Context, Finding, Findings, Move, Rule, Set, safe, unsafe

RULE = Rule(
    "RT502",
    "crio-annotations",
    "info",
    "realtime",
    "safe",
    options=MappingProxyType(
        {
            "annotations": (
                "cpu-load-balancing.crio.io",
                "cpu-quota.crio.io",
                "irq-load-balancing.crio.io",
            )
        }
    ),
)


def check(vm: Workload, context: Context) -> Findings:
    # A preset has no metadata for its VMIs.
    if vm.metadata_path is None:
        return
    where = f"{vm.metadata_path}.annotations"
    own = Fields(vm.object.data).mapping("metadata.annotations")
    for name in context.options["annotations"]:
        if vm.annotations.get(name) == "disable":
            continue
        path = join_path(*where.split("."), name)
        misspelt = None if name in vm.annotations else _misspelt(name, vm.annotations, context)
        if misspelt is not None:
            wrong = join_path(*where.split("."), misspelt)
            yield Finding(
                wrong,
                f"No container runtime knows the annotation `{misspelt}`. The CPUs are not left "
                f"alone. Write `{name}: disable`.",
                safe(f"Rename it to `{name}`.", Move(wrong, path)),
                "warning",
                on_key=True,
            )
        elif own is not vm.annotations and name in own and name not in vm.annotations:
            wrong = join_path("metadata", "annotations", name)
            yield Finding(
                wrong,
                f"`{name}` on the {vm.object.kind} itself does not reach the pod. The CPUs are "
                f"not left alone. Move it to `{where}`.",
                safe(f"Move it to `{where}`.", Move(wrong, path)),
                "warning",
                on_key=True,
            )
        else:
            yield Finding(
                path,
                f"The annotation `{name}` is not `disable`. On CRI-O the kernel and the quota "
                f"disturb the vCPUs. Write `{name}: disable`.",
                unsafe(f"Set `{name}: disable`.", Set(path, "disable")),
            )


def _misspelt(name: str, annotations: Iterable[str], context: Context) -> str | None:
    """An annotation that is nearly this one, and is none of the others."""
    known = context.options["annotations"]
    near = get_close_matches(name, [a for a in annotations if a not in known], n=1, cutoff=0.85)
    return near[0] if near else None
