"""A supplemental pool of I/O threads that is pinned wrong.

## Why
KubeVirt v1.5.0 to v1.8.4 pins the pool to host CPUs that are counted up from the number of vCPUs
(hotpluggable ones included), instead of to CPUs of the pod. If the pod does not have exactly these
CPUs, libvirt cannot pin the threads and the VM does not start. That is nearly always so if the
domain is built for CPU hotplug, or with an isolated emulator thread and more than one I/O thread.

v1.9 pins the pool to CPUs of the pod. If the isolated emulator thread is to be completed to an even
number of CPUs, and the vCPUs and the pool are both odd, the pod asks for one CPU less than the
domain needs, and the VM never starts. Besides, virt-handler moves all threads except the vCPUs to
the isolated emulator thread's CPU: the I/O threads share it, and the pool's CPUs stay idle.

## Source
kubevirt/kubevirt, pkg/virt-launcher/virtwrap/converter/vcpu: FormatDomainIOThreadPin (v1.5.0 to
v1.8.4) and AdjustDomainForTopologyAndCPUSet (v1.9.0), measured; pkg/hypervisor/kvm/runtime.go,
configureHousekeepingCgroup; kubevirt/kubevirt#16992.

## Wrong
```yaml
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
    ioThreadsPolicy: supplementalPool
    ioThreads: {supplementalPoolThreadCount: 2}
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
      isolateEmulatorThread: true
      realtime: {}
    ioThreadsPolicy: supplementalPool
    ioThreads: {supplementalPoolThreadCount: 1}
```
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Severity, Workload

RULE = Rule("RT406", "io-threads-pool", "error", "dedicated")

_COUNT = "domain.ioThreads.supplementalPoolThreadCount"


def check(vm: Workload, _: Context) -> Findings:
    # Before v1.5.0 the policy is refused: RT505 says so.
    if vm.release < (1, 5) or vm.spec.string("domain.ioThreadsPolicy") != "supplementalPool":
        return
    count = vm.spec.unsigned(_COUNT)
    if not count or not vm.is_dedicated:
        return
    found = _on_host_cpus(vm, count) if vm.release < (1, 9) else _on_pod_cpus(vm, count)
    if found is not None:
        severity, message = found
        yield Finding(vm.at(_COUNT), message, severity=severity)


def _on_host_cpus(vm: Workload, count: int) -> tuple[Severity, str]:
    """What comes of pins to absolute CPU numbers."""
    first = vm.vmi.full_topology.vcpus + vm.is_isolated + 1
    cpus = f"{first}-{first + count - 1}" if count > 1 else f"{first}"
    # Else the pod has these CPUs where it got the node's first ones beside CPU 0.
    is_certain = vm.has_hotplug_topology or (vm.is_isolated and count > 1)
    return "error" if is_certain else "warning", (
        f"KubeVirt {vm.release} pins the supplemental pool to host CPU{'s' * (count > 1)} {cpus}, "
        "whichever CPUs the pod gets. Without them libvirt cannot pin the pool, and the VM does "
        "not start. Write "
        f"{'`ioThreadsPolicy: auto`' if vm.is_isolated else '`isolateEmulatorThread: true`'}"
        f"{'' if vm.is_isolated else ' and `ioThreadsPolicy: auto`'}, or upgrade to v1.9."
    )


def _on_pod_cpus(vm: Workload, count: int) -> tuple[Severity, str] | None:
    """What comes of the emulator thread's CPUs, which the pod and the domain count apart."""
    if not vm.is_isolated:
        return None
    if count % 2 and vm.vcpus % 2 and vm.vmi.completes_parity:
        return "error", (
            f"The vCPUs ({vm.vcpus}) and the supplemental pool ({count}) are both odd. With "
            "EmulatorThreadCompleteToEvenParity the pod then asks for one emulator CPU, but the "
            "domain needs two, so the VM never starts. Write an even "
            "`supplementalPoolThreadCount`."
        )
    if count > 1:
        return "warning", (
            f"virt-handler moves the {count} I/O threads of the supplemental pool to the isolated "
            f"emulator thread's CPU. They share it, and the pool's {count} CPUs stay idle. Write "
            "`ioThreadsPolicy: auto`."
        )
    return None


def policy(context: Context) -> Cel | None:
    if context.release < (1, 5):
        return None
    # From v1.9 the pool has CPUs of the pod: one thread is right, if the pod asks for enough CPUs.
    is_wrong = (
        "true"
        if context.release < (1, 9)
        else "variables.isolated && (variables.poolThreads > 1 || "
        "(variables.vcpus % 2 == 1 && variables.completesParity))"
    )
    return Cel(
        "domain.ioThreads.supplementalPoolThreadCount",
        f"""
        variables.ioThreadsPolicy != 'supplementalPool' || !variables.dedicated ||
        variables.poolThreads < 1 || variables.partial || !({is_wrong})
        """,
        "KubeVirt pins the supplemental pool wrong, or leaves its CPUs idle. "
        "Write `ioThreadsPolicy: auto`.",
    )
