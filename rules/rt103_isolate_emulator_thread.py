"""The emulator thread of a realtime VM has no CPU of its own.

## Why
QEMU's own threads (device emulation, monitor, migration) then run on the vCPUs' CPUs. A SCHED_FIFO
vCPU that spins starves them, and the guest hangs on its next device access; a vCPU that yields is
interrupted by them. With an isolated emulator thread KubeVirt asks for one more CPU and pins these
threads to it.

## Source
KubeVirt's user guide, "Dedicated CPU resources" and "Running realtime workloads";
kubevirt/kubevirt, converter: `emulatorpin`.

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
      isolateEmulatorThread: true
      realtime: {}
```

## Fix
Sets `isolateEmulatorThread: true`; the pod then asks for one more CPU.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT103", "isolate-emulator-thread", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if vm.is_isolated:
        return
    path = vm.at("domain.cpu.isolateEmulatorThread")
    yield Finding(
        path,
        "`cpu.isolateEmulatorThread` is not true. QEMU's own threads then run on the vCPUs' CPUs "
        "and interrupt them. Write `isolateEmulatorThread: true`.",
        safe("Set `isolateEmulatorThread: true`.", Set(path, True)),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.isolateEmulatorThread",
        "variables.isolated || variables.partial",
        "QEMU's own threads run on the vCPUs' CPUs. Write `isolateEmulatorThread: true`.",
    )
