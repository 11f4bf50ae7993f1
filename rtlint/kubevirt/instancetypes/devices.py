"""What a preference sets in a VMI's devices: only what the VM leaves unset.

Source: kubevirt/kubevirt, pkg/instancetype/preference/apply (ApplyDevicePreferences): the switches
and inputs measured on v1.9.0, disks, interfaces and panic devices *read*. `preferredVideoType`
(v1.9) is filled in like the others by analogy.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.instancetypes.origin import Setting, is_unset
from rtlint.kubevirt.instancetypes.preferences import filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_DEVICES = "domain.devices"
# Preference -> VMI spec, both below `devices`.
_NAMES = {
    "preferredUseVirtioTransitional": "useVirtioTransitional",
    "preferredBlockMultiQueue": "blockMultiQueue",
    "preferredNetworkInterfaceMultiQueue": "networkInterfaceMultiqueue",
    "preferredRng": "rng",
    "preferredTPM": "tpm",
    "preferredVideoType": "video.type",
    "preferredAutoattachGraphicsDevice": "autoattachGraphicsDevice",
    "preferredAutoattachMemBalloon": "autoattachMemBalloon",
    "preferredAutoattachPodInterface": "autoattachPodInterface",
    "preferredAutoattachSerialConsole": "autoattachSerialConsole",
    "preferredAutoattachInputDevice": "autoattachInputDevice",
}
_FILLED = {f"devices.{theirs}": f"{_DEVICES}.{ours}" for theirs, ours in _NAMES.items()}
_ON_DISKS = {
    "preferredDiskBus": "disk.bus",
    "preferredDiskBlockSize": "blockSize",
    "preferredDiskCache": "cache",
    "preferredDiskIO": "io",
}
_ON_INPUTS = {"preferredInputBus": "bus", "preferredInputType": "type"}
_BINDINGS = (
    "binding", "bridge", "macvtap", "masquerade", "passt", "passtBinding", "slirp", "sriov",
)  # fmt: skip


def switches(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """All but the devices that stand in lists."""
    yield from filled(preference, spec, _FILLED)
    hotplug = value_at(preference, "devices.preferredDisableHotplug")
    # KubeVirt cannot tell whether the VM says it, and overwrites it.
    if hotplug is not None:
        yield Setting(f"{_DEVICES}.disableHotplug", hotplug, "devices.preferredDisableHotplug")
    if value_at(spec, f"{_DEVICES}.sound") is not None:
        sound = {"devices.preferredSoundModel": f"{_DEVICES}.sound.model"}
        yield from filled(preference, spec, sound)


def disks(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """Bus, cache and such of each disk; a disk without a target is a plain one."""
    for index, disk in _listed(spec, "disks"):
        # KubeVirt looks for a plain disk, then for a CD-ROM, then for a LUN.
        targets = (name for name in ("disk", "cdrom", "lun") if value_at(disk, name) is not None)
        target = next(targets, "disk")
        if target == "disk":
            yield from _on_item(preference, spec, f"disks[{index}]", _ON_DISKS)
            yield from _dedicated_io_thread(preference, disk, f"{_DEVICES}.disks[{index}]")
        else:
            name = {"cdrom": "preferredCdromBus", "lun": "preferredLunBus"}[target]
            yield from _on_item(preference, spec, f"disks[{index}]", {name: f"{target}.bus"})


def _dedicated_io_thread(preference: object, disk: object, path: str) -> Iterator[Setting]:
    """Only virtio disks get one: a VM with one on another bus would be refused."""
    bus = value_at(disk, "disk.bus")
    if is_unset(bus):
        bus = value_at(preference, "devices.preferredDiskBus")
    name = "devices.preferredDiskDedicatedIoThread"
    wanted = value_at(preference, name)
    if wanted is not None and bus == "virtio" and value_at(disk, "dedicatedIOThread") is None:
        yield Setting(f"{path}.dedicatedIOThread", wanted, name)


def interfaces(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """Each interface's model, and masquerade where one on the pod's network has no binding."""
    for index, interface in _listed(spec, "interfaces"):
        item = f"interfaces[{index}]"
        yield from _on_item(preference, spec, item, {"preferredInterfaceModel": "model"})
        bound = any(value_at(interface, name) is not None for name in _BINDINGS)
        if not bound and _is_on_pod_network(value_at(interface, "name"), spec):
            masquerade = {"preferredInterfaceMasquerade": "masquerade"}
            yield from _on_item(preference, spec, item, masquerade)


def _is_on_pod_network(name: object, spec: dict[str, Any]) -> bool:
    networks = value_at(spec, "networks")
    for network in networks if isinstance(networks, list) else ():
        if value_at(network, "name") == name:
            return value_at(network, "pod") is not None
    return False


def inputs(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    for index, _ in _listed(spec, "inputs"):
        yield from _on_item(preference, spec, f"inputs[{index}]", _ON_INPUTS)


def panic_devices(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """The model of each panic device; one with that model where the VM has none."""
    for index in [index for index, _ in _listed(spec, "panicDevices")] or [0]:
        model = {"preferredPanicDeviceModel": "model"}
        yield from _on_item(preference, spec, f"panicDevices[{index}]", model)


def _listed(spec: dict[str, Any], name: str) -> Iterator[tuple[int, object]]:
    """The mappings among the devices of a list, with their places in it."""
    listed = value_at(spec, f"{_DEVICES}.{name}")
    for index, device in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(device, dict):
            yield index, device


def _on_item(
    preference: object, spec: dict[str, Any], item: str, fields: dict[str, str]
) -> Iterator[Setting]:
    pairs = {f"devices.{theirs}": f"{_DEVICES}.{item}.{ours}" for theirs, ours in fields.items()}
    yield from filled(preference, spec, pairs)
