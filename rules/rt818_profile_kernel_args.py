"""A PerformanceProfile's additional kernel arguments repeat what the profile writes itself.

## Why
The profile makes `isolcpus=`, `nohz_full=` and `rcu_nocbs=` of `cpu.isolated`, and the hugepages'
arguments of `hugepages`. Given twice, the kernel takes the last of most, and adds the pages up:
when the profile changes, the node keeps what stands here.

## Source
openshift/cluster-node-tuning-operator d2394aa81, assets/performanceprofile/tuned/
openshift-node-performance, section bootloader.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  additionalKernelArgs:
    - nohz_full=2-15
    - idle=poll
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  additionalKernelArgs:
    - idle=poll
```

## Fix
Removes the argument; where it says something else than the profile, with `--unsafe-fixes`.
"""

from rtlint.platform.capacity import cpuset
from rtlint.platform.needs import without
from rtlint.rule import Context, Fields, Finding, Findings, Object, Remove, Rule, Set, safe, unsafe

RULE = Rule("RT818", "profile-kernel-args", "warning", "platform", "safe")

_PATH = "spec.additionalKernelArgs"
# Argument -> the profile's field that it comes from.
_OF_CPUS = ("isolcpus", "nohz_full", "rcu_nocbs")
_OF_PAGES = ("default_hugepagesz", "hugepagesz", "hugepages")


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "PerformanceProfile":
        return
    fields = Fields(obj.data)
    has_pages = fields.has("spec.hugepages")
    for index in range(len(fields.items(_PATH))):
        path = f"{_PATH}[{index}]"
        text = fields.string(path) or ""
        name, _equals, value = text.partition("=")
        if name not in _OF_CPUS and not (name in _OF_PAGES and has_pages):
            continue
        field = "cpu.isolated" if name in _OF_CPUS else "hugepages"
        left = without(fields, _PATH, index)
        make = safe if name in _OF_CPUS and _is_same(fields, value) else unsafe
        yield Finding(
            path,
            f"The profile itself makes `{name}=` of `{field}`; given twice, the node keeps this "
            "one when the profile changes. Remove it.",
            make(f"Remove `{text}`.", Set(_PATH, left) if left else Remove(_PATH)),
        )


def _is_same(fields: Fields, value: str) -> bool:
    """Whether an argument lists the profile's isolated CPUs and nothing else."""
    listed = cpuset(Fields({"cpus": value}), "cpus")
    return listed is not None and listed == cpuset(fields, "spec.cpu.isolated")
