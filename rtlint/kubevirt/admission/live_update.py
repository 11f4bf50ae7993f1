"""What the webhook of a VirtualMachine refuses beside what that of its VMI does: live updates.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vms-admitter.go,
validateLiveUpdateFeatures (v1.0.0 to v1.9.0), and from v1.3.0 pkg/liveupdate/memory,
ValidateLiveUpdateMemory.
"""

from __future__ import annotations

from itertools import islice

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import known
from rtlint.kubevirt.hotplug import live_update as updates_live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.quantity import Quantity
    from rtlint.kubevirt.admission.vmi import Cause, Vmi
    from rtlint.kubevirt.releases import Release

_MOST_SOCKETS = "domain.cpu.maxSockets"
_GUEST, _MOST = "domain.memory.guest", "domain.memory.maxGuest"
_FEATURES = "liveUpdateFeatures"
_TOO_MANY_SOCKETS = "Number of sockets in CPU topology is greater than the maximum sockets allowed"
_CPU_RESOURCES = (
    "Configuration of CPU resource requirements is not allowed when CPU live update is enabled"
)
_MEMORY_LIMIT = "domain.resources.limits.memory"
_MEMORY_LIMITS = "Configuration of Memory limits is not allowed when Memory live update is enabled"
_MIB, _GIB = 2**20, 2**30


def live_update(vmi: Vmi) -> Iterator[Cause]:
    """validateLiveUpdateFeatures"""
    if vmi.release < (1, 0):
        return
    for check in _CHECKS_BEFORE if vmi.release < (1, 2) else _CHECKS:
        yield from known(check, vmi)


def _of_features(vmi: Vmi, check: str, message: str) -> Cause:
    path = f"{vmi.machine_path}.{_FEATURES}"
    return vmi.cause_of_object(check, path, message)


def _features_gate(vmi: Vmi) -> Iterator[Cause]:
    assert vmi.machine is not None
    gate = "VMLiveUpdateFeatures"
    if vmi.machine.has(_FEATURES) and vmi.lacks(gate):
        message = f"{gate} feature gate is not enabled in kubevirt-config"
        yield _of_features(vmi, "live-update-gate", message)._replace(gate=gate)


def _sockets_in_template(vmi: Vmi) -> Iterator[Cause]:
    """v1.0 and v1.1 take it from `liveUpdateFeatures`, and in the template from nobody"""
    if vmi.written.unsigned(_MOST_SOCKETS):
        message = "CPU topology maxSockets cannot be set directy in VM template"
        yield vmi.cause("live-update-sockets", _MOST_SOCKETS, message)


def _cpu_features(vmi: Vmi) -> Iterator[Cause]:
    assert vmi.machine is not None
    path = f"{_FEATURES}.cpu"
    asks = vmi.machine.has(_FEATURES if vmi.release >= (1, 1) else path)
    if asks and vmi.machine.has("instancetype"):
        told = "Live update features cannot be used when instance type is configured"
        yield _of_features(vmi, "live-update-instancetype", told)
    if not vmi.machine.has(path):
        return
    most = vmi.machine.unsigned(f"{path}.maxSockets")
    if vmi.machine.has(f"{path}.maxSockets") and vmi.spec.unsigned("domain.cpu.sockets") > most:
        yield _of_features(vmi, "sockets-above-max", _TOO_MANY_SOCKETS)
    if _has_cpu_resources(vmi):
        yield _of_features(vmi, "live-update-cpu", _CPU_RESOURCES)


def _has_cpu_resources(vmi: Vmi) -> bool:
    return any(vmi.spec.has(f"domain.resources.{kind}.cpu") for kind in ("requests", "limits"))


def _memory_features(vmi: Vmi) -> Iterator[Cause]:
    assert vmi.machine is not None
    if vmi.release < (1, 1):
        return
    if vmi.written.has(_MOST):
        message = "Memory maxGuest cannot be set directy in VM template"
        yield vmi.cause("live-update-memory", _MOST, message)
    path = f"{_FEATURES}.memory.maxGuest"
    if not vmi.machine.has(path):
        return
    if vmi.spec.has(_MEMORY_LIMIT):
        yield _of_features(vmi, "live-update-memory", _MEMORY_LIMITS)
    for field, message in _against_hotplug(vmi, vmi.machine.quantity(path)):
        if field == _MOST:
            at = f"{vmi.machine_path}.{path}"
            named = f"{vmi.machine_path}.{_FEATURES}.MaxGuest"
            yield vmi.cause_of_object("live-update-memory", at, message, named)
        else:
            yield vmi.cause("live-update-memory", field, message)


def _cpu_hotplug(vmi: Vmi) -> Iterator[Cause]:
    """validateLiveUpdateCPU; v1.2 refuses more that is soon taken back"""
    assert vmi.machine is not None
    if not updates_live(vmi.release, vmi.cluster):
        return
    if vmi.release < (1, 2, 1) and vmi.machine.has("instancetype"):
        told = "Cannot configure instance type when the vmRolloutStrategy is LiveUpdate"
        path = f"{vmi.machine_path}.instancetype"
        yield vmi.cause_of_object("live-update-instancetype", path, told)
    if 0 < vmi.spec.unsigned(_MOST_SOCKETS) < vmi.spec.unsigned("domain.cpu.sockets"):
        yield vmi.cause("sockets-above-max", "domain.cpu.sockets", _TOO_MANY_SOCKETS)
    if vmi.release < (1, 2, 2) and _has_cpu_resources(vmi):
        yield vmi.cause("live-update-cpu", "domain.resources", _CPU_RESOURCES)


def _memory_hotplug(vmi: Vmi) -> Iterator[Cause]:
    if not updates_live(vmi.release, vmi.cluster) or not vmi.written.has(_MOST):
        return
    causes = (
        vmi.cause("live-update-memory", _MOST, message, field)
        for field, message in _against_hotplug(vmi, vmi.spec.quantity(_MOST))
    )
    if vmi.release < (1, 3):
        if vmi.release < (1, 2, 1) and vmi.spec.has(_MEMORY_LIMIT):
            yield vmi.cause("live-update-memory", _MEMORY_LIMIT, _MEMORY_LIMITS, "domain.resources")
        yield from causes
    # From v1.3 it stops at the first reason, and names one field for all.
    for cause in islice(causes, 1) if vmi.release >= (1, 3) else ():
        yield cause._replace(field=vmi.name(_GUEST))


def _volumes_strategy(vmi: Vmi) -> Iterator[Cause]:
    """In v1.3 and v1.4"""
    assert vmi.machine is not None
    field = "updateVolumesStrategy"
    strategy = vmi.machine.string(field) if (1, 3) <= vmi.release < (1, 5) else None
    if strategy is None or not updates_live(vmi.release, vmi.cluster):
        return
    gates = ("VolumesUpdateStrategy", *(("VolumeMigration",) if strategy == "Migration" else ()))
    for gate in filter(vmi.lacks, gates):
        message = f"{gate} feature gate is not enabled in kubevirt-config"
        path = f"{vmi.machine_path}.{field}"
        yield vmi.cause_of_object("volumes-strategy-gate", path, message, field)._replace(gate=gate)


def _against_hotplug(vmi: Vmi, most: Quantity | None) -> Iterator[tuple[str, str]]:
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
    yield from _sizes(vmi, most)
    architectures = ("amd64", "arm64") if _takes_arm64(vmi.release) else ("amd64",)
    if vmi.spec.string("architecture") not in architectures:
        named = " and ".join({"amd64": "x86_64"}.get(name, name) for name in architectures)
        yield "architecture", f"Memory hotplug is only available for {named} VMs"
    guest = vmi.spec.quantity(_GUEST)
    if vmi.release >= (1, 3, 1) and guest is not None and guest.value < _GIB:
        told = "Memory hotplug is only available for VMs with at least 1Gi of guest memory"
        yield _GUEST, told


def _sizes(vmi: Vmi, most: Quantity | None) -> Iterator[tuple[str, str]]:
    guest = vmi.spec.quantity(_GUEST)
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


def _takes_arm64(release: Release) -> bool:
    """From v1.3.0, taken back in v1.5.3 and v1.6.1"""
    return (1, 3) <= release < (1, 5, 3) or (1, 6) <= release < (1, 6, 1)


_CHECKS_BEFORE = (_features_gate, _sockets_in_template, _cpu_features, _memory_features)
_CHECKS = (_cpu_hotplug, _memory_hotplug, _volumes_strategy)
