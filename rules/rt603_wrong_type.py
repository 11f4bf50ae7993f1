"""A value of the wrong type, as Kubernetes reads it.

## Why
The object is refused. Kubernetes reads YAML by its own rules: `yes` and `on` are booleans, `010` is
a number, and `"4"` is a string, not a number. A quantity is a whole number or a string such as
`4Gi`, `500m` or `0.5`; `4GB` is not one, nor is `0.5` without quotes, although pods accept that. Up
to v1.4 most quantities must be strings. Also reported: a list instead of a mapping, a value outside
an enumeration, and a number that is too small or too large. The API server accepts some of these,
such as `dnsPolicy: clusterFirst` or a negative count, but KubeVirt's webhooks refuse them. A mask
that is a number, a boolean or a date is reported by RT204.

## Source
KubeVirt's published API definition and its CustomResourceDefinitions, v0.47 to v1.9;
apimachinery, ParseQuantity; go-yaml v2, resolve.go.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: "4"
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
    devices: {}
```

## Fix
Adds or removes quotes, if that makes the value valid.
"""

from rtlint.kubevirt.kinds import realtime_path
from rtlint.kubevirt.schema.problem import WrongType
from rtlint.kubevirt.schema.problems import problems
from rtlint.rule import Context, Finding, Findings, Object, Rule, Set, safe

RULE = Rule("RT603", "wrong-type", "error", "object", "safe")


def check(obj: Object, context: Context) -> Findings:
    mask = f"{realtime_path(obj)}.mask"
    for problem in problems(obj, context.release):
        if not isinstance(problem, WrongType):
            continue
        if problem.path == mask and not isinstance(problem.value, dict | list):
            continue  # RT204 speaks of it
        fix = None
        advice = f" Did you mean `{problem.near}`?" if problem.near else ""
        if problem.replacement is not None:
            is_quoted = isinstance(problem.replacement, str)
            advice = " Write it in quotes." if is_quoted else " Remove the quotes."
            description = "Quote the value." if is_quoted else "Remove the quotes."
            fix = safe(description, Set(problem.path, problem.replacement))
        message = (
            f"This field needs {problem.wanted}, not {problem.given}. {problem.refused_by} refuses "
            f"the object.{advice}"
        )
        yield Finding(problem.path, message, fix)
