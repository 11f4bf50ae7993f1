"""A PerformanceProfile turns realtime off on the nodes of realtime VMs.

## Why
The hint `workloadHints.realTime` is on by default, and sets `kernel.sched_rt_runtime_us` to -1.
With `false` the kernel's 950000 stays, virt-handler takes the label `kubevirt.io/realtime` from the
node, and no realtime VM is scheduled there. Together with `realTimeKernel.enabled: true` the
profile is refused. Without the realtime kernel the host itself delays a vCPU by whatever its kernel
does not let itself be interrupted in.

## Source
openshift/cluster-node-tuning-operator d2394aa81, assets/performanceprofile/tuned/
openshift-node-performance and performanceprofile_validation.go (validateWorkloadHints);
kubevirt/kubevirt v1.9.0, pkg/virt-handler/node-labeller.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  realTimeKernel: {enabled: true}
  workloadHints:
    realTime: false
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  realTimeKernel: {enabled: true}
  workloadHints:
    realTime: true
```

## Fix
Sets it to `true`.
"""

from rtlint.platform.model import Platform, Vm
from rtlint.platform.needs import few, on_profile, places
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, Set, UnknownValue, safe

RULE = Rule("RT812", "profile-realtime", "error", "platform", "safe")

_HINT, _KERNEL = "spec.workloadHints.realTime", "spec.realTimeKernel.enabled"


def check(obj: Object, context: Context) -> Findings:
    if obj.kind != "PerformanceProfile" or context.platform is None:
        return
    fields = Fields(obj.data)
    vms = [vm for vm in on_profile(obj.data, context.platform) if vm.is_realtime]
    is_off = fields.boolean(_HINT) is False
    has_kernel = fields.boolean(_KERNEL) is True
    if is_off and (vms or has_kernel):
        yield _off(vms, has_kernel, context.platform)
    if vms and not has_kernel:
        yield Finding(
            _KERNEL,
            "Without the realtime kernel, code of the host's kernel that cannot be interrupted "
            f"delays {few(vms)}. Write `realTimeKernel.enabled: true`.",
            safe("Turn on the realtime kernel.", Set(_KERNEL, True)),
            severity="warning",
            related=places(vms, "is realtime."),
        )


def _off(vms: list[Vm], has_kernel: bool, platform: Platform) -> Finding:
    fix = safe("Set `realTime: true`.", Set(_HINT, True))
    if has_kernel:
        return Finding(
            _HINT,
            "The profile is refused: it has the realtime kernel, and not the hint for it.",
            fix,
            related=places(vms, "is realtime."),
        )
    # With another profile it depends on the node.
    is_certain = not any(_may_be_realtime(p.data) for p in platform.of("PerformanceProfile"))
    return Finding(
        _HINT,
        "`kernel.sched_rt_runtime_us` stays at 950000, so the nodes get no label "
        f"`kubevirt.io/realtime`, and {few(vms)} cannot be scheduled there.",
        fix,
        severity="error" if is_certain else "warning",
        related=places(vms, "is realtime."),
    )


def _may_be_realtime(profile: object) -> bool:
    try:
        return Fields(profile).boolean(_HINT) is not False
    except UnknownValue:
        return True
