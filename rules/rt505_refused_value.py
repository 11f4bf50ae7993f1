"""A value that KubeVirt's webhook refuses.

## Why
The object is well-formed, but admission refuses it. This rule covers the webhook's checks that no
other rule covers, and nearly all of them for a VM that is not realtime. Which values are refused
depends on the release. KubeVirt's own message is quoted at the end of each finding.

Most checks apply to a VirtualMachine too: nothing is created. Some apply only to the
VirtualMachineInstance: the VirtualMachine is then created, but cannot start. The same is true of
values that pass every check but that virt-launcher cannot convert.

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
Corrects the case of a name, such as `always` to `Always`. Removes `running` beside `runStrategy`:
safe if they say the same. Adds the volume of a data volume template that no volume uses: unsafe,
and only if no volume names an unknown data volume, which may be the one that was meant.
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
    join_path,
    known,
    safe,
    split_path,
    unsafe,
)

RULE = Rule("RT505", "refused-value", "error", "workload", "safe")
policy = "KubeVirt's own webhook refuses it."

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
        yield Finding(
            place, _message(vm, cause), _fix(vm, cause, place, volumes), unless=_said_by(place)
        )
    yield from known(_not_startable, vm)


def _said_by(place: str) -> tuple[tuple[str, str], ...]:
    """What says the same: no memory at all, a value of the wrong type, a field that is missing."""
    path = split_path(place)
    above = [join_path(*path[: i + 1]) for i in range(len(path))]
    return ("RT303", place), ("RT603", place), *(("RT604", missing) for missing in above)


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


def _message(vm: Workload, cause: Cause) -> str:
    # Most VMs are refused for nothing.
    from rtlint.kubevirt.admission.words import in_plain_words, instead

    said = (f"{in_plain_words(cause)}.", f"{_effect(vm, cause)}.", instead(cause))
    own = cause.message.strip().rstrip(".")
    return f'{" ".join(filter(None, said))} KubeVirt says: "{own}".'


def _effect(vm: Workload, cause: Cause) -> str:
    if cause.message.startswith("panic:"):
        return f"The webhook of {vm.release} crashes on this"
    if not cause.at_start or vm.object.kind == "VirtualMachineInstance":
        return f"KubeVirt {vm.release} refuses this"
    refuses = "refuses its VirtualMachineInstance, so the VM does not start"
    # Where something else is refused the object itself is not admitted.
    if all(other.at_start for other in vm.causes):
        refuses = f"admits the {vm.object.kind}, but {refuses}"
    return f"KubeVirt {vm.release} {refuses}"


def _not_startable(vm: Workload) -> Findings:
    """What is admitted, and virt-launcher makes no domain of."""
    for i, disk in enumerate(vm.disks):
        if shares_cache(disk, vm.release):
            yield Finding(
                vm.at(f"domain.devices.disks[{i}].cache"),
                f"A shareable disk cannot have `cache: {disk.string('cache')}`. KubeVirt admits "
                "it, but virt-launcher refuses it: the VM does not start. Write `cache: none`.",
            )
    if lacks_passthrough_state(vm.spec, vm.release):
        yield Finding(
            vm.at("domain.features.hypervPassthrough"),
            "`hypervPassthrough` lacks `enabled`. KubeVirt admits it, but virt-launcher panics on "
            "it: the VM does not start. Write `hypervPassthrough: {enabled: true}`.",
        )
