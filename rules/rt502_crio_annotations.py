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

from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Move,
    Rule,
    Set,
    Workload,
    join_path,
    safe,
    split_path,
    unsafe,
)

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

# Metadata that may stand around the VMI's: the object's, and in a pool the VirtualMachine's.
_OUTER = ("metadata", "spec.virtualMachineTemplate.metadata")


def check(vm: Workload, context: Context) -> Findings:
    # A preset has no metadata for its VMIs.
    if vm.metadata_path is None:
        return
    annotations = Fields(vm.metadata.data).mapping("annotations")
    names = context.options["annotations"]
    missing = [name for name in names if not _may_disable(annotations.get(name))]
    unknown = [name for name in annotations if "crio" in name and name not in names]
    absent = [name for name in missing if name not in annotations]
    misspelt = _misspelt(absent, unknown) if absent and unknown else {}
    for name in missing:
        path = join_path(*split_path(vm.metadata_path), "annotations", name)
        misplaced = None if name in annotations else _misplaced(vm, name, path)
        if name in misspelt:
            yield _unknown(vm, misspelt[name], name, path)
        elif misplaced is not None:
            yield misplaced
        # An instancetype may bring what is absent.
        elif name in annotations or not vm.has_instancetype:
            yield Finding(
                path,
                f"The annotation `{name}` is not `disable`. On CRI-O the kernel and the quota "
                f"disturb the vCPUs. Write `{name}: disable`.",
                unsafe(f"Set `{name}: disable`.", Set(path, "disable")),
            )


def _may_disable(value: object) -> bool:
    """Whether the value is `disable`, or one that cannot be told: a placeholder, no string."""
    return value is not None and (value == "disable" or not isinstance(value, str))


def _misspelt(missing: list[str], annotations: Iterable[str]) -> dict[str, str]:
    """Names that are missing, and the annotation that nearly is each."""
    from difflib import get_close_matches

    near = {}
    for annotation in annotations:
        matches = get_close_matches(annotation, missing, n=1, cutoff=0.85)
        if matches:
            near[matches[0]] = annotation
    return near


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


def _misplaced(vm: Workload, name: str, path: str) -> Finding | None:
    """The finding where the annotation stands on the metadata of what makes the VMI."""
    for metadata in _OUTER:
        wrong = join_path(*split_path(metadata), "annotations", name)
        if metadata != vm.metadata_path and Fields(vm.object.data).has(wrong):
            kind = vm.object.kind if metadata == "metadata" else "VirtualMachine"
            return Finding(
                wrong,
                f"`{name}` on the {kind} itself does not reach the pod. The CPUs are not left "
                f"alone. Move it to `{vm.metadata_path}.annotations`.",
                safe(f"Move it to `{vm.metadata_path}.annotations`.", Move(wrong, path)),
                "warning",
                on_key=True,
            )
    return None
