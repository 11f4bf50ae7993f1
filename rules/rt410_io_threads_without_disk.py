"""An I/O threads policy without a disk.

## Why
With dedicated CPUs and no disk, KubeVirt writes a pin for an I/O thread that the domain does not
have, or panics, in every release. The VM is admitted but does not start.

## Source
kubevirt/kubevirt, converter: `iothreadpin` (v0.47.1 to v1.9.0, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
    ioThreadsPolicy: auto
    devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, realtime: {}}
    devices: {}
```

## Fix
Removes the policy.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Remove, Rule, Workload, safe

RULE = Rule("RT410", "io-threads-without-disk", "error", "dedicated", "safe")


def check(vm: Workload, _: Context) -> Findings:
    if not vm.is_dedicated or vm.disks:
        return
    policy = vm.spec.string("domain.ioThreadsPolicy")
    if policy not in ("shared", "auto"):
        return
    path = vm.at("domain.ioThreadsPolicy")
    yield Finding(
        path,
        f"`ioThreadsPolicy: {policy}` is set, but the VM has no disk. virt-launcher fails to pin "
        "the I/O thread, so the VM does not start. Remove the policy, or add a disk.",
        safe("Remove `ioThreadsPolicy`.", Remove(path)),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.ioThreadsPolicy",
        """
        !variables.dedicated || variables.partial || variables.diskCount > 0 ||
        !(variables.ioThreadsPolicy in ['shared', 'auto'])
        """,
        "The VM has no disk, virt-launcher fails to pin the I/O thread, and the VM does not start. "
        "Remove the policy.",
    )
