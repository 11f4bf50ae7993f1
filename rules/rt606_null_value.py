"""A key without a value, where KubeVirt expects an object such as `{}`.

## Why
The API server silently drops a null (`realtime:`, `rng: ~`, `pod: null`), and the setting with it:
`realtime:` alone does not make a VM realtime, `realtime: {}` does. Reported are objects that are a
switch by themselves, in every kind. A null number, text, list, label or status means the same as no
key, and so does a null object that only holds other settings, such as `cpu`. In a Kustomize patch,
null removes a field.

## Source
Kubernetes, CustomResourceDefinitions, defaulting and nullable: nulls of fields that are not
nullable are pruned. KubeVirt's published API definition, v0.47 to v1.9.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicatedCpuPlacement: true
      realtime:
    devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicatedCpuPlacement: true
      realtime: {}
    devices: {}
```

## Fix
Writes `{}`. For `realtime` it also adds missing settings without which KubeVirt refuses the VM.
"""

from rtlint.kubevirt.kinds import realtime_path
from rtlint.kubevirt.repairs import brings_all_memory, realtime_needs
from rtlint.kubevirt.schema.problem import Empty
from rtlint.kubevirt.schema.problems import problems
from rtlint.kubevirt.workload import workload
from rtlint.rule import (
    Context,
    Finding,
    Findings,
    Fix,
    Object,
    Rule,
    Set,
    Workload,
    if_known,
    safe,
    set_all,
)

RULE = Rule("RT606", "null-value", "error", "object", "safe")
policy = "The API server drops nulls before policies see them."


def check(obj: Object, context: Context) -> Findings:
    realtime = realtime_path(obj)
    for problem in problems(obj, context.release):
        if not isinstance(problem, Empty):
            continue
        name = problem.name
        fix = safe(f"Write `{name}: {{}}`.", Set(problem.path, {}))
        if problem.path == realtime:
            message = (
                "`realtime` has no value, so the API server silently drops it. The VM is not "
                "realtime. Write `realtime: {}`."
            )
            fix = _realtime(workload(obj, context.release, context.cluster)) or fix
        else:
            message = (
                f"`{name}` has no value, so the API server silently drops it. Write "
                f"`{name}: {{}}`, or remove it."
            )
        yield Finding(problem.path, message, fix, on_key=True)


def _realtime(vm: Workload | None) -> Fix | None:
    """`realtime: {}` with what admission wants beside it; None where that cannot be told."""
    if vm is None or vm.is_instancetype:
        return None
    return if_known(lambda: _with_needs(vm))


def _with_needs(vm: Workload) -> Fix:
    needs = realtime_needs(vm)
    what = "Write `realtime: {}`, with what it needs" if needs else "Write `realtime: {}`"
    operations = set_all(vm, (("domain.cpu.realtime", {}), *needs))
    memory = "; one page of 1Gi is then all its memory" if brings_all_memory(vm) else ""
    return safe(f"{what}{memory}.", *operations)
