"""A PerformanceProfile's annotations set what the operator overwrites, or turn its managers off.

## Why
The annotation `kubeletconfig.experimental` adds to the kubelet's configuration as JSON. The
operator then writes over it what the profile itself is about: the CPU manager, the topology manager
and the reserved CPUs, and the memory manager where the topology policy is restricted or
single-numa-node. What is no JSON stops the operator. The annotation
`performance.openshift.io/dra-resource-management` turns CPU, memory and topology manager off: no
node gives out CPUs any more, and VMs with dedicated ones stay pending.

## Source
openshift/cluster-node-tuning-operator d2394aa81, kubeletconfig.go (New,
setKubeletConfigForDRAManagement) and components/profile/profile.go (IsDRAManaged).

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata:
  name: low-latency
  annotations:
    kubeletconfig.experimental: '{"topologyManagerPolicy": "single-numa-node"}'
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata:
  name: low-latency
  annotations:
    kubeletconfig.experimental: '{"cpuManagerPolicyOptions": {"full-pcpus-only": "false"}}'
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  numa: {topologyPolicy: single-numa-node}
```

## Fix
Removes the annotation that turns the managers off.
"""

from rtlint.platform.kubelet import OVERRIDES, SINGLE_NODE, overrides
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Object,
    Remove,
    Rule,
    join_path,
    safe,
)

RULE = Rule("RT817", "profile-overrides", "warning", "platform", "safe")

_EXPERIMENTAL = join_path("metadata", "annotations", OVERRIDES)
_DRA = join_path("metadata", "annotations", "performance.openshift.io/dra-resource-management")
# What strconv.ParseBool takes for true.
_TRUE = ("1", "t", "T", "true", "TRUE", "True")
# What the operator writes over, and where a profile says it.
_OVERWRITTEN = {
    "cpuManagerPolicy": "it is always static",
    "cpuManagerReconcilePeriod": "it is always 5s",
    "topologyManagerPolicy": "write `spec.numa.topologyPolicy`",
    "reservedSystemCPUs": "write `spec.cpu.reserved`",
    "memoryManagerPolicy": "it follows from `spec.numa.topologyPolicy`",
}


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "PerformanceProfile":
        return
    fields = Fields(obj.data)
    if fields.string(_DRA) in _TRUE:
        yield Finding(
            _DRA,
            "This turns the CPU, memory and topology managers off: no node gives out CPUs, and VMs "
            "with dedicated CPUs stay pending. Remove it.",
            safe("Remove the annotation.", Remove(_DRA)),
            severity="error",
            on_key=True,
        )
    try:
        kubelet = overrides(fields)
    except ValueError as error:
        yield Finding(
            _EXPERIMENTAL,
            f"The annotation `{OVERRIDES}` is no JSON ({error}): the operator stops there, and "
            "no node is tuned.",
            severity="error",
        )
        return
    policy = fields.string("spec.numa.topologyPolicy")
    for name, instead in _OVERWRITTEN.items():
        if name == "memoryManagerPolicy" and policy not in ("restricted", SINGLE_NODE):
            continue
        if kubelet.has(name):
            yield Finding(
                _EXPERIMENTAL, f"The operator overwrites `{name}` of this annotation: {instead}."
            )
