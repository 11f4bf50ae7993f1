"""A required field is missing.

## Why
The object is refused. A field that is null counts as missing, because Kubernetes drops it. The
best-known case is `devices`, which a VM must have even if it is empty.

From v1.0 KubeVirt fills in missing strings and numbers of a VirtualMachine or
VirtualMachineInstance with `""` and `0`. It then refuses some of these itself, such as a disk
without `name`. Others are admitted but the VM cannot start, such as a `containerDisk` without
`image`. If the VM starts anyway, such as with an input without `name`, nothing is reported.

## Source
KubeVirt's published API definition, v0.47 to v1.9, and its webhooks (pkg/util/openapi,
pkg/virt-api/webhooks).

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
policy = "KubeVirt's CRDs refuse it."

_EFFECTS = {
    "invalid": "Kubernetes refuses the object.",
    "refused": "KubeVirt refuses the object.",
    "stuck": "KubeVirt admits the object, but the VM cannot start.",
}


def check(obj: Object, context: Context) -> Findings:
    for problem in problems(obj, context.release):
        if isinstance(problem, Missing):
            message = f"`{problem.name}` is required here. {_EFFECTS[problem.outcome]} Add it."
            yield Finding(problem.path, message)
