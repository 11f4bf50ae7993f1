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
policy = "KubeVirt's CRDs refuse it."


def check(obj: Object, context: Context) -> Findings:
    if context.platform is not None:
        yield from _of_platform(obj)
    mask = f"{realtime_path(obj)}.mask"
    for problem in problems(obj, context.release):
        # Of a mask that is no text RT204 speaks.
        is_mask = isinstance(problem, WrongType) and problem.path == mask
        if isinstance(problem, WrongType) and (not is_mask or _is_collection(problem.value)):
            yield _finding(problem, f"{problem.refused_by} refuses the object")


def _of_platform(obj: Object) -> Findings:
    # Few runs have such objects.
    from rtlint.platform.types import mistyped

    is_file = obj.kind == "KubeletConfiguration"
    effect = "The kubelet does not start" if is_file else "The API server refuses the object"
    yield from (_finding(problem, effect) for problem in mistyped(obj))


def _is_collection(value: object) -> bool:
    return isinstance(value, dict | list)


def _finding(problem: WrongType, effect: str) -> Finding:
    fix = None
    advice = f" Did you mean `{problem.near}`?" if problem.near else ""
    if problem.replacement is not None:
        is_quoted = isinstance(problem.replacement, str)
        advice = " Write it in quotes." if is_quoted else " Remove the quotes."
        description = "Quote the value." if is_quoted else "Remove the quotes."
        fix = safe(description, Set(problem.path, problem.replacement))
    message = f"This field needs {problem.wanted}, not {problem.given}. {effect}.{advice}"
    return Finding(problem.path, message, fix)
