"""What a pod asks of device plugins, and of the node's disk.

Source: kubevirt, pkg/virt-controller/services/renderresources.go (getRequiredResources,
WithEphemeralStorageRequest) and template.go (VMIResourcePredicates); pkg/network/vmispec; measured
on v1.9.0, read in the other releases.
"""

from __future__ import annotations

from collections import Counter

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.vmi import Vmi

EPHEMERAL_STORAGE = "ephemeral-storage"
# 50M, for virt-launcher's own files.
_LAUNCHER_FILES = Quantity(50 * 10**6 * 10**9)


def passed_through(vmi: Vmi) -> dict[str, Quantity]:
    """How many of each device plugin's devices the guest gets, by resource name.

    Those of SR-IOV interfaces are left out: their networks name them, not the VMI.
    Raises UnknownValue.
    """
    return _counted(_guest_devices(vmi))


def of_hypervisor(vmi: Vmi) -> dict[str, Quantity]:
    """The devices that QEMU works with. KubeVirt writes them as limits; Kubernetes makes requests
    of these. Raises UnknownValue.
    """
    return _counted(_hypervisor_devices(vmi))


def _counted(names: Iterator[str]) -> dict[str, Quantity]:
    counts = sorted(Counter(names).items())
    return {name: Quantity(count * 10**9) for name, count in counts}


def _hypervisor_devices(vmi: Vmi) -> Iterator[str]:
    spec, own = vmi.spec, "devices.kubevirt.io"
    yield f"{own}/kvm"
    if vmi.interfaces or vmi.attaches_pod_network:
        yield f"{own}/tun"
    if any(interface.string("model") in (None, "", "virtio") for interface in vmi.interfaces):
        yield f"{own}/vhost-net"
    if spec.boolean("domain.devices.autoattachVSOCK") and vmi.release >= (0, 59):
        yield f"{own}/vhost-vsock"


def _guest_devices(vmi: Vmi) -> Iterator[str]:
    spec, own = vmi.spec, "devices.kubevirt.io"
    if spec.has("domain.launchSecurity.sev"):
        yield f"{own}/sev"
    if spec.has("domain.launchSecurity.tdx") and vmi.release >= (1, 9):
        yield f"{own}/tdx"
    disks = spec.each("domain.devices.disks")
    if vmi.release >= (1, 0) and any(disk.boolean("lun.reservation") for disk in disks):
        yield f"{own}/pr-helper"
    for kind in ("gpus", "hostDevices"):
        for device in spec.each(f"domain.devices.{kind}"):
            name = device.string("deviceName")
            # One that a resource claim allocates is no device plugin's.
            if name and not device.has("claimRequest"):
                yield name


def ephemeral_storage(vmi: Vmi) -> tuple[Quantity, Quantity | None]:
    """Request and limit of the node's disk: what the VMI says, and virt-launcher's own share."""
    request, limit = (
        vmi.spec.quantity(f"domain.resources.{kind}.{EPHEMERAL_STORAGE}")
        for kind in ("requests", "limits")
    )
    return _with_files(request) or _LAUNCHER_FILES, _with_files(limit)


def _with_files(asked: Quantity | None) -> Quantity | None:
    return None if asked is None else Quantity(asked.nano + _LAUNCHER_FILES.nano, asked.notation)
