"""What the webhook of a VirtualMachine refuses beside what that of its VMI does: live updates.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vms-admitter.go,
validateLiveUpdateFeatures (v1.0.0 to v1.9.0), and from v1.3.0 pkg/liveupdate/memory,
ValidateLiveUpdateMemory.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from rtlint.kubevirt.hotplug import live_update as updates_live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_MOST_SOCKETS = "domain.cpu.maxSockets"
_GUEST, _MOST = "domain.memory.guest", "domain.memory.maxGuest"
_MIB, _GIB = 2**20, 2**30


def live_update(vmi: Vmi) -> Iterator[Cause]:
    """validateLiveUpdateFeatures"""
    yield from _set_in_template(vmi) if vmi.release < (1, 2) else _memory_hotplug(vmi)


def _set_in_template(vmi: Vmi) -> Iterator[Cause]:
    """v1.0 and v1.1 take these from `liveUpdateFeatures`, and in the template from nobody."""
    if vmi.release >= (1, 0) and vmi.written.unsigned(_MOST_SOCKETS):
        message = "CPU topology maxSockets cannot be set directy in VM template"
        yield vmi.cause("live-update-sockets", _MOST_SOCKETS, message)
    if vmi.release >= (1, 1) and vmi.written.has(_MOST):
        message = "Memory maxGuest cannot be set directy in VM template"
        yield vmi.cause("live-update-memory", _MOST, message)


def _memory_hotplug(vmi: Vmi) -> Iterator[Cause]:
    if not updates_live(vmi.release, vmi.cluster) or not vmi.written.has(_MOST):
        return
    causes = (
        vmi.cause("live-update-memory", _MOST, message, field)
        for field, message in _against_hotplug(vmi)
    )
    if vmi.release < (1, 3):
        yield from causes
    # From v1.3 it stops at the first reason, and names one field for all.
    for cause in islice(causes, 1) if vmi.release >= (1, 3) else ():
        yield cause._replace(field=vmi.name(_GUEST))


def _against_hotplug(vmi: Vmi) -> Iterator[tuple[str, str]]:
    """The field and the words of each reason, in the webhook's order."""
    not_with = "Memory hotplug is not compatible with"
    if vmi.present("domain.cpu.realtime"):
        yield "domain.cpu.realtime", f"{not_with} realtime VMs"
    if vmi.present("domain.cpu.numa.guestMappingPassthrough"):
        yield (
            "domain.cpu.numa.guestMappingPassthrough",
            f"{not_with} guest mapping passthrough",
        )
    if vmi.present("domain.launchSecurity"):
        yield "domain.launchSecurity", f"{not_with} encrypted VMs"
    if vmi.release < (1, 3):
        if vmi.dedicated():
            yield "domain.cpu.dedicatedCpuPlacement", f"{not_with} dedicated CPUs"
        if vmi.present("domain.memory.hugepages"):
            yield "domain.memory.hugepages", f"{not_with} hugepages"
    yield from _sizes(vmi)
    architectures = ("amd64", "arm64") if (1, 3) <= vmi.release < (1, 5) else ("amd64",)
    if vmi.spec.string("architecture") not in architectures:
        named = " and ".join({"amd64": "x86_64"}.get(name, name) for name in architectures)
        yield "architecture", f"Memory hotplug is only available for {named} VMs"
    guest = vmi.spec.quantity(_GUEST)
    if vmi.release >= (1, 3, 1) and guest is not None and guest.value < _GIB:
        told = "Memory hotplug is only available for VMs with at least 1Gi of guest memory"
        yield _GUEST, told


def _sizes(vmi: Vmi) -> Iterator[tuple[str, str]]:
    guest, most = vmi.spec.quantity(_GUEST), vmi.spec.quantity(_MOST)
    has_large_pages = vmi.spec.string("domain.memory.hugepages.pageSize") == "1Gi"
    block, named = (_GIB, "1Gi") if has_large_pages and vmi.release >= (1, 3) else (2 * _MIB, "2Mi")
    if guest is None:
        yield _GUEST, "Guest memory must be configured when memory hotplug is enabled"
    elif most is not None and guest.nano > most.nano:
        yield _GUEST, "Guest memory is greater than the configured maxGuest memory"
    elif guest.value % block:
        yield _GUEST, f"Guest memory must be {named} aligned"
    if most is not None and most.value % block:
        yield _MOST, f"MaxGuest must be {named} aligned"
