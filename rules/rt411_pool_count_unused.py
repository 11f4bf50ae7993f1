"""`supplementalPoolThreadCount` without the policy that uses it.

## Why
`ioThreads.supplementalPoolThreadCount` belongs to `ioThreadsPolicy: supplementalPool`. From v1.5.2
the pod asks for these CPUs whatever the policy is, but no thread of the guest uses them, and they
are lost to other pods. Up to v1.8.4 virt-launcher also pins as many I/O threads as the count says,
to CPUs counted up from the vCPUs: if the domain has fewer threads, or the pod other CPUs, the VM
does not start.

## Source
kubevirt/kubevirt, pkg/virt-controller/services/renderresources.go, getIOThreadsCount (v1.5.2 to
v1.9.0); pkg/virt-launcher/virtwrap/converter/vcpu/vcpu.go (v1.5.0 to v1.9.0, measured).

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
    ioThreadsPolicy: auto
    ioThreads: {supplementalPoolThreadCount: 2}
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
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
    ioThreadsPolicy: auto
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
```

## Fix
Removes the count. Unsafe, because the policy may be what is wrong.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Remove, Rule, Workload, unsafe

RULE = Rule("RT411", "pool-count-unused", "warning", "dedicated", "unsafe")

_THREADS = "domain.ioThreads"
_COUNT = f"{_THREADS}.supplementalPoolThreadCount"


def check(vm: Workload, _: Context) -> Findings:
    policy = vm.spec.string("domain.ioThreadsPolicy")
    count = vm.spec.unsigned(_COUNT) if vm.release >= (1, 5) else 0
    if not vm.is_dedicated or not count or policy == "supplementalPool":
        return
    # Without the count the mapping is empty, and says nothing.
    alone = set(vm.spec.mapping(_THREADS)) == {"supplementalPoolThreadCount"}
    yield Finding(
        vm.at(_COUNT),
        f"`supplementalPoolThreadCount: {count}` is set, but the policy is not `supplementalPool`. "
        f"{_effect(vm, count)} Remove the count, or set the policy.",
        unsafe("Remove the count.", Remove(vm.at(_THREADS if alone else _COUNT))),
    )


def _effect(vm: Workload, count: int) -> str:
    """What the count does, the policy aside."""
    effects = []
    if vm.release >= (1, 5, 2):
        cpus = "1 more CPU" if count == 1 else f"{count} more CPUs"
        effects.append(f"The pod asks for {cpus}, which no thread uses.")
    if vm.release < (1, 9):
        effects.append(
            "virt-launcher may pin I/O threads that do not exist, or to CPUs that the pod does not "
            "have: the VM may not start."
        )
    return " ".join(effects)


def policy(context: Context) -> Cel | None:
    if context.release < (1, 5):
        return None
    return Cel(
        _COUNT,
        """
        !variables.dedicated || variables.poolThreads < 1 ||
        variables.ioThreadsPolicy == 'supplementalPool' ||
        (variables.partial && !has(variables.domain.ioThreadsPolicy))
        """,
        "The policy is not `supplementalPool`: the pod asks for CPUs that no thread uses. "
        "Remove the count.",
    )
