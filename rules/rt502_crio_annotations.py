"""CRI-O annotations that protect the VM's CPUs are missing.

## Why
With `cpu-load-balancing.crio.io`, `cpu-quota.crio.io` and `irq-load-balancing.crio.io` set to
`disable`, CRI-O takes the VM's CPUs out of the kernel's load balancing, lifts the CFS quota and
keeps device interrupts away from them. KubeVirt copies the VMI's annotations to the pod; on the
VirtualMachine itself they have no effect. Other container runtimes, such as containerd, ignore
them.

All that are missing are one finding. A misspelt or misplaced annotation is a warning of its own:
somebody wanted it, and it has no effect.

## Options
`annotations`: the names that must be `disable` (default: these three). An empty list turns the
rule off, for clusters without CRI-O.

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
Renames a misspelt annotation, moves a misplaced one. Adding missing ones is unsafe: the cluster may
use another runtime.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.lint.rule import Cel, cel_text
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

if TYPE_CHECKING:
    from typing import Any

# What goes on without each.
_EFFECTS = {
    "cpu-load-balancing.crio.io": "load balancing",
    "cpu-quota.crio.io": "the CFS quota",
    "irq-load-balancing.crio.io": "device interrupts",
}

RULE = Rule(
    "RT502",
    "crio-annotations",
    "info",
    "realtime",
    "safe",
    options=MappingProxyType({"annotations": tuple(_EFFECTS)}),
)

# Metadata around the VMI's: the object's, and in a pool the VirtualMachine's.
_OUTER = ("metadata", "spec.virtualMachineTemplate.metadata")
_SINGULAR = ("load balancing", "the CFS quota")


def check(vm: Workload, context: Context) -> Findings:
    # A preset has no metadata for its VMIs.
    if vm.metadata_path is None:
        return
    annotations = Fields(vm.metadata.data).mapping("annotations")
    names = context.options["annotations"]
    wrong = [name for name in names if not _may_disable(annotations.get(name))]
    unknown = [name for name in annotations if "crio" in name and name not in names]
    absent = [name for name in wrong if name not in annotations]
    misspelt = _misspelt(absent, unknown) if absent and unknown else {}
    missing = []
    for name in wrong:
        misplaced = None if name in annotations else _misplaced(vm, name)
        if name in misspelt:
            yield _unknown(vm, misspelt[name], name)
        elif misplaced is not None:
            yield misplaced
        # An instancetype may bring what is absent.
        elif name in annotations or not vm.has_instancetype:
            missing.append(name)
    if missing:
        yield _missing(vm, missing, annotations)


def _path(vm: Workload, *name: str) -> str:
    """The path of the VMI's annotations, or of one of them."""
    return join_path(*split_path(vm.metadata_path or ""), "annotations", *name)


def _may_disable(value: object) -> bool:
    """Whether the value is `disable`, or one that cannot be told: a placeholder, no string."""
    return value is not None and (value == "disable" or not isinstance(value, str))


def _missing(vm: Workload, names: list[str], annotations: Mapping[str, Any]) -> Finding:
    """The one finding for all that are missing or have another value."""
    many = len(names) > 1
    listed = _listed([f"`{name}`" for name in names])
    is_there = [name in annotations for name in names]
    state = "not `disable`" if all(is_there) else "missing"
    if any(is_there) and not all(is_there):
        state = "missing or not `disable`"
    effects = [_EFFECTS[name] for name in names if name in _EFFECTS]
    effect = _listed(effects) or "what they turn off"
    return Finding(
        _path(vm) if many else _path(vm, names[0]),
        f"The CRI-O annotation{'s' * many} {listed} {'are' if many else 'is'} {state}. On CRI-O, "
        f"{effect} then still appl{'ies' if effect in _SINGULAR else 'y'} to the vCPUs. "
        f"Set {'each' if many else 'it'} to `disable`.",
        unsafe(f"Set {listed} to `disable`.", *(Set(_path(vm, name), "disable") for name in names)),
        on_key=many,
    )


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _misspelt(missing: list[str], annotations: Iterable[str]) -> dict[str, str]:
    """Names that are missing, and the annotation that nearly is each."""
    from difflib import get_close_matches

    near = {}
    for annotation in annotations:
        matches = get_close_matches(annotation, missing, n=1, cutoff=0.85)
        if matches:
            near[matches[0]] = annotation
    return near


def _unknown(vm: Workload, annotation: str, name: str) -> Finding:
    wrong = _path(vm, annotation)
    return Finding(
        wrong,
        f"No container runtime knows the annotation `{annotation}`, so it has no effect. "
        f"Write `{name}: disable`.",
        safe(f"Rename it to `{name}`.", Move(wrong, _path(vm, name))),
        "warning",
        on_key=True,
    )


def _misplaced(vm: Workload, name: str) -> Finding | None:
    """The finding where the annotation is on the metadata of what makes the VMI."""
    for metadata in _OUTER:
        wrong = join_path(*split_path(metadata), "annotations", name)
        if metadata != vm.metadata_path and Fields(vm.object.data).has(wrong):
            kind = vm.object.kind if metadata == "metadata" else "VirtualMachine"
            return Finding(
                wrong,
                f"`{name}` on the {kind} itself does not reach the pod, so it has no effect. "
                f"Move it to `{vm.metadata_path}.annotations`.",
                safe(f"Move it to `{vm.metadata_path}.annotations`.", Move(wrong, _path(vm, name))),
                "warning",
                on_key=True,
            )
    return None


def policy(context: Context) -> Cel | None:
    names = ", ".join(map(cel_text, context.options["annotations"]))
    if not names:
        return None
    # An instancetype may bring what is absent.
    return Cel(
        "annotations",
        f"""
        [{names}].all(name, name in variables.annotations ?
          type(variables.annotations[name]) != string || variables.annotations[name] == 'disable' :
          variables.partial && !variables.outerAnnotations.exists(each, name in each))
        """,
        "CRI-O annotations that protect the vCPUs are missing, not `disable`, or misplaced.",
        of_metadata=True,
    )
