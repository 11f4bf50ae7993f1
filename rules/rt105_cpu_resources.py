"""CPU resources that do not go with dedicated CPUs.

## Why
With dedicated CPUs, the CPU request and limit must be whole numbers, and equal where both are set.
Where `cores`, `sockets` or `threads` give a number of vCPUs, at least one of them must be that
number. KubeVirt refuses anything else. KubeVirt adds the isolated emulator thread's CPU itself: do
not count it in.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook, validateCPUPinning.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
    resources: {requests: {cpu: 2500m}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
    resources: {requests: {cpu: 4}}
```

## Fix
Sets request and limit to the number of vCPUs, where there is one right value. Unsafe, because the
number of vCPUs may be what is wrong.
"""

from rtlint.kubevirt.repairs import cpu_repairs
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload, set_all, unsafe

RULE = Rule("RT105", "cpu-resources", "error", "realtime", "unsafe")

_WRONG = {
    "cpu-not-whole": "{field} is not a whole number",
    "cpu-request-not-limit": "The CPU request and the CPU limit differ",
    "cpu-not-vcpus": "Neither the CPU request nor the limit is the number of vCPUs",
}


def check(vm: Workload, _: Context) -> Findings:
    # A limit without a request is the request too, and the webhook complains of both.
    repairs = cpu_repairs(vm)
    fix = None
    if repairs:
        fix = unsafe(f"Set the CPU resources to {vm.vcpus}.", *set_all(vm, repairs))
    for cause in {(cause.check, cause.path): cause for cause in vm.refusals(*_WRONG)}.values():
        field = f"`{cause.path.removeprefix('domain.')}`"
        yield Finding(
            vm.at(cause.path),
            f"{_WRONG[cause.check].format(field=field)}. KubeVirt refuses this with dedicated "
            f"CPUs. {_instead(vm)}.",
            fix,
        )


def _instead(vm: Workload) -> str:
    if any(vm.spec.integer(f"domain.cpu.{name}") for name in ("sockets", "cores", "threads")):
        return f"Set `requests.cpu` and `limits.cpu` to {vm.vcpus}, or omit both"
    return "Set both to the number of vCPUs, or omit both and set `cores`"


def policy(_: Context) -> Cel:
    return Cel(
        "domain.resources",
        """
        !variables.dedicated || variables.partial ||
        [variables.cpuRequest, variables.cpuLimit].exists(cpus, cpus == -1.0 || cpus > 9.0e15) ||
        [variables.cpuRequest, variables.cpuLimit].all(cpus, cpus <= 0.0 ||
          double(int(cpus)) == cpus) &&
        (variables.cpuRequest <= 0.0 || variables.cpuLimit <= 0.0 ||
          variables.cpuRequest == variables.cpuLimit) &&
        (variables.cpuRequest <= 0.0 && variables.cpuLimit <= 0.0 || variables.vcpus == 0 ||
          [variables.cpuRequest, variables.cpuLimit].exists(cpus, cpus == double(variables.vcpus)))
        """,
        "With dedicated CPUs KubeVirt refuses a CPU request or limit that is not the number of "
        "vCPUs ({vcpus}), or not whole.",
    )
