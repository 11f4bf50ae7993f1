"""A PerformanceProfile's CPU lists are missing, invalid or overlapping, or leave a CPU out.

## Why
The profile's webhook refuses a profile without `cpu.isolated` and `cpu.reserved`, with a list that
is none or empty, and with a CPU in two lists. A CPU in no list is nobody's: the kubelet gives it to
pods, and the kernel keeps its own work and interrupts on it.

## Source
openshift/cluster-node-tuning-operator d2394aa81, pkg/apis/performanceprofile/v2/
performanceprofile_validation.go (validateCPUs, validateNoIntersectionExists) and
performanceprofile_types.go.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu:
    isolated: 2-15
    reserved: 0-2
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu:
    isolated: 2-15
    reserved: 0-1
```
"""

from itertools import combinations

from rtlint.kubevirt.conversion.host import read_cpulist
from rtlint.kubevirt.ids import Ids
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule

RULE = Rule("RT811", "profile-cpus", "error", "platform")

_REQUIRED = ("isolated", "reserved")
_LISTS = (*_REQUIRED, "offlined", "shared", "ovsDpdk")


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "PerformanceProfile":
        return
    fields = Fields(obj.data)
    problems: list[Finding] = []
    lists: dict[str, Ids] = {}
    for name in _LISTS:
        found = _read(fields, name)
        if isinstance(found, Ids):
            lists[name] = found
        elif found is not None:
            problems.append(found)
    yield from problems
    overlaps = list(_overlaps(lists))
    yield from overlaps
    # What cannot be read may own the CPUs that seem to be nobody's.
    if not problems and not overlaps:
        yield from _holes(lists)


def _read(fields: Fields, name: str) -> Ids | Finding | None:
    path = f"spec.cpu.{name}"
    text = fields.string(path)
    if not text:
        if name not in _REQUIRED:
            return None
        what = "pods get no CPU" if name == "isolated" else "nothing is left for the node itself"
        return Finding(path, f"Without `cpu.{name}` {what}: the profile is refused.")
    try:
        cpus = read_cpulist(text)
    except ValueError as error:
        reason = str(error)
        return Finding(path, f"The profile is refused: {reason}.")
    return cpus


def _overlaps(lists: dict[str, Ids]) -> Findings:
    for first, second in combinations(lists, 2):
        both = lists[first].without(lists[first].without(lists[second]))
        if both:
            yield Finding(
                f"spec.cpu.{second}",
                f"CPU {both} is in `{first}`, too: the profile is refused. Keep it in one of them.",
            )


def _holes(lists: dict[str, Ids]) -> Findings:
    every = Ids(pair for cpus in lists.values() for pair in cpus.ranges)
    last = every.ranges[-1][1]
    missing = Ids([(0, last)]).without(every)
    if missing:
        yield Finding(
            "spec.cpu",
            f"CPU {missing} is in no list: pods get it, and the kernel's own work stays on it. "
            "Add it to `isolated` or `reserved`.",
            severity="warning",
            on_key=True,
        )
