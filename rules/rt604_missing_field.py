"""A required field is missing.

## Why
The object is refused. A field that is null counts as missing, for Kubernetes drops it. Best known
is `devices`, which a VM must have even where it is empty.

## Source
KubeVirt's published API definition, v0.47 to v1.9.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4}
    devices: {}
```
"""

from rtlint.kubevirt.schema.problem import Missing
from rtlint.kubevirt.schema.problems import problems
from rtlint.rule import Context, Finding, Findings, Object, Rule

RULE = Rule("RT604", "missing-field", "error", "object")


def check(obj: Object, context: Context) -> Findings:
    for problem in problems(obj, context.release):
        if isinstance(problem, Missing):
            message = f"Kubernetes refuses the object without `{problem.name}` here; add it."
            yield Finding(problem.path, message)
