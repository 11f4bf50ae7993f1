"""A MachineConfig names an unknown kernel, or sets what a PerformanceProfile sets.

## Why
The machine config operator takes the kernel types `default`, `realtime` and `64k-pages`; with any
other the pool is degraded and no node changes. A MachineConfig with `isolcpus=` or hugepages beside
a PerformanceProfile of the same pool gives the nodes two owners: the kernel gets both arguments,
and takes the last.

## Source
openshift/machine-config-operator 7ff337a4f, pkg/controller/common/helpers.go
(validateMachineConfigSpec) and constants.go; openshift/cluster-node-tuning-operator d2394aa81,
assets/performanceprofile/tuned/openshift-node-performance.

## Wrong
```yaml
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata: {name: 99-worker-rt}
spec:
  kernelType: real-time
```

## Right
```yaml
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata: {name: 99-worker-rt}
spec:
  kernelType: realtime
```

## Fix
Writes `realtime` for `rt` or `real-time`.
"""

from rtlint.platform.model import Platform
from rtlint.platform.pools import same_pool
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, Set, safe

RULE = Rule("RT832", "machine-config", "error", "platform", "safe")

_TYPE, _ARGUMENTS = "spec.kernelType", "spec.kernelArguments"
_TYPES = ("default", "realtime", "64k-pages")
_OWNED = ("isolcpus", "nohz_full", "rcu_nocbs", "default_hugepagesz", "hugepagesz", "hugepages")


def check(obj: Object, context: Context) -> Findings:
    if obj.kind != "MachineConfig" or context.platform is None:
        return
    fields = Fields(obj.data)
    kernel = fields.string(_TYPE)
    if kernel and kernel not in _TYPES:
        means_realtime = kernel.lower().replace("-", "").replace("_", "") in ("rt", "realtime")
        yield Finding(
            _TYPE,
            f"There is no kernel type `{kernel}`, and the pool's nodes do not change. Write one of "
            f"{', '.join(_TYPES)}.",
            safe("Write `realtime`.", Set(_TYPE, "realtime")) if means_realtime else None,
        )
    yield from _owned_twice(fields, context.platform)


def _owned_twice(fields: Fields, platform: Platform) -> Findings:
    owners = [known for known in platform.of("PerformanceProfile") if same_pool(fields, known)]
    if not owners:
        return
    owner = owners[0]
    for index in range(len(fields.items(_ARGUMENTS))):
        path = f"{_ARGUMENTS}[{index}]"
        name = (fields.string(path) or "").partition("=")[0]
        if name in _OWNED:
            yield Finding(
                path,
                f"{owner.title} writes `{name}=` for the same pool. Say it in the profile alone.",
                severity="warning",
                related=((f"{owner.title} is for this pool.", owner.place()),),
            )
