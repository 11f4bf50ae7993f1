"""Too many threads per core for dedicated CPUs.

## Why
KubeVirt refuses a VM with dedicated CPUs and more than two threads per core: no node has such
cores. On arm64 a core has one thread.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook, validateCPUIsolatorThread and the
arm64 checks.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      threads: 4
      dedicatedCpuPlacement: true
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
      cores: 2
      threads: 2
      dedicatedCpuPlacement: true
      realtime: {}
```
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, UnknownValue, Workload

RULE = Rule("RT106", "cpu-threads", "error", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    if not vm.is_dedicated:
        return
    threads = vm.spec.unsigned("domain.cpu.threads")
    arm = vm.defaulted.string("architecture") == "arm64"
    limit, where = (1, "on arm64") if arm else (2, "with dedicated CPUs")
    if threads > limit:
        yield Finding(
            vm.at("domain.cpu.threads"),
            f"`cpu.threads` is {threads}. KubeVirt refuses more than {limit} {where}. "
            f"{_instead(vm, threads, limit)}.",
        )


def _instead(vm: Workload, threads: int, limit: int) -> str:
    try:
        vcpus = threads * (vm.defaulted.unsigned("domain.cpu.cores") or 1)
    except UnknownValue:
        return f"Use more `cores` and `threads: {limit}`"
    right = limit if vcpus % limit == 0 else 1
    return f"Use `cores: {vcpus // right}` and `threads: {right}`"


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.threads",
        """
        !variables.dedicated || (variables.partial && !has(variables.spec.architecture)) ||
        variables.counts[2] <= (variables.architecture == 'arm64' ? 1 : 2)
        """,
        "KubeVirt refuses so many threads per core with dedicated CPUs. Use more `cores`.",
    )
