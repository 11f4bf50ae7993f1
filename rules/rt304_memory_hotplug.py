"""A realtime VM is built for memory hotplug.

## Why
`memory.maxGuest` makes KubeVirt build the domain with room for more memory. Hot-plugged memory is
bound to no host NUMA cell and comes from no page set aside at boot. From v1.1 a VirtualMachine with
it is refused; a bare VirtualMachineInstance is not.

## Source
kubevirt/kubevirt, ValidateLiveUpdateMemory (from v1.1.0, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 4Gi, maxGuest: 8Gi}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
    memory: {guest: 4Gi}
```

## Fix
Removes `maxGuest`.
"""

from rtlint.rule import Context, Finding, Findings, Remove, Rule, Workload, safe

RULE = Rule("RT304", "memory-hotplug", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    # Before v1.1 the API server drops the field.
    if vm.release < (1, 1) or not vm.spec.has("domain.memory.maxGuest"):
        return
    path = vm.at("domain.memory.maxGuest")
    if vm.is_virtual_machine:
        what = "KubeVirt refuses it on a realtime VM"
    else:
        what = "The domain gets room for memory that is bound to no NUMA cell"
    yield Finding(
        path,
        f"`memory.maxGuest` asks for memory hotplug. {what}. Remove it.",
        safe("Remove `maxGuest`.", Remove(path)),
    )
