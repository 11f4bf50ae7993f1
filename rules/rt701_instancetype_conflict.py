"""A VM sets what its instancetype sets too.

## Why
KubeVirt refuses a VM that uses an instancetype and sets the same itself: CPU topology, memory, CPU
or memory in `resources`, and whatever else the instancetype sets. An annotation conflicts only if
the values differ.

## Source
kubevirt/kubevirt, pkg/instancetype/apply (v1.9.0, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt1.large}
  template:
    spec:
      domain:
        cpu: {cores: 4}
        devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt1.large}
  template:
    spec:
      domain:
        devices: {}
```

## Fix
Removes the field from the VM. Unsafe, because the instancetype may be the wrong one.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.rule import (
    Context,
    Finding,
    Findings,
    Remove,
    Rule,
    Workload,
    join_path,
    split_path,
    unsafe,
)

if TYPE_CHECKING:
    from rtlint.kubevirt.instancetypes import Conflict

RULE = Rule("RT701", "instancetype-conflict", "error", "workload", "unsafe")
policy = "KubeVirt's own webhook refuses it."


def check(vm: Workload, _: Context) -> Findings:
    if vm.effective is None or vm.effective.instancetype is None:
        return
    title = vm.effective.instancetype.title
    for conflict in vm.effective.merged.conflicts:
        path = _path(vm, conflict)
        name = conflict.annotation or conflict.path
        yield Finding(
            path,
            f"Both the VM and its {title} set `{name}`. KubeVirt refuses the VM. "
            "Remove it here, or use another instancetype.",
            unsafe(f"Remove `{name}`.", Remove(path)),
            on_key=True,
        )


def _path(vm: Workload, conflict: Conflict) -> str:
    if conflict.annotation is None:
        return vm.at(conflict.path)
    return join_path(*split_path(vm.metadata_path or ""), "annotations", conflict.annotation)
