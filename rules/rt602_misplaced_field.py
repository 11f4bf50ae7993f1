"""A field that belongs elsewhere.

## Why
The name is right, but the place is not: the API server silently drops the field, and the VM runs
without the setting. `ioThreadsPolicy` under `cpu` is the best-known case, because a published guide
has it there; others are `terminationGracePeriodSeconds` under `domain` and
`guestMappingPassthrough` under `cpu`.

## Source
KubeVirt's published API definition, v0.47 to v1.9.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      ioThreadsPolicy: auto
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
      cores: 4
    ioThreadsPolicy: auto
    devices: {}
```

## Fix
Moves the field, if there is one place for it and that place is free.
"""

from rtlint.kubevirt.schema.problem import Misplaced
from rtlint.kubevirt.schema.problems import problems
from rtlint.rule import Context, Finding, Findings, Move, Object, Rule, safe

RULE = Rule("RT602", "misplaced-field", "error", "object", "safe")
policy = "The API server drops unknown fields before policies see them."


def check(obj: Object, context: Context) -> Findings:
    for problem in problems(obj, context.release):
        if not isinstance(problem, Misplaced):
            continue
        places = " or ".join(f"`{place}`" for place in problem.places)
        fix = problem.move and safe(
            f"Move it to `{problem.move}`.", Move(problem.path, problem.move)
        )
        message = (
            f"`{problem.name}` does not belong here; the API server silently drops it. "
            f"Write it as {places}."
        )
        yield Finding(problem.path, message, fix or None, on_key=True)
