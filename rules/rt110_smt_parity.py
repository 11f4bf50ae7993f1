"""The pod of a realtime VM asks for an odd number of CPUs.

## Why
An isolated emulator thread is one CPU beside an even number of vCPUs. A kubelet with the CPU
manager's option `full-pcpus-only` gives out whole cores and refuses a pod that asks for half a
one; without the option the emulator thread shares a physical core with somebody else's work. From
v1.1.1 the annotation `alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity` makes KubeVirt ask
for a second emulator CPU.

## Source
Kubernetes, "CPU Management Policies"; kubevirt/kubevirt, EmulatorThreadCompleteToEvenParity.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      isolateEmulatorThread: true
      realtime: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
  annotations:
    alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity: ""
spec:
  domain:
    cpu:
      cores: 4
      isolateEmulatorThread: true
      realtime: {}
```
"""

from rtlint.rule import Context, Finding, Findings, Rule, Severity, Workload, join_path

RULE = Rule("RT110", "smt-parity", "info", "realtime")

_PARITY = "alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity"


def check(vm: Workload, _: Context) -> Findings:
    if not vm.is_isolated:
        return
    cpus = vm.vcpus + _pool(vm)
    if cpus % 2:
        return
    # Its presence counts, whatever its value.
    has_parity = vm.metadata.has(join_path("annotations", _PARITY))
    if vm.release >= (1, 1, 1) and (has_parity or _PARITY in vm.cluster.annotations):
        return
    severity: Severity = "warning" if vm.cluster.full_pcpus_only else "info"
    what = "refuses the pod" if vm.cluster.full_pcpus_only else "may refuse the pod"
    pool = " with the supplemental pool's" if cpus > vm.vcpus else ""
    yield Finding(
        vm.at("domain.cpu.isolateEmulatorThread"),
        f"{cpus} CPUs{pool} and the emulator thread's are an odd number. A kubelet with "
        f"`full-pcpus-only` {what}. Use an odd number of vCPUs or, from v1.1.1, the annotation "
        f"`{_PARITY}`.",
        severity=severity,
    )


def _pool(vm: Workload) -> int:
    """How many CPUs the supplemental pool of I/O threads (from v1.5.0) asks for."""
    if vm.release < (1, 5) or vm.spec.string("domain.ioThreadsPolicy") != "supplementalPool":
        return 0
    return vm.spec.unsigned("domain.ioThreads.supplementalPoolThreadCount")
