"""The slots on the PCI root that `kubevirt.io/placePCIDevicesOnRootComplex` gives to devices.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/pci-placement.go
(PlacePCIDevicesOnRootComplex); measured on v0.58.0 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.disks import bus_of
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
    placed: dict[str, list[str]] = {}
    for device, slot in zip(devices, _SLOTS, strict=False):
        placed.setdefault(device, []).append(_address(slot))
    return Addresses(placed["usb"][0], tuple(placed.get("input", ())), placed["balloon"][0])


def _address(slot: int) -> str:
    return element(
        "address", type="pci", domain="0x0000", bus="0x00", slot=f"{slot:#04x}", function="0x0"
    )


def _devices(vmi: Vmi) -> Iterator[str]:
    """The devices that take a slot, in KubeVirt's order."""
    spec = vmi.spec
    yield from ("interface" for interface in vmi.interfaces if _takes_slot(interface, vmi))
    yield "usb"
    disks = spec.each("domain.devices.disks")
    is_hotplugged = not spec.boolean("domain.devices.disableHotplug")
    if is_hotplugged or any(bus_of(disk) == "scsi" for disk in disks):
        yield "scsi"
    if spec.boolean("domain.devices.autoattachSerialConsole") is not False:
        yield "virtio-serial"
    for disk in disks:
        if bus_of(disk) == "virtio" and not disk.string("disk.pciAddress"):
            yield "disk"
    for device in spec.each("domain.devices.inputs"):
        if device.string("bus") == "virtio":
            yield "input"
    for field in ("watchdog", "rng"):
        if spec.has(f"domain.devices.{field}"):
            yield field
    yield "balloon"


def _takes_slot(interface: Fields, vmi: Vmi) -> bool:
    # A plugin's interface is the plugin's own matter, and one with an address stays there.
    if interface.string("state") == "absent" or interface.has("binding"):
        return False
    if interface.has("sriov"):
        # As measured; the sources up to v1.7 show no reason.
        return vmi.release >= (1, 8)
    return not interface.string("pciAddress")
