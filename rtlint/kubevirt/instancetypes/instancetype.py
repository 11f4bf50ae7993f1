"""What an instancetype sets in a VMI spec.

Source: kubevirt/kubevirt, pkg/instancetype/apply: measured on v1.9.0, but for GPUs, host devices
and launch security, which are *read*.
"""

from __future__ import annotations

import struct

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubernetes.plain import value_at
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.instancetypes.origin import Setting
from rtlint.kubevirt.instancetypes.topology import topology

if TYPE_CHECKING:
    from collections.abc import Iterator

# Instancetype -> VMI spec. `maxSockets` is the only one that overwrites what the VM says.
COPIED = {
    "nodeSelector": "nodeSelector",
    "schedulerName": "schedulerName",
    "cpu.model": "domain.cpu.model",
    "cpu.dedicatedCPUPlacement": "domain.cpu.dedicatedCpuPlacement",
    "cpu.isolateEmulatorThread": "domain.cpu.isolateEmulatorThread",
    "cpu.numa": "domain.cpu.numa",
    "cpu.realtime": "domain.cpu.realtime",
    "cpu.maxSockets": "domain.cpu.maxSockets",
    "memory.hugepages": "domain.memory.hugepages",
    "memory.maxGuest": "domain.memory.maxGuest",
    "ioThreadsPolicy": "domain.ioThreadsPolicy",
    "ioThreads.supplementalPoolThreadCount": "domain.ioThreads.supplementalPoolThreadCount",
    "launchSecurity": "domain.launchSecurity",
    "gpus": "domain.devices.gpus",
    "hostDevices": "domain.devices.hostDevices",
}
_BILLION = 10**9


def settings(instancetype: object, preference: object) -> Iterator[Setting]:
    """What the instancetype sets, `preference` having a say in the CPU topology.

    Both are specs in the shape of v1beta1. Where `cpu` or `memory` as a whole cannot be told, the
    VMI's is PLACEHOLDER as a whole: nobody knows whether it is realtime.
    """
    for part in ("cpu", "memory"):
        if not isinstance(value_at(instancetype, part), dict | None):
            yield Setting(f"domain.{part}", PLACEHOLDER, part)
    for theirs, ours in COPIED.items():
        value = value_at(instancetype, theirs)
        if value is not None and value not in ("", []):
            yield Setting(ours, value, theirs)
    counts = topology(value_at(instancetype, "cpu.guest"), preference)
    for name, count in counts.items():
        # A count of 0 is the same as none to KubeVirt: the field is left out of what it writes.
        if count:
            yield Setting(f"domain.cpu.{name}", count, "cpu.guest")
    yield from _memory(instancetype)


def _memory(instancetype: object) -> Iterator[Setting]:
    guest = value_at(instancetype, "memory.guest")
    # The API requires it, so a spec without it is not the one that the cluster has.
    yield Setting("domain.memory.guest", PLACEHOLDER if guest is None else guest, "memory.guest")
    percent = value_at(instancetype, "memory.overcommitPercent")
    if percent is not None and not (type(percent) is int and percent <= 0):
        request = _overcommitted(guest, percent)
        yield Setting("domain.resources.requests.memory", request, "memory.overcommitPercent")


def _overcommitted(guest: object, percent: object) -> object:
    """The memory request, by `percent` less than the guest's memory; a quantity's text."""
    quantity = parse_quantity(guest)
    if quantity is None or type(percent) is not int or percent > 100:
        return PLACEHOLDER
    share = _float32(1 - _float32(_float32(percent) / 100))
    size = int(_float32(_float32(quantity.value) * share))
    return str(Quantity(size * _BILLION, quantity.notation))


def _float32(number: float) -> float:
    """The nearest float32: KubeVirt computes the request in that, and rounds by up to 256 bytes
    at 4Gi."""
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return rounded
