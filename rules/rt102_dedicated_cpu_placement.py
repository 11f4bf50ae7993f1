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
Sets `dedicatedCpuPlacement: true`. Unsafe where the CPU or memory resources would then be refused.
"""

from rtlint.kubevirt.workload import Workload
from rtlint.lint.rule import Context, Finding, Findings, Rule, Set, safe

RULE = Rule("RT102", "dedicated-cpu-placement", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.is_dedicated:
        return
    path = vm.at("domain.cpu.dedicatedCpuPlacement")
    yield Finding(
        path,
        "`cpu.dedicatedCpuPlacement` is not true. KubeVirt refuses a realtime VM without CPUs of "
        "its own. Write `dedicatedCpuPlacement: true`.",
        safe("Set `dedicatedCpuPlacement: true`.", Set(path, True)),
    )
