"""A realtime VM without dedicated CPUs.

## Why
KubeVirt refuses a realtime VM without `dedicatedCpuPlacement: true`. vCPUs that share their CPUs
with other pods cannot meet a deadline: SCHED_FIFO decides which thread runs first on a CPU, not
which pods may use it.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook, validateRealtime (from v0.47.1).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      realtime: {}
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
      dedicatedCpuPlacement: true
      realtime: {}
```

## Fix
Sets `dedicatedCpuPlacement: true`. Unsafe where KubeVirt would then refuse the CPU or memory
resources: the fix adjusts these too.
"""

from rtlint.kubevirt.repairs import as_text, cpu_repairs, memory_repairs
from rtlint.lint.rule import Cel
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Fix,
    Rule,
    Set,
    Workload,
    if_known,
    safe,
    set_all,
    unsafe,
)

RULE = Rule("RT102", "dedicated-cpu-placement", "error", "realtime", "safe")

# What the webhook refuses beside dedicated CPUs only.
_RESOURCES = ("cpu-not-whole", "cpu-request-not-limit", "cpu-not-vcpus", "memory-request-not-limit")


def check(vm: Workload, _: Context) -> Findings:
    if vm.is_dedicated:
        return
    path = vm.at("domain.cpu.dedicatedCpuPlacement")
    yield Finding(
        path,
        "`cpu.dedicatedCpuPlacement` is not true. KubeVirt refuses a realtime VM without dedicated "
        "CPUs. Write `dedicatedCpuPlacement: true`.",
        if_known(lambda: _fix(vm, path)),
    )


def _fix(vm: Workload, path: str) -> Fix:
    description = "Set `dedicatedCpuPlacement: true`."
    cpu = {**vm.spec.mapping("domain.cpu"), "dedicatedCpuPlacement": True}
    domain = {**vm.spec.mapping("domain"), "cpu": cpu}
    dedicated = vm.with_spec(Fields({**vm.spec.mapping(""), "domain": domain}))
    if not any(dedicated.refusals(*_RESOURCES)):
        return safe(description, Set(path, True))
    repairs = (*cpu_repairs(vm), *memory_repairs(vm))
    if not repairs:
        return safe(description, Set(path, True))
    description = f"Set `dedicatedCpuPlacement: true`, {as_text(repairs)}."
    return unsafe(description, Set(path, True), *set_all(vm, repairs))


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.dedicatedCpuPlacement",
        "variables.dedicated || variables.partial",
        "KubeVirt refuses a realtime VM without dedicated CPUs. "
        "Write `dedicatedCpuPlacement: true`.",
    )
