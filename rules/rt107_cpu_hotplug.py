"""A domain that is built for more sockets than the VM has.

## Why
KubeVirt builds the domain for `maxSockets` and leaves the sockets above `sockets` unplugged, to
plug them in later. From v1.6 an unset `maxSockets` means four times `sockets`, because LiveUpdate
is the default rollout strategy. A hot-plugged vCPU never gets SCHED_FIFO, and some releases crash
if such a VM has I/O threads.

With NUMA passthrough, realtime or not, the guest's NUMA cells hold only the vCPUs that are plugged
at the start, but QEMU is built for all of them: 2 sockets of 26 cores become 208 vCPUs.

## Source
kubevirt/kubevirt, pkg/defaults, setupCPUHotplug (v1.0.0 to v1.9.0, measured), and
pkg/virt-launcher/virtwrap/converter/vcpu, numaMapping.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      sockets: 2
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
      sockets: 2
      maxSockets: 2
      realtime: {}
```

## Fix
Sets `maxSockets` to the number of sockets.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT107", "cpu-hotplug", "warning", "dedicated", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if not vm.has_hotplug_topology:
        return
    # Others may well want hotplug.
    if not vm.is_realtime and not vm.spec.has("domain.cpu.numa.guestMappingPassthrough"):
        return
    sockets = vm.defaulted.integer("domain.cpu.sockets")
    most = vm.defaulted.integer("domain.cpu.maxSockets")
    path = vm.at("domain.cpu.maxSockets")
    said = vm.spec.unsigned("domain.cpu.maxSockets")
    what = (
        f"`cpu.maxSockets` asks for {most} sockets"
        if said
        else f"`cpu.maxSockets` is not set, so the domain gets {most} sockets"
    )
    yield Finding(
        path,
        f"{what}, but only {sockets} {'is' if sockets == 1 else 'are'} plugged. {_effect(vm)}. "
        f"Write `maxSockets: {sockets}`.",
        safe(f"Set `maxSockets: {sockets}`.", Set(path, sockets)),
    )


def _effect(vm: Workload) -> str:
    if vm.is_realtime:
        return "The domain is built for hotplug, and a hot-plugged vCPU never gets SCHED_FIFO"
    most = vm.vcpus // vm.defaulted.unsigned("domain.cpu.sockets")
    most *= vm.defaulted.unsigned("domain.cpu.maxSockets")
    return (
        f"QEMU is built for {most} vCPUs, but the VM starts with {vm.vcpus}, and the guest's NUMA "
        "cells hold only these"
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.maxSockets",
        "!(variables.realtime || variables.passthrough) || !variables.isBuiltForMore",
        "The domain is built for more sockets than are plugged, and a hot-plugged vCPU never gets "
        "SCHED_FIFO. Write `maxSockets` with the number of sockets.",
    )
