"""The devices of the domain that count for realtime: balloon, USB, input, display, console.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: converter.go, archconverter.go (v1.3, v1.4)
and arch/ (from v1.5), from v1.8 compute/. Measured for amd64, arm64 and s390x.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.pci import Addresses, root_addresses
from rtlint.kubevirt.conversion.xml import element
from rtlint.kubevirt.unconvertible import shares_cache
from rtlint.kubevirt.vmi import ConversionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.vmi import Vmi

# The doubled slash is where the VMI's UID stands, which a manifest does not have yet.
_RUN = "/var/run/kubevirt-private/"


def devices_element(vmi: Vmi, cluster: Cluster) -> str:
    """`<devices>`. Raises ConversionError for a device that virt-launcher refuses."""
    # What fails first is the error: to v1.7 the watchdog, from v1.8 the inputs.
    if vmi.release < (1, 8):
        _check_watchdog(vmi)
    inputs = list(_inputs(vmi))
    _check_watchdog(vmi)
    addresses = root_addresses(vmi)
    return element(
        "devices",
        _usb_controller(vmi, addresses),
        *_display(vmi),
        _balloon(vmi, cluster, addresses),
        *_input_elements(inputs, addresses),
        *_console(vmi, cluster),
    )


def check_disks(vmi: Vmi) -> None:
    """Raises ConversionError for a disk that virt-launcher refuses."""
    for disk in vmi.spec.each("domain.devices.disks"):
        if shares_cache(disk, vmi.release):
            cache = disk.string("cache")
            raise ConversionError(f"a sharable disk requires cache = none got: {cache}")


def _check_watchdog(vmi: Vmi) -> None:
    # For the other architectures, and to v1.5.0 for all, the webhook fills in a model.
    is_refused = vmi.architecture == "arm64" and vmi.release >= (1, 5, 1)
    if is_refused and vmi.spec.has("domain.devices.watchdog"):
        raise ConversionError("watchdog is not supported on architecture ARM64")


def _usb_controller(vmi: Vmi, addresses: Addresses) -> str:
    # A USB host device needs it, too (v1.9): only the cluster knows which devices are USB's.
    model = "qemu-xhci" if _needs_usb(vmi) else "none"
    return element("controller", addresses.usb, type="usb", index=0, model=model)


def _needs_usb(vmi: Vmi) -> bool:
    if vmi.architecture != "amd64":
        return vmi.architecture == "arm64" or vmi.release < (1, 3)
    if vmi.spec.has("domain.devices.clientPassthrough"):
        return True
    if any(_bus(device) == "usb" for device in vmi.spec.each("domain.devices.inputs")):
        return True
    disks = vmi.spec.each("domain.devices.disks") if vmi.release >= (0, 57) else []
    return any(disk.string("disk.bus") == "usb" for disk in disks)


def _bus(device: Fields) -> str:
    return device.string("bus") or "usb"


def usb_refusal(vmi: Vmi) -> str | None:
    """libvirt's reason to refuse the domain where a device wants USB and there is none.

    So it is on s390x from v1.3, whatever the VMI asks for.
    """
    if _needs_usb(vmi):
        return None
    if any(_bus(device) == "usb" for device in vmi.spec.each("domain.devices.inputs")):
        return "unsupported configuration: Can't add USB input device. USB bus is disabled"
    if vmi.spec.has("domain.devices.clientPassthrough"):
        return (
            "unsupported configuration: cannot add redirected USB device: USB is disabled for this "
            "domain"
        )
    return None


def _inputs(vmi: Vmi) -> Iterator[tuple[str, str, str | None]]:
    """Type, bus and name of each input device; no name for one that KubeVirt adds."""
    devices = vmi.spec.each("domain.devices.inputs")
    for device in devices:
        bus, kind = _bus(device), device.string("type") or ""
        if bus not in ("usb", "virtio"):
            raise ConversionError(f"input contains unsupported bus {bus}")
        if kind != "tablet":
            raise ConversionError(f"input contains unsupported type {kind}")
        yield kind, bus, device.string("name") or ""
    if not _has_display(vmi):
        return
    # VNC needs them where the display is no VGA.
    if vmi.architecture == "arm64":
        if not devices:
            yield "tablet", "usb", None
        yield "keyboard", "usb", None
    elif vmi.architecture == "s390x" and vmi.release >= (1, 4, 1):
        yield "keyboard", "virtio", None


def _input_elements(
    inputs: Iterable[tuple[str, str, str | None]], addresses: Addresses
) -> Iterator[str]:
    slots = iter(addresses.inputs)
    for kind, bus, name in inputs:
        alias = "" if name is None else element("alias", name=f"ua-{name}")
        model = "virtio" if bus == "virtio" and name is not None else None
        address = next(slots, "") if bus == "virtio" else ""
        yield element("input", alias, address, type=kind, bus=bus, model=model)


def _has_display(vmi: Vmi) -> bool:
    return vmi.spec.boolean("domain.devices.autoattachGraphicsDevice") is not False


def _display(vmi: Vmi) -> Iterator[str]:
    if not _has_display(vmi):
        return
    model, vram = _video(vmi)
    yield element("video", element("model", type=model or None, heads=1, vram=vram or None))
    listen = element("listen", type="socket", socket=f"{_RUN}/virt-vnc")
    yield element("graphics", listen, type="vnc")


def _video(vmi: Vmi) -> tuple[str, int]:
    """The display's model and its memory in KiB, 0 where KubeVirt says none."""
    if vmi.spec.has("domain.devices.video"):
        return vmi.spec.string("domain.devices.video.type") or "", 16384
    # s390x has a display of its own from v1.3.
    if vmi.architecture == "arm64" or (vmi.architecture == "s390x" and vmi.release >= (1, 3)):
        return "virtio", 0
    if vmi.release >= (1, 4) and vmi.spec.has("domain.firmware.bootloader.efi"):
        return "bochs", 0
    return "vga", 16384


def _balloon(vmi: Vmi, cluster: Cluster, addresses: Addresses) -> str:
    if vmi.spec.boolean("domain.devices.autoattachMemBalloon") is False:
        return element("memballoon", addresses.balloon, model="none")
    period = cluster.balloon_stats_period
    return element(
        "memballoon",
        element("stats", period=period) if period else "",
        addresses.balloon,
        element("driver", iommu="on") if _is_encrypted(vmi) else "",
        model=virtio_model(vmi),
        freePageReporting=_free_page_reporting(vmi, cluster),
    )


def _is_encrypted(vmi: Vmi) -> bool:
    """Whether the VMI runs under AMD's SEV or IBM's Secure Execution."""
    if vmi.architecture == "s390x" and vmi.release >= (1, 6):
        return vmi.spec.has("domain.launchSecurity")
    return vmi.spec.has("domain.launchSecurity.sev")


def virtio_model(vmi: Vmi) -> str:
    """The model of a virtio device."""
    # The other two are PCI devices, which s390x need not have.
    if vmi.architecture == "s390x" and vmi.release >= (1, 3):
        return "virtio"
    transitional = vmi.spec.boolean("domain.devices.useVirtioTransitional")
    return "virtio-transitional" if transitional else "virtio-non-transitional"


def _free_page_reporting(vmi: Vmi, cluster: Cluster) -> str | None:
    if vmi.release < (1, 0):
        return None
    high_performance = vmi.dedicated or vmi.realtime or vmi.hugepages
    disabled = vmi.annotations.get("kubevirt.io/free-page-reporting-disabled") == "true"
    off = high_performance or disabled or not cluster.free_page_reporting
    return "off" if off else "on"


def _console(vmi: Vmi, cluster: Cluster) -> Iterator[str]:
    if vmi.spec.boolean("domain.devices.autoattachSerialConsole") is False:
        return
    path = f"{_RUN}/virt-serial0"
    yield element(
        "serial",
        element("target", port=0),
        element("source", mode="bind", path=path),
        element("log", file=f"{path}-log", append="on") if _logs_serial(vmi, cluster) else "",
        type="unix",
    )
    yield element("console", element("target", type="serial", port=0), type="pty")


def _logs_serial(vmi: Vmi, cluster: Cluster) -> bool:
    """Whether the serial console is logged: what the VMI says, else the cluster; from v1.1."""
    if vmi.release < (1, 1):
        return False
    asked = vmi.spec.boolean("domain.devices.logSerialConsole")
    return cluster.serial_console_log if asked is None else asked
