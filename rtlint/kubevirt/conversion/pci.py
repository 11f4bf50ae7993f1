"""The slots on the PCI root that `kubevirt.io/placePCIDevicesOnRootComplex` gives to devices.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/pci-placement.go
(PlacePCIDevicesOnRootComplex); measured on v0.58.0 to v1.9.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubevirt.conversion.xml import element
from rtlint.kubevirt.vmi import ConversionError
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

# 1 is VGA's, 0x1b a sound card's, 0x1f QEMU's own SATA controller's.
_SLOTS = tuple(slot for slot in range(2, 0x20) if slot not in (0x1B, 0x1F))


class Addresses(NamedTuple):
    """The `<address>` of the USB controller, of each virtio input in order, and of the balloon.

    Empty where libvirt chooses.
    """

    usb: str = ""
    inputs: tuple[str, ...] = ()
    balloon: str = ""


def root_addresses(vmi: Vmi) -> Addresses:
    """Where the devices of the VMI stand on the PCI root.

    Raises ConversionError where the root has too few slots.
    """
    if vmi.annotations.get("kubevirt.io/placePCIDevicesOnRootComplex") != "true":
        return Addresses()
    # s390x has no PCI Express, which KubeVirt knows from v1.8.2.
    if vmi.architecture == "s390x" and vmi.release >= (1, 8, 2):
        return Addresses()
    devices = list(_devices(vmi))
    if len(devices) > len(_SLOTS):
        raise ConversionError("No space left on the root PCI bus.")
    found = [
        (device, _address(slot)) for device, slot in zip(devices, _SLOTS, strict=False) if device
    ]
    inputs = tuple(address for device, address in found if device == "input")
    of_one = dict(found)
    return Addresses(of_one["usb"], inputs, of_one["balloon"])


def _address(slot: int) -> str:
    return element(
        "address", type="pci", domain="0x0000", bus="0x00", slot=f"{slot:#04x}", function="0x0"
    )


def _devices(vmi: Vmi) -> Iterator[str]:
    """The devices that take a slot, in KubeVirt's order; "" for one that rtlint does not show."""
    spec = vmi.spec
    for _ in range(_interfaces(vmi)):
        yield ""
    yield "usb"
    disks = spec.each("domain.devices.disks")
    if not spec.boolean("domain.devices.disableHotplug") or any(
        disk_bus(disk) == "scsi" for disk in disks
    ):
        yield ""
    if spec.boolean("domain.devices.autoattachSerialConsole") is not False:
        yield ""
    for disk in disks:
        if disk_bus(disk) == "virtio" and not disk.string("disk.pciAddress"):
            yield ""
    for device in spec.each("domain.devices.inputs"):
        if device.string("bus") == "virtio":
            yield "input"
    for field in ("watchdog", "rng"):
        if spec.has(f"domain.devices.{field}"):
            yield ""
    yield "balloon"


def _interfaces(vmi: Vmi) -> int:
    """The interfaces that QEMU has on PCI, those with an address of their own left out."""
    spec = vmi.spec
    interfaces = spec.each("domain.devices.interfaces")
    if not interfaces:
        # The webhook adds one to the pod's network.
        attaches = spec.boolean("domain.devices.autoattachPodInterface") is not False
        return int(attaches and not spec.items("networks"))
    return sum(_takes_slot(interface, vmi) for interface in interfaces)


def _takes_slot(interface: Fields, vmi: Vmi) -> bool:
    # A plugin's interface is the plugin's own matter.
    if interface.string("state") == "absent" or interface.has("binding"):
        return False
    if interface.has("sriov"):
        return vmi.release >= (1, 8)
    return not interface.string("pciAddress")


def disk_bus(disk: Fields) -> str | None:
    """The bus of a disk after the webhook's defaults; None where there is none."""
    for kind in ("lun", "disk", "cdrom"):
        if disk.has(kind):
            return disk.string(f"{kind}.bus")
    return None
