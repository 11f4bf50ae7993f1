"""A PerformanceProfile's workload hints contradict each other, or lack a setting that they require.

## Why
The profile's webhook refuses `highPowerConsumption` together with `perPodPowerManagement`: one
keeps all CPUs awake, the other leaves it to each pod. It refuses `mixedCpus` without `cpu.shared`,
the CPUs that it is about. No node is tuned then.

## Source
openshift/cluster-node-tuning-operator d2394aa81, pkg/apis/performanceprofile/v2/
performanceprofile_validation.go (validateWorkloadHints).

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  workloadHints:
    highPowerConsumption: true
    perPodPowerManagement: true
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  workloadHints:
    highPowerConsumption: true
    perPodPowerManagement: false
```
"""

from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule

RULE = Rule("RT813", "profile-hints", "error", "platform")

_HINTS = "spec.workloadHints"


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "PerformanceProfile":
        return
    fields = Fields(obj.data)
    if fields.boolean(f"{_HINTS}.mixedCpus") and not fields.string("spec.cpu.shared"):
        yield Finding(
            f"{_HINTS}.mixedCpus",
            "The profile is refused: `mixedCpus` needs `cpu.shared`, the CPUs that are shared.",
        )
    awake = fields.boolean(f"{_HINTS}.highPowerConsumption")
    if awake and fields.boolean(f"{_HINTS}.perPodPowerManagement"):
        yield Finding(
            f"{_HINTS}.perPodPowerManagement",
            "The profile is refused: `perPodPowerManagement` and `highPowerConsumption` exclude "
            "each other. For realtime VMs keep `highPowerConsumption`.",
        )
