"""A realtime VM without CPUs of its own.

## Why
Admission refuses a realtime VM without `dedicatedCpuPlacement: true`. vCPUs that share their CPUs
with other pods could not keep a deadline: SCHED_FIFO decides who runs first on a CPU, not who
may use it.

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
Sets `dedicatedCpuPlacement: true`. Unsafe where the CPU or memory resources would then be
refused: these are made to fit.
"""

from rtlint.kubevirt.repairs import as_text, cpu_repairs, memory_repairs
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
