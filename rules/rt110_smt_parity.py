"""A pod with an odd number of CPUs, on kubelets that refuse it.

## Why
An isolated emulator thread adds one CPU to an even number of vCPUs. A kubelet with the CPU manager
option `full-pcpus-only` hands out whole cores, and where a core has two threads it refuses a pod
that asks for half of one. From v1.1.1 the annotation
`alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity` makes KubeVirt ask for a second emulator CPU.
On the KubeVirt object it needs the feature gate AlignCPUs.

Reported only if the linted files contain such a kubelet: a KubeletConfig or KubeletConfiguration
with the option, or a PerformanceProfile whose `numa.topologyPolicy` is `single-numa-node`, which
turns it on.

## Source
Kubernetes, pkg/kubelet/cm/cpumanager/policy_static.go (SMTAlignmentError);
openshift/cluster-node-tuning-operator, kubeletconfig.go; kubevirt/kubevirt, pkg/virt-controller/
services/renderresources.go (EmulatorThreadCompleteToEvenParity).

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  numa: {topologyPolicy: single-numa-node}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      dedicatedCpuPlacement: true
      isolateEmulatorThread: true
      realtime: {}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  numa: {topologyPolicy: single-numa-node}
---
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
      dedicatedCpuPlacement: true
      isolateEmulatorThread: true
      realtime: {}
```
"""

from rtlint.kubevirt.cluster import PARITY_ANNOTATION
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT110", "smt-parity", "warning", "dedicated")


def check(vm: Workload, _: Context) -> Findings:
    # A realtime VM without dedicated CPUs is refused, and asks for as many once it has them.
    if not vm.cluster.full_pcpus_only or not (vm.is_dedicated or vm.is_isolated):
        return
    # Few runs hold a kubelet that minds.
    from rtlint.kubevirt.conversion.pod import dedicated_cpus

    vcpus, pool, emulator = cpus = dedicated_cpus(vm.vmi)
    if sum(cpus) % 2 == 0:
        return
    parts = [f"{vcpus} vCPU{'s' * (vcpus > 1)}"]
    parts += [f"{pool} for I/O threads"] * bool(pool)
    parts += [f"{emulator} for the emulator thread"] * bool(emulator)
    path = "domain.cpu.isolateEmulatorThread" if emulator else "domain.cpu.dedicatedCpuPlacement"
    yield Finding(
        vm.at(path),
        f"The pod requests {sum(cpus)} CPUs ({' + '.join(parts)}), an odd number. A "
        f"kubelet with `full-pcpus-only` refuses the pod where a core has two threads. "
        f"{_way_out(vm, pool, emulator)}.",
        # An emulator thread's CPU would make it even.
        unless=() if emulator else (("RT103", vm.at("domain.cpu.isolateEmulatorThread")),),
    )


def _way_out(vm: Workload, pool: int, emulator: int) -> str:
    if not emulator:
        return "Use an even number of vCPUs, or set `isolateEmulatorThread: true`"
    # v1.9 completes the vCPUs to an even number, and leaves the pool out of it.
    if pool % 2 and vm.release >= (1, 9):
        return "Use an even `supplementalPoolThreadCount`"
    vcpus = f"Use an {'even' if pool % 2 else 'odd'} number of vCPUs"
    if vm.release < (1, 1, 1):
        return vcpus
    return (
        f"Set the annotation `{PARITY_ANNOTATION}` on the KubeVirt object, with the feature gate "
        f"AlignCPUs, or on the VM's template; or {vcpus[0].lower()}{vcpus[1:]}"
    )


def policy(context: Context) -> Cel | None:
    # What kubelets do only the configuration's `cluster` says.
    if not context.cluster.full_pcpus_only:
        return None
    pool = "variables.poolThreads" if context.release >= (1, 5, 2) else "0"
    policy_pool = "(variables.ioThreadsPolicy == 'supplementalPool' ? variables.poolThreads : 0)"
    others = f"(variables.vcpus + {pool} + {policy_pool})"
    parity = f"variables.completesParity && {others} % 2 == 0"
    emulator = f"(!variables.isolated ? 0 : {parity} ? 2 : 1)"
    return Cel(
        "domain.cpu",
        f"""
        !(variables.dedicated || variables.isolated) || variables.partial ||
        variables.vcpus == 0 || (variables.vcpus + {pool} + {emulator}) % 2 == 0
        """,
        "The pod requests an odd number of CPUs, which a kubelet with `full-pcpus-only` refuses "
        f"where a core has two threads. Set the annotation `{PARITY_ANNOTATION}`, or change the "
        "number of vCPUs ({vcpus}).",
        unless=(("RT103", "!variables.isolated"),),
    )
