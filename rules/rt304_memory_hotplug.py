"""A realtime VM is built for memory hotplug.

## Why
Memory hotplug does not go with realtime. v1.1 always refuses a VirtualMachine with
`memory.maxGuest`; later releases refuse it if the rollout strategy is LiveUpdate, the default from
v1.6. With the strategy Stage it is admitted, as is a plain VirtualMachineInstance in every release.
The domain is then built for more memory: up to v1.2 with a virtio-mem device, from v1.3 with a
`<maxMemory>` that is never filled.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vms-admitter.go,
validateLiveUpdateFeatures, and from v1.3 pkg/liveupdate/memory, ValidateLiveUpdateMemory (v1.1.1 to
v1.9.0, measured).

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

from rtlint.kubevirt.hotplug import live_update
from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Remove, Rule, UnknownValue, Workload, safe

RULE = Rule("RT304", "memory-hotplug", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    # Before v1.1 the API server drops the field.
    if vm.release < (1, 1) or not vm.spec.has("domain.memory.maxGuest"):
        return
    path = vm.at("domain.memory.maxGuest")
    if _is_refused(vm):
        what = "KubeVirt refuses it on a realtime VM"
    elif _is_guest(vm):
        return
    elif vm.release < (1, 3):
        what = "The domain is built for more memory and gets a virtio-mem device"
    else:
        what = "The domain is built for more memory, but none is ever plugged in"
    yield Finding(
        path,
        f"`memory.maxGuest` asks for memory hotplug. {what}. Remove it.",
        safe("Remove `maxGuest`.", Remove(path)),
    )


def _is_refused(vm: Workload) -> bool:
    """Only a VirtualMachine's own webhook asks; v1.1 has no rollout strategy yet."""
    is_live = vm.release < (1, 2) or live_update(vm.release, vm.cluster)
    return vm.is_virtual_machine and is_live


def _is_guest(vm: Workload) -> bool:
    """Whether the most that the guest may have is what it has: then there is no hotplug."""
    try:
        guest, most = (vm.spec.quantity(f"domain.memory.{name}") for name in ("guest", "maxGuest"))
    except UnknownValue:
        return False
    return guest is not None and most is not None and guest.nano == most.nano


def policy(context: Context) -> Cel | None:
    if context.release < (1, 1):
        return None
    is_live = "variables.liveUpdate" if context.release >= (1, 2) else "true"
    return Cel(
        "domain.memory.maxGuest",
        f"""
        !has(variables.memory.maxGuest) ||
        (!(variables.isMachine && {is_live}) && has(variables.memory.guest) &&
          isQuantity(string(variables.memory.guest)) &&
          isQuantity(string(variables.memory.maxGuest)) &&
          quantity(string(variables.memory.guest)).compareTo(
            quantity(string(variables.memory.maxGuest))) == 0)
        """,
        "Memory hotplug does not go with realtime. Remove `maxGuest`.",
    )
