"""I/O threads run on the vCPUs' CPUs.

## Why
With dedicated CPUs but no isolated emulator thread, KubeVirt pins the I/O threads to the vCPUs'
CPUs: disk I/O and vCPUs delay each other. v1.5.0 to v1.7.4: virt-launcher panics. v1.0.0 to v1.4.1
and v1.8.0 to v1.8.4: virt-launcher panics, or pins to CPUs that the pod does not have, if the
domain is built for CPU hotplug.

With an isolated emulator thread, only the first I/O thread is pinned, to the emulator thread's CPU.
The others start on the vCPUs' CPUs, until virt-handler moves all threads except the vCPUs to that
one CPU.

On a realtime VM a missing isolated emulator thread is RT103; this rule then adds only that
virt-launcher panics.

## Source
kubevirt/kubevirt, pkg/virt-launcher/virtwrap/converter, FormatDomainIOThreadPin (measured on all
releases); pkg/virt-handler, configureHousekeepingCgroup.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true}
    ioThreadsPolicy: auto
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
    ioThreadsPolicy: auto
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
```
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Severity, Workload

RULE = Rule("RT405", "io-threads-on-vcpus", "warning", "dedicated")

_ISOLATED = "domain.cpu.isolateEmulatorThread"


def check(vm: Workload, _: Context) -> Findings:
    policy = vm.spec.string("domain.ioThreadsPolicy")
    if not vm.is_dedicated or not vm.disks or policy == "supplementalPool":
        return
    if (1, 5) <= vm.release < (1, 9) and vm.vmi.pool_threads:
        # Whatever the policy, these releases pin as many threads to CPUs of their own.
        return
    dedicated = [
        f"domain.devices.disks[{i}].dedicatedIOThread"
        for i, disk in enumerate(vm.disks)
        if disk.boolean("dedicatedIOThread")
    ]
    if vm.is_isolated:
        yield from _beyond_the_first(vm, dedicated)
    elif policy in ("shared", "auto") or dedicated:
        severity, what = _effect(vm)
        path = "domain.ioThreadsPolicy" if policy in ("shared", "auto") else dedicated[0]
        yield Finding(
            vm.at(path),
            f"I/O threads without an isolated emulator thread share the vCPUs' CPUs. {what}. "
            "Write `isolateEmulatorThread: true`.",
            severity=severity,
            # That a crash is to come is new.
            unless=(("RT103", vm.at(_ISOLATED)),) if severity == "warning" else (),
        )


def _beyond_the_first(vm: Workload, dedicated: list[str]) -> Findings:
    # Of the others there is one thread, whatever the policy (GetIOThreadsCountType).
    count = len(dedicated) + 1
    if dedicated and len(vm.disks) > 1:
        yield Finding(
            vm.at(dedicated[0]),
            f"KubeVirt pins only the first of {count} I/O threads, to the emulator thread's CPU. "
            "The others start on the vCPUs' CPUs. Remove `dedicatedIOThread` and write "
            "`ioThreadsPolicy: auto`, for one I/O thread beside the emulator thread.",
        )


def _effect(vm: Workload) -> tuple[Severity, str]:
    if (1, 5) <= vm.release < (1, 8):
        return "error", f"virt-launcher of {vm.release} panics on it, and the VM does not start"
    crashes_on_hotplug = (1, 0) <= vm.release < (1, 5) or (1, 8) <= vm.release < (1, 9)
    if crashes_on_hotplug and vm.has_hotplug_topology:
        what = f"virt-launcher of {vm.release} panics or writes invalid pins"
        return "error", f"{what} when CPU hotplug is enabled"
    return "warning", "Disk I/O and vCPUs delay each other"


def policy(context: Context) -> Cel:
    release = context.release
    pool = "variables.poolThreads > 0" if (1, 5) <= release < (1, 9) else "false"
    of_its_own = "variables.disks.exists(d, d.?dedicatedIOThread.orValue(false))"
    panics = "variables.isBuiltForMore" if release < (1, 9) else "false"
    panics = "true" if (1, 5) <= release < (1, 8) else panics
    # That virt-launcher panics is new beside RT103.
    return Cel(
        "domain.ioThreadsPolicy",
        f"""
        !variables.dedicated || variables.partial || variables.diskCount == 0 || {pool} ||
        variables.ioThreadsPolicy == 'supplementalPool' ||
        (variables.isolated ? variables.diskCount < 2 || !{of_its_own} :
          !(variables.ioThreadsPolicy in ['shared', 'auto']) && !{of_its_own})
        """,
        "I/O threads share the vCPUs' CPUs. Isolate the emulator thread, and use "
        "`ioThreadsPolicy: auto` without `dedicatedIOThread`.",
        unless=(("RT103", f"!({panics})"),),
    )
