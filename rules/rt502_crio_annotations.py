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
from types import MappingProxyType
from typing import Any

from rtlint.kubernetes.fields import Fields, join_path, split_path
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
    names = context.options["annotations"]
    missing = [name for name in names if vm.annotations.get(name) != "disable"]
    unknown = [name for name in vm.annotations if "crio" in name and name not in names]
    misspelt = _misspelt(missing, unknown) if missing and unknown else {}
    for name in missing:
        path = join_path(*split_path(vm.metadata_path), "annotations", name)
        if name in misspelt:
            yield _unknown(vm, misspelt[name], name, path)
        elif name in _own_annotations(vm) and name not in vm.annotations:
            yield _misplaced(vm, name, path)
        else:
            yield Finding(
                path,
                f"The annotation `{name}` is not `disable`. On CRI-O the kernel and the quota "
                f"disturb the vCPUs. Write `{name}: disable`.",
                unsafe(f"Set `{name}: disable`.", Set(path, "disable")),
            )


def _misspelt(missing: list[str], annotations: Iterable[str]) -> dict[str, str]:
    """Names that are missing, and the annotation that nearly is each."""
    from difflib import get_close_matches

    near = {}
    for annotation in annotations:
        matches = get_close_matches(annotation, missing, n=1, cutoff=0.85)
        if matches:
            near[matches[0]] = annotation
    return near


def _own_annotations(vm: Workload) -> dict[str, Any]:
    """The annotations of the object itself, where its VMIs have others."""
    if vm.metadata_path == "metadata":
        return {}
    return Fields(vm.object.data).mapping("metadata.annotations")


def _unknown(vm: Workload, annotation: str, name: str, path: str) -> Finding:
    wrong = join_path(*split_path(vm.metadata_path or ""), "annotations", annotation)
    return Finding(
        wrong,
        f"No container runtime knows the annotation `{annotation}`. The CPUs are not left alone. "
        f"Write `{name}: disable`.",
        safe(f"Rename it to `{name}`.", Move(wrong, path)),
        "warning",
        on_key=True,
    )


def _misplaced(vm: Workload, name: str, path: str) -> Finding:
    wrong = join_path("metadata", "annotations", name)
    return Finding(
        wrong,
        f"`{name}` on the {vm.object.kind} itself does not reach the pod. The CPUs are not left "
        f"alone. Move it to `{vm.metadata_path}.annotations`.",
        safe(f"Move it to `{vm.metadata_path}.annotations`.", Move(wrong, path)),
        "warning",
        on_key=True,
    )
