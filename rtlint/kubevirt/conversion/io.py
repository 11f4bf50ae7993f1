"""What a guest does I/O with: disks, network interfaces, devices of the host.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: network.go (CreateDomainInterfaces), from
v1.7 network/; read in v0.47.1, v0.58.0, v1.0.1, v1.3.1, v1.5.3 and v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.devices import virtio_model
from rtlint.kubevirt.conversion.disks import Disk, disks_of
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

# KubeVirt's bound, as the kernel's for a tap device.
_MAX_QUEUES = 256


class Interface(NamedTuple):
    """A network interface.

    `backend` is who moves its packets: `vhost-net` (kernel threads, one a queue), `qemu` (the
    emulator thread), `vfio` (the device itself, SR-IOV), `passt` (a process) or `plugin` (a network
    binding plugin's matter). `model` and `queues` are None where KubeVirt makes no such device.
    """

    name: str
    model: str | None
    backend: str
    queues: int | None


class HostDevice(NamedTuple):
    """A device of the host; `kind` is `gpu` or `host-device`.

    `resource` is the device plugin's, None where a resource claim allocates the device.
    """

    name: str
    kind: str
    resource: str | None


class Io(NamedTuple):
    """All that a guest does I/O with, each in the manifest's order."""

    disks: tuple[Disk, ...]
    interfaces: tuple[Interface, ...]
    host_devices: tuple[HostDevice, ...]


def guest_io(vmi: Vmi, iothreads: int) -> Io:
    """The I/O of a domain that has that many I/O threads. Raises UnknownValue."""
    interfaces = tuple(
        _interface(vmi, interface)
        for interface in vmi.interfaces
        if vmi.release < (1, 0) or interface.string("state") != "absent"
    )
    return Io(disks_of(vmi, iothreads), interfaces, tuple(_host_devices(vmi)))


def _interface(vmi: Vmi, interface: Fields) -> Interface:
    # The one that the webhook adds is named so.
    name = interface.string("name") or "default"
    if interface.has("sriov"):
        return Interface(name, None, "vfio", None)
    if vmi.release >= (1, 1) and interface.has("binding"):
        return Interface(name, None, "plugin", None)
    model = interface.string("model") or "virtio"
    if vmi.release < (1, 3) and interface.has("slirp"):
        # slirp works with these two only.
        return Interface(name, model if model in ("e1000", "rtl8139") else "e1000", "qemu", 1)
    if model != "virtio":
        return Interface(name, model, "qemu", 1)
    return Interface(name, virtio_model(vmi), _virtio_backend(vmi, interface), _queues(vmi))


def _virtio_backend(vmi: Vmi, interface: Fields) -> str:
    passt = "passtBinding" if vmi.release >= (1, 8) else "passt"
    return "passt" if interface.has(passt) else "vhost-net"


def _queues(vmi: Vmi) -> int:
    if not vmi.spec.boolean("domain.devices.networkInterfaceMultiqueue"):
        return 1
    return min(vmi.topology.vcpus, _MAX_QUEUES)


def _host_devices(vmi: Vmi) -> Iterator[HostDevice]:
    for kind, path in (("gpu", "gpus"), ("host-device", "hostDevices")):
        for device in vmi.spec.each(f"domain.devices.{path}"):
            yield HostDevice(device.string("name") or "", kind, device.string("deviceName") or None)
