"""I/O threads are pinned to the vCPUs' CPUs.

## Why
With dedicated CPUs and no isolated emulator thread KubeVirt spreads the I/O threads over the CPUs
of the vCPUs: disk I/O then interrupts realtime work. On v1.5.0 to v1.7.4 virt-launcher panics on
it. With a domain built for CPU hotplug v1.0.0 to v1.4.1 and v1.8.0 to v1.8.4 panic too, or pin the
threads to rubbish.

## Source
kubevirt/kubevirt, pkg/virt-launcher/virtwrap/converter, FormatDomainIOThreadPin (measured on all
releases).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
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
      realtime: {}
    ioThreadsPolicy: auto
    devices:
      disks:
        - {name: root, disk: {bus: virtio}}
```
"""

from rtlint.rule import Context, Finding, Findings, Rule, Severity, Workload

RULE = Rule("RT405", "io-threads-on-vcpus", "warning", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    if not vm.is_dedicated or vm.is_isolated or not vm.disks:
        return
    if vm.spec.string("domain.ioThreadsPolicy") in ("shared", "auto"):
        path = "domain.ioThreadsPolicy"
    else:
        dedicated = (
            f"domain.devices.disks[{i}].dedicatedIOThread"
            for i, disk in enumerate(vm.disks)
            if disk.boolean("dedicatedIOThread")
        )
        path = next(dedicated, "")
    if not path or vm.spec.string("domain.ioThreadsPolicy") == "supplementalPool":
        return
    severity, what = _effect(vm)
    yield Finding(
        vm.at(path),
        f"I/O threads without an isolated emulator thread share the vCPUs' CPUs. {what}. "
        "Write `isolateEmulatorThread: true`.",
        severity=severity,
    )


def _effect(vm: Workload) -> tuple[Severity, str]:
    if (1, 5) <= vm.release < (1, 8):
        return "error", f"virt-launcher of {vm.release} panics on it, and the VM does not start"
    crashes_on_hotplug = (1, 0) <= vm.release < (1, 5) or (1, 8) <= vm.release < (1, 9)
    if crashes_on_hotplug and vm.has_hotplug_topology:
        what = f"virt-launcher of {vm.release} panics or pins to rubbish with CPU hotplug"
        return "error", what
    return "warning", "Disk I/O interrupts the realtime work"
