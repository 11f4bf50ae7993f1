"""The KubeVirt object lacks the gate NUMA, or lists gates that no longer have an effect.

## Why
Up to v1.3 virt-api refuses a VM with NUMA passthrough, and so each realtime VM, unless the feature
gate NUMA is on. From v1.4 it is always on. A gate that has become generally available, or is gone,
does nothing: whoever reads the list takes it for what makes the difference.

## Source
kubevirt/kubevirt, pkg/virt-config/feature-gates.go (v0.47 to v1.3.1), pkg/virt-config/deprecation
(v1.4) and pkg/virt-config/featuregate/inactive.go (v1.5 to v1.9.0).

## Wrong
With `kubevirt: v1.3`:
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration:
    developerConfiguration:
      featureGates:
        - CPUManager
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicatedCpuPlacement: true
      numa: {guestMappingPassthrough: {}}
```

## Right
With `kubevirt: v1.3`:
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration:
    developerConfiguration:
      featureGates:
        - CPUManager
        - NUMA
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      dedicatedCpuPlacement: true
      numa: {guestMappingPassthrough: {}}
```

## Fix
Adds the gate NUMA; removes one that does nothing (`--unsafe-fixes`: another cluster may have an
older release).
"""

from itertools import starmap

from rtlint.kubevirt.gates import idle_from, is_on
from rtlint.platform.needs import (
    GATES,
    few,
    further_gates,
    gates,
    is_written_by_operator,
    places,
    without,
)
from rtlint.rule import (
    Cluster,
    Context,
    Fields,
    Finding,
    Findings,
    Object,
    Remove,
    Rule,
    Set,
    safe,
    unsafe,
)

RULE = Rule("RT802", "numa-gate", "error", "platform", "safe")


def check(obj: Object, context: Context) -> Findings:
    platform = context.platform
    if obj.kind != "KubeVirt" or platform is None or is_written_by_operator(obj, platform):
        return
    fields = Fields(obj.data)
    listed = gates(fields)
    vms = [vm for vm in platform.vms if vm.passes_numa]
    if vms and not is_on("NUMA", context.release, Cluster(gates=frozenset(listed))):
        yield Finding(
            GATES,
            f"Without the feature gate NUMA KubeVirt {context.release} refuses NUMA passthrough, "
            f"and so {few(vms)}. Add it.",
            safe("Add `NUMA`.", *starmap(Set, further_gates(fields, "NUMA"))),
            related=places(vms, "passes NUMA cells through."),
        )
    for index, gate in enumerate(listed):
        idle = idle_from(gate)
        if idle is not None and context.release >= idle:
            path = f"{GATES}[{index}]"
            left = without(fields, GATES, index)
            since = f"v{idle[0]}.{idle[1]}"
            yield Finding(
                path,
                f"From {since} the feature gate {gate} does nothing: what it was for is always "
                "on, or gone. Remove it once no cluster is older.",
                unsafe(f"Remove `{gate}`.", Set(GATES, left) if left else Remove(GATES)),
                severity="info",
            )
