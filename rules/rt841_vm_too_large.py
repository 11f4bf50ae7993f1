"""A VM's pod asks for more CPUs than a node of the run has for pods.

## Why
A pod gets its CPUs from those that the kubelet does not reserve: of a PerformanceProfile's nodes
the isolated ones, of a Node those that it says it can allocate. The pod of a VM with dedicated CPUs
asks for its vCPUs, for the I/O threads' of a supplemental pool, and for one or two that the
isolated emulator thread runs on. Where no node has that many, the VM stays pending for ever.

## Source
kubevirt/kubevirt v1.9.0, pkg/virt-controller/services/renderresources.go; Kubernetes v1.36,
pkg/kubelet/cm/cpumanager/policy_static.go; openshift/cluster-node-tuning-operator d2394aa81,
kubeletconfig.go.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-5, reserved: 0-1}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 4, dedicatedCpuPlacement: true, isolateEmulatorThread: true}}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-7, reserved: 0-1}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 4, dedicatedCpuPlacement: true, isolateEmulatorThread: true}}
```
"""

from rtlint.kubevirt.conversion.pod import dedicated_cpus
from rtlint.platform.capacity import cpus
from rtlint.platform.model import Known
from rtlint.platform.offers import offers
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT841", "vm-too-large", "error", "dedicated")


def check(vm: Workload, context: Context) -> Findings:
    if context.platform is None or vm.is_instancetype or vm.is_preset:
        return
    vcpus, pool, emulator = dedicated_cpus(vm.vmi)
    asked = vcpus + pool + emulator
    best = offers(context.platform, vm, "cpus", cpus)
    if best is None or best.amount >= asked:
        return
    parts = [f"{vcpus} vCPU{'s' * (vcpus > 1)}"]
    parts += [f"{pool} for I/O threads"] * bool(pool) + [f"{emulator} emulator"] * bool(emulator)
    why = f"has {best.amount} for pods"
    others = f", and no other of the {best.of} more" if best.of > 1 else ""
    yield Finding(
        vm.at("domain.cpu"),
        f"The pod requests {asked} CPUs ({' + '.join(parts)}), and {best.known.title} "
        f"{why}{others}: the VM stays pending. Give it fewer vCPUs, or the nodes more CPUs.",
        related=((f"{best.known.title} {why}.", best.known.place(_field(best.known))),),
        on_key=True,
    )


def _field(known: Known) -> str:
    return "spec.cpu.isolated" if known.kind == "PerformanceProfile" else ""
