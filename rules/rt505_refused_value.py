"""A value that KubeVirt's webhook refuses.

## Why
The object is well-formed, and admission refuses it all the same. This rule holds the webhook's
checks that no other rule speaks of, and on a VM that is not realtime nearly all of them. Which
values are refused depends on the release.

Most checks are made of a VirtualMachine too: nothing is created. Some are made of a
VirtualMachineInstance alone: the VirtualMachine is then created and cannot start. So it is with
what every check admits, and virt-launcher makes no domain of.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vmi-create-admitter.go
(v0.47.1 to v1.9.0, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      features:
        - {name: tsc-deadline, policy: Require}
    memory: {guest: 4Gi}
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
      features:
        - {name: tsc-deadline, policy: require}
    memory: {guest: 4Gi}
```

## Fix
Writes a name in the case that KubeVirt has it in, such as `Always` for `always`. Removes `running`
beside `runStrategy`: safe where they say the same. Adds the volume of a data volume template that
no volume names: unsafe, and not where a volume names another data volume, which may be it.
"""

from collections.abc import Callable
from functools import cache, partial

from rtlint.kubernetes.names import against_label
from rtlint.kubevirt.admission import Cause
from rtlint.kubevirt.unconvertible import lacks_passthrough_state, shares_cache
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Fix,
    Remove,
    Rule,
    Set,
    Workload,
    if_known,
    known,
    safe,
    unsafe,
)

RULE = Rule("RT505", "refused-value", "error", "workload", "safe")

# How many volumes there are, their names, and whether one is of a data volume without a template.
_Volumes = tuple[int, set[str | None], bool]
# From this release a volume without a disk gets one.
_DISKS_OF_VOLUMES = (0, 54)
# Of these the rule about pages speaks, of every VM that has them.
_OF_PAGES = ("memory-below-page", "memory-page-multiple")
# On a realtime VM other rules speak of these.
_SPOKEN_OF = {
    "realtime-dedicated": "RT102",
    "numa-dedicated": "RT102",
    "isolate-dedicated": "RT102",
    "realtime-numa": "RT104",
    "cpu-not-whole": "RT105",
    "cpu-request-not-limit": "RT105",
    "cpu-not-vcpus": "RT105",
    "threads": "RT106",
    "numa-hugepages": "RT301",
    "page-size-invalid": "RT301",
    "memory-missing": "RT303",
    "memory-request-not-limit": "RT303",
    "memory-request-above-limit": "RT303",
    "guest-above-limit": "RT303",
    "live-update-memory": "RT304",
}


def check(vm: Workload, _: Context) -> Findings:
    said = set()
    volumes = cache(partial(_volumes, vm))
    for cause in vm.causes:
        # Of what a feature gate is missing for RT506 speaks.
        if cause.gate or cause.check in _OF_PAGES:
            continue
        if vm.is_realtime and cause.check in _SPOKEN_OF:
            continue
        if (cause.check, cause.path) in said:
            continue
        said.add((cause.check, cause.path))
        place = vm.place_of(cause)
        what = _what(vm, cause)
        what = what if what.endswith(".") else f"{what}."
        yield Finding(place, f"{what} {cause.instead}".rstrip(), _fix(vm, cause, place, volumes))
    yield from known(_not_startable, vm)


def _fix(vm: Workload, cause: Cause, place: str, volumes: Callable[[], _Volumes]) -> Fix | None:
    if cause.right is not None:
        return safe(f"Write `{cause.right}`.", Set(place, cause.right))
    if cause.check == "running-and-run-strategy":
        return if_known(lambda: _without_running(vm, place))
    if cause.check == "data-volume-unused" and vm.release >= _DISKS_OF_VOLUMES:
        return if_known(lambda: _with_volume(vm, place, volumes()))
    return None


def _without_running(vm: Workload, place: str) -> Fix:
    machine = Fields(vm.object.data)
    strategy = machine.string(f"{vm.virtual_machine_path}.runStrategy")
    is_same = strategy == ("Always" if machine.boolean(place) else "Halted")
    return (safe if is_same else unsafe)("Remove `running`.", Remove(place))


def _with_volume(vm: Workload, place: str, volumes: _Volumes) -> Fix | None:
    name = Fields(vm.object.data).string(f"{place}.metadata.name")
    count, taken, names_another = volumes
    if not name or against_label(name) or name in taken or names_another:
        return None
    volume = {"name": name, "dataVolume": {"name": name}}
    return unsafe(f"Add the volume `{name}`.", Set(vm.at(f"volumes[{count}]"), volume))


def _volumes(vm: Workload) -> _Volumes:
    volumes = vm.spec.each("volumes")
    templates = Fields(vm.object.data).each(f"{vm.virtual_machine_path}.dataVolumeTemplates")
    given = {template.string("metadata.name") for template in templates}
    named = {volume.string("dataVolume.name") for volume in volumes if volume.has("dataVolume")}
    return len(volumes), {volume.string("name") for volume in volumes}, bool(named - given)


def _what(vm: Workload, cause: Cause) -> str:
    if cause.message.startswith("panic:"):
        return f"The webhook of {vm.release} crashes on this: {cause.message}"
    message = cause.message.strip()
    if cause.at_start and vm.object.kind != "VirtualMachineInstance":
        refuses = "refuses its VirtualMachineInstance, so that the VM does not start"
        # Where something else is refused the object itself is not admitted.
        if all(other.at_start for other in vm.causes):
            refuses = f"admits the {vm.object.kind} and {refuses}"
        return f"KubeVirt {vm.release} {refuses}: {message}"
    return f"KubeVirt {vm.release} refuses this: {message}"


def _not_startable(vm: Workload) -> Findings:
    """What is admitted, and virt-launcher makes no domain of."""
    for i, disk in enumerate(vm.disks):
        if shares_cache(disk, vm.release):
            yield Finding(
                vm.at(f"domain.devices.disks[{i}].cache"),
                f"KubeVirt admits `cache: {disk.string('cache')}` of a shareable disk, and "
                "virt-launcher refuses it: the VM does not start. Write `cache: none`.",
            )
    if lacks_passthrough_state(vm.spec, vm.release):
        yield Finding(
            vm.at("domain.features.hypervPassthrough"),
            "KubeVirt admits `hypervPassthrough` without `enabled`, and virt-launcher panics on "
            "it: the VM does not start. Write `hypervPassthrough: {enabled: true}`.",
        )
