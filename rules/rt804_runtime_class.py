"""VMs have annotations for CRI-O, and no default runtime class lets CRI-O act on them.

## Why
CRI-O reads `cpu-load-balancing.crio.io` and its neighbours only for the runtime handler
`high-performance`. A PerformanceProfile brings the runtime class `performance-NAME` for it. A VM
cannot name a runtime class: KubeVirt gives its pods the cluster's `defaultRuntimeClass`. Without it
the annotations do nothing, and the kernel's load balancing, the CFS quota and interrupts reach the
vCPUs' CPUs.

## Source
openshift/cluster-node-tuning-operator d2394aa81, assets/performanceprofile/configs/99-runtimes.conf
and runtimeclass.go; kubevirt/kubevirt v1.9.0, pkg/virt-controller/services/template.go
(DefaultRuntimeClass).

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
---
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration: {}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
  annotations: {cpu-quota.crio.io: disable}
spec:
  domain: {cpu: {dedicatedCpuPlacement: true}}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
---
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration: {defaultRuntimeClass: performance-low-latency}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
  annotations: {cpu-quota.crio.io: disable}
spec:
  domain: {cpu: {dedicatedCpuPlacement: true}}
```

## Fix
Names the class of the profile where the run has one profile and no class is named; in the place of
another class with `--unsafe-fixes`.
"""

from rtlint.kubevirt.hyperconverged import kubevirt_fields, runtime_class_path
from rtlint.platform.needs import few, is_written_by_operator, places
from rtlint.rule import Context, Fields, Finding, Findings, Fix, Object, Rule, Set, safe, unsafe

RULE = Rule("RT804", "runtime-class", "warning", "platform", "safe")

_CLASS = "spec.configuration.defaultRuntimeClass"


def check(obj: Object, context: Context) -> Findings:
    platform = context.platform
    path = _path(obj)
    if path is None or platform is None or is_written_by_operator(obj, platform):
        return
    vms = [vm for vm in platform.vms if vm.wants_crio]
    names = sorted(f"performance-{profile.name}" for profile in platform.of("PerformanceProfile"))
    named = kubevirt_fields(obj).string(_CLASS)
    if not vms or not names or named in names:
        return
    classes = " or ".join(f"`{name}`" for name in names)
    what = f"`{named}` is the runtime class of no profile" if named else "No runtime class is named"
    yield Finding(
        path,
        f"{what}, so CRI-O ignores the annotations of {few(vms)}. Write `defaultRuntimeClass`: "
        f"{classes}.",
        _fix(path, names, named),
        related=places(vms, "has annotations for CRI-O."),
    )


def _path(obj: Object) -> str | None:
    if obj.kind == "KubeVirt":
        return _CLASS
    return runtime_class_path(Fields(obj.data)) if obj.kind == "HyperConverged" else None


def _fix(path: str, names: list[str], named: str | None) -> Fix | None:
    if len(names) != 1:
        return None
    make = unsafe if named else safe
    return make(f"Set `defaultRuntimeClass: {names[0]}`.", Set(path, names[0]))
