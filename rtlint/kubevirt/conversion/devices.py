"""The devices of the domain that count for realtime: balloon, USB, input, display, console.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/converter.go, from v1.8 compute/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubevirt.conversion.xml import element
from rtlint.kubevirt.vmi import ConversionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

# The doubled slash is where the VMI's UID stands, which a manifest does not have yet.
_RUN = "/var/run/kubevirt-private/"


def devices_element(vmi: Vmi) -> str:
    """`<devices>`. Raises ConversionError for an input device that virt-launcher refuses."""
    inputs = list(_inputs(vmi))
    return element(
        "devices", _usb_controller(vmi), *_display(vmi), _balloon(vmi), *inputs, *_console(vmi)
    )


def _usb_controller(vmi: Vmi) -> str:
    # A USB host device needs it, too (v1.9): only the cluster knows which devices are USB's.
    model = "qemu-xhci" if _needs_usb(vmi) else "none"
    return element("controller", type="usb", index=0, model=model)


def _needs_usb(vmi: Vmi) -> bool:
    if vmi.spec.has("domain.devices.clientPassthrough"):
        return True
    if any(_bus(device) == "usb" for device in vmi.spec.each("domain.devices.inputs")):
        return True
    disks = vmi.spec.each("domain.devices.disks") if vmi.release >= (0, 57) else []
    return any(disk.string("disk.bus") == "usb" for disk in disks)


def _bus(device: Fields) -> str:
    return device.string("bus") or "usb"


def _inputs(vmi: Vmi) -> Iterator[str]:
    for device in vmi.spec.each("domain.devices.inputs"):
        bus, kind = _bus(device), device.string("type") or ""
        if bus not in ("usb", "virtio"):
            raise ConversionError(f"input contains unsupported bus {bus}")
        if kind != "tablet":
            raise ConversionError(f"input contains unsupported type {kind}")
        alias = element("alias", name=f"ua-{device.string('name') or ''}")
        model = "virtio" if bus == "virtio" else None
        yield element("input", alias, type=kind, bus=bus, model=model)


def _display(vmi: Vmi) -> Iterator[str]:
    if vmi.spec.boolean("domain.devices.autoattachGraphicsDevice") is False:
        return
    model, vram = "vga", 16384
    if vmi.spec.has("domain.devices.video"):
        model = vmi.spec.string("domain.devices.video.type") or ""
    elif vmi.release >= (1, 4) and vmi.spec.has("domain.firmware.bootloader.efi"):
        model, vram = "bochs", 0
    yield element("video", element("model", type=model or None, heads=1, vram=vram or None))
    listen = element("listen", type="socket", socket=f"{_RUN}/virt-vnc")
    yield element("graphics", listen, type="vnc")


def _balloon(vmi: Vmi) -> str:
    if vmi.spec.boolean("domain.devices.autoattachMemBalloon") is False:
        return element("memballoon", model="none")
    transitional = vmi.spec.boolean("domain.devices.useVirtioTransitional")
    return element(
        "memballoon",
        element("stats", period=10),
        model="virtio-transitional" if transitional else "virtio-non-transitional",
        freePageReporting=_free_page_reporting(vmi),
    )


def _free_page_reporting(vmi: Vmi) -> str | None:
    if vmi.release < (1, 0):
        return None
    high_performance = vmi.dedicated or vmi.realtime or vmi.hugepages
    disabled = vmi.annotations.get("kubevirt.io/free-page-reporting-disabled") == "true"
    return "off" if high_performance or disabled else "on"


def _console(vmi: Vmi) -> Iterator[str]:
    if vmi.spec.boolean("domain.devices.autoattachSerialConsole") is False:
        return
    path = f"{_RUN}/virt-serial0"
    logs = (
        vmi.release >= (1, 1) and vmi.spec.boolean("domain.devices.logSerialConsole") is not False
    )
    yield element(
        "serial",
        element("target", port=0),
        element("source", mode="bind", path=path),
        element("log", file=f"{path}-log", append="on") if logs else "",
        type="unix",
    )
    yield element("console", element("target", type="serial", port=0), type="pty")
