"""libvirt cannot pin the supplemental pool of I/O threads.

## Why
With an isolated emulator thread and a supplemental pool of more than one thread KubeVirt writes
pins that libvirt refuses, or that leave no CPU for the emulator. The VM does not start.

## Source
kubevirt/kubevirt, converter: supplemental pool (from v1.5.0, measured).

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

from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT406", "io-threads-pool", "error", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    # Before v1.5.0 the policy is refused: RT505 says so.
    if vm.release < (1, 5) or not vm.is_dedicated or not vm.is_isolated:
        return
    if vm.spec.string("domain.ioThreadsPolicy") != "supplementalPool":
        return
    count = vm.spec.integer("domain.ioThreads.supplementalPoolThreadCount") or 0
    if count > 1:
        yield Finding(
            vm.at("domain.ioThreads.supplementalPoolThreadCount"),
            f"A supplemental pool of {count} I/O threads beside an isolated emulator thread. "
            "libvirt cannot pin it, so the VM does not start. "
            "Write `supplementalPoolThreadCount: 1`.",
        )
