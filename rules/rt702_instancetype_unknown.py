"""The instancetype or preference of a VM is not known.

## Why
It is neither in the linted files nor one that KubeVirt deploys itself, so only what the VM itself
says can be checked, and nobody can tell whether the result is realtime. Pass its file with
`--instancetypes PATH`. If the reference has a kind that KubeVirt does not have, it can never be
found.

## Source
kubevirt/kubevirt, pkg/instancetype/find; the common instancetypes of v1.9.0.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt1.lagre}
  template:
    spec:
      domain:
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
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.kinds import mapping_at
from rtlint.rule import Context, Finding, Findings, Rule, Workload

if TYPE_CHECKING:
    from rtlint.kubevirt.instancetypes import Reference

RULE = Rule("RT702", "instancetype-unknown", "info", "workload")
policy = "A policy does not see instancetypes and preferences."


def check(vm: Workload, _: Context) -> Findings:
    if vm.effective is None:
        return
    # Most VMs name no instancetype, and this is slow to import.
    from rtlint.kubevirt.instancetypes import references

    named = references(mapping_at(vm.object.data, vm.virtual_machine_path))
    found = (vm.effective.instancetype, vm.effective.preference)
    for reference, definition in zip((named.instancetype, named.preference), found, strict=True):
        if reference is not None and definition is None:
            yield _unknown(vm, reference)


def _unknown(vm: Workload, reference: Reference) -> Finding:
    path = f"{vm.virtual_machine_path}.{reference.path}"
    if reference.is_inferred:
        what = f"The {reference.path} is inferred from a volume, which only the cluster can do"
        return Finding(f"{path}.inferFromVolume", f"{what}. Only the VM itself was checked.")
    if reference.kind is None:
        what = f"KubeVirt has no such kind of {reference.path}, so it finds none"
        instead = "Omit `kind` for the cluster-wide one"
        return Finding(f"{path}.kind", f"{what}. {instead}.")
    name = f"{reference.kind} `{reference.name}`" if reference.name else f"The {reference.path}"
    return Finding(
        f"{path}.name",
        f"{name} is not in the linted files, and KubeVirt {vm.release} does not deploy it. Only "
        "the VM itself was checked. Pass its file with `--instancetypes`.",
    )
