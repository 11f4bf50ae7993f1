"""A field that KubeVirt's API does not have.

## Why
The API server silently drops such a field, unless the client asks for strict validation: the VM
runs without the setting. Field names are case-sensitive, and kinds spell them differently: a VM
has `dedicatedCpuPlacement`, an instancetype `dedicatedCPUPlacement`. Labels, annotations, `status`
and managed fields are not checked, nor are keys that a template fills in.

What the VM lacks only because the field is misspelt is not reported as well.

## Source
KubeVirt's published API definition, v0.47 to v1.9; Kubernetes prunes what it does not name. Of
PerformanceProfiles, kubelets, pools and Tuneds: those of their fields that RT8 rules read.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicateCpuPlacement: true
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
    devices: {}
```

## Fix
Renames the field, if exactly one name is near, takes such a value and is not there yet.
"""

from rtlint.kubevirt.schema.api import releases, version_text
from rtlint.kubevirt.schema.problem import Unknown
from rtlint.kubevirt.schema.problems import problems
from rtlint.rule import Context, Finding, Findings, Move, Object, Rule, safe

RULE = Rule("RT601", "unknown-field", "error", "object", "safe")
policy = "The API server drops unknown fields before policies see them."


def check(obj: Object, context: Context) -> Findings:
    if context.platform is not None:
        yield from _of_platform(obj)
    for problem in problems(obj, context.release):
        if not isinstance(problem, Unknown):
            continue
        if problem.near:
            names = " or ".join(f"`{name}`" for name in problem.near)
            advice = f"Did you mean {names}?"
        else:
            newest = version_text(max(releases()))
            advice = f"No release up to {newest} has it. Remove it, or look up its name."
        fix = problem.rename and safe(
            f"Rename it to `{problem.near[0]}`.", Move(problem.path, problem.rename)
        )
        message = (
            f"KubeVirt has no field `{problem.name}` here; the API server silently drops it. "
            f"{advice}"
        )
        yield Finding(problem.path, message, fix or None, on_key=True)


def _of_platform(obj: Object) -> Findings:
    # Few runs have such objects.
    from rtlint.platform.fields import misspelt

    for found in misspelt(obj):
        names = " or ".join(f"`{name}`" for name in found.near)
        yield Finding(
            found.path,
            f"A {obj.kind} has no `{found.name}` here, so it sets nothing. Did you mean {names}?",
            safe(f"Rename it to `{found.near[0]}`.", Move(found.path, found.to))
            if found.to
            else None,
            on_key=True,
        )
