"""The webhook's checks of CPUs: resources, pinning, NUMA, realtime, hotplug."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission import memory
from rtlint.kubevirt.admission.vmi import text, value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

REQUEST = "domain.resources.requests.cpu"
LIMIT = "domain.resources.limits.cpu"
DEDICATED = "domain.cpu.dedicatedCpuPlacement"
PASSTHROUGH = "domain.cpu.numa.guestMappingPassthrough"
THREADS = "domain.cpu.threads"

_FEATURE_POLICIES = frozenset({"", "force", "require", "optional", "disable", "forbid"})
# GetEmulatedMachines: patterns that end in a star, by architecture.
_MACHINES = {
    "amd64": ("q35*", "pc-q35*"),
    "arm64": ("virt*",),
    "s390x": ("s390-ccw-virtio*",),
    "ppc64le": ("pseries*",),
}


def machine_type(vmi: Vmi) -> Iterator[Cause]:
    """validateEmulatedMachine"""
    written = vmi.spec.string("domain.machine.type")
    allowed = _MACHINES.get(architecture_of(vmi))
    if not written or allowed is None:
        return
    if "/" in written or not written.startswith(tuple(name[:-1] for name in allowed)):
        path = "domain.machine.type"
        listed = " ".join(allowed)
        message = f"{vmi.name(path)} is not supported: {written} (allowed values: [{listed}])"
        yield vmi.cause("machine-type", path, message)


def architecture_of(vmi: Vmi) -> str:
    """To v0.59 a VM has no architecture of its own."""
    return vmi.spec.string("architecture") or vmi.cluster.architecture


def request_negative(vmi: Vmi) -> Iterator[Cause]:
    """validateCPURequestNotNegative"""
    request = vmi.spec.quantity(REQUEST)
    if request is not None and request.nano < 0:
        message = f"{vmi.name(REQUEST)} '{request}': must be greater than or equal to 0."
        yield vmi.cause("cpu-negative", vmi.source(REQUEST, LIMIT), message, REQUEST)


def limit_negative(vmi: Vmi) -> Iterator[Cause]:
    """validateCPULimitNotNegative"""
    limit = vmi.spec.quantity(LIMIT)
    if limit is not None and limit.nano < 0:
        message = f"{vmi.name(LIMIT)} '{limit}': must be greater than or equal to 0."
        yield vmi.cause("cpu-negative", LIMIT, message)


def request_above_limit(vmi: Vmi) -> Iterator[Cause]:
    """validateCpuRequestDoesNotExceedLimit"""
    request, limit = vmi.spec.quantity(REQUEST), vmi.spec.quantity(LIMIT)
    if request is not None and limit is not None and 0 < limit.milli < request.milli:
        told = f"{vmi.name(REQUEST)} '{text(request)}'"
        message = f"{told} is greater than {vmi.name(LIMIT)} '{text(limit)}'"
        yield vmi.cause("cpu-request-above-limit", REQUEST, message)


def pinning(vmi: Vmi) -> Iterator[Cause]:
    """validateCpuPinning: what dedicated CPUs need"""
    if not vmi.dedicated():
        return
    for check in (
        memory.missing_for_dedicated,
        _request_not_whole,
        _limit_not_whole,
        memory.request_not_limit,
        _request_not_limit,
        _resources_not_vcpus,
        _threads_of_architecture,
        _threads_of_a_core,
    ):
        yield from known(check, vmi)


def _request_not_whole(vmi: Vmi) -> Iterator[Cause]:
    yield from _not_whole(vmi, REQUEST, "provided resources CPU requests must be an interger")


def _limit_not_whole(vmi: Vmi) -> Iterator[Cause]:
    yield from _not_whole(vmi, LIMIT, "provided resources CPU limits must be an interger")


def _not_whole(vmi: Vmi, path: str, message: str) -> Iterator[Cause]:
    cpus = vmi.spec.quantity(path)
    if cpus is not None and cpus.value > 0 and cpus.value * 1000 != cpus.milli:
        yield vmi.cause("cpu-not-whole", vmi.source(path, LIMIT), message, path)


def _request_not_limit(vmi: Vmi) -> Iterator[Cause]:
    """validateRequestEqualsLimitOnDedicatedCPUPlacement"""
    request, limit = value(vmi.spec.quantity(REQUEST)), value(vmi.spec.quantity(LIMIT))
    if request > 0 and limit > 0 and request != limit:
        named = f"{vmi.name(REQUEST)} or {vmi.name(LIMIT)}"
        message = f"{named} must be equal when DedicatedCPUPlacement is true "
        yield vmi.cause("cpu-request-not-limit", REQUEST, message, DEDICATED)


def _resources_not_vcpus(vmi: Vmi) -> Iterator[Cause]:
    """validateRequestOrLimitWithCoresProvidedOnDedicatedCPUPlacement"""
    request, limit = value(vmi.spec.quantity(REQUEST)), value(vmi.spec.quantity(LIMIT))
    if (request > 0 or limit > 0) and vmi.vcpus() not in (request, limit):
        message = (
            f"{vmi.name(REQUEST)} or {vmi.name(LIMIT)} must not be provided at the same time "
            f"with {vmi.name('domain.cpu.cores')} when DedicatedCPUPlacement is true "
        )
        yield vmi.cause("cpu-not-vcpus", vmi.source(REQUEST, LIMIT), message, DEDICATED)


def _threads_of_architecture(vmi: Vmi) -> Iterator[Cause]:
    """validateThreadCountOnArchitecture"""
    threads = vmi.spec.unsigned(THREADS)
    if vmi.release >= (1, 1) and threads > 1 and architecture_of(vmi) == "arm64":
        path = "architecture"
        told = f"threads must not be greater than 1 at {vmi.name(THREADS)} (got {threads})"
        yield vmi.cause("threads", THREADS, f"{told} when {vmi.name(path)} is arm64", path)


def _threads_of_a_core(vmi: Vmi) -> Iterator[Cause]:
    """validateThreadCountOnDedicatedCPUPlacement"""
    threads = vmi.spec.unsigned(THREADS)
    if threads > 2:
        message = (
            f"Not more than two threads must be provided at {vmi.name(THREADS)} (got {threads}) "
            "when DedicatedCPUPlacement is true"
        )
        yield vmi.cause("threads", THREADS, message, DEDICATED)


def numa(vmi: Vmi) -> Iterator[Cause]:
    """validateNUMA: what NUMA passthrough needs"""
    if not vmi.present(PASSTHROUGH):
        return
    for check in (_numa_gate, _numa_without_dedicated, _numa_without_hugepages):
        yield from known(check, vmi)


def _numa_gate(vmi: Vmi) -> Iterator[Cause]:
    if vmi.lacks("NUMA"):
        told = "NUMA feature gate is not enabled in kubevirt-config, invalid entry"
        cause = vmi.cause("numa-gate", PASSTHROUGH, f"{told} {vmi.name(PASSTHROUGH)}")
        yield cause._replace(gate="NUMA")


def _numa_without_dedicated(vmi: Vmi) -> Iterator[Cause]:
    if not vmi.dedicated():
        message = f"{vmi.name(DEDICATED)} must be set to true when {_strategy(vmi)}"
        yield vmi.cause("numa-dedicated", PASSTHROUGH, message)


def _numa_without_hugepages(vmi: Vmi) -> Iterator[Cause]:
    if not vmi.present(memory.HUGEPAGES):
        message = f"{vmi.name(memory.HUGEPAGES)} must be requested when {_strategy(vmi)}"
        yield vmi.cause("numa-hugepages", PASSTHROUGH, message)


def _strategy(vmi: Vmi) -> str:
    return f"NUMA topology strategy is set in {vmi.name(PASSTHROUGH)}"


def isolated_emulator_thread(vmi: Vmi) -> Iterator[Cause]:
    """validateCPUIsolatorThread"""
    path = "domain.cpu.isolateEmulatorThread"
    if vmi.spec.boolean(path) and not vmi.dedicated():
        message = (
            "IsolateEmulatorThread should be only set in combination with DedicatedCPUPlacement"
        )
        yield vmi.cause("isolate-dedicated", path, message)


def features(vmi: Vmi) -> Iterator[Cause]:
    """validateCPUFeaturePolicies"""
    for i, feature in enumerate(vmi.spec.items("domain.cpu.features")):
        yield from known(_feature, vmi, i, feature)


def _feature(vmi: Vmi, index: int, feature: Any) -> Iterator[Cause]:
    policy = Fields(feature).string("policy") or ""
    if policy not in _FEATURE_POLICIES:
        name = Fields(feature).string("name") or ""
        message = f"CPU feature {name} uses policy {policy} that is not supported."
        yield vmi.cause("cpu-feature-policy", f"domain.cpu.features[{index}].policy", message)


def sockets_above_maximum(vmi: Vmi) -> Iterator[Cause]:
    """validateCPUHotplug"""
    sockets = vmi.spec.unsigned("domain.cpu.sockets")
    if 0 < vmi.spec.unsigned("domain.cpu.maxSockets") < sockets:
        told = "Number of sockets in CPU topology is greater than the maximum sockets allowed"
        yield vmi.cause("sockets-above-max", "domain.cpu.sockets", told)


def realtime(vmi: Vmi) -> Iterator[Cause]:
    """validateRealtime"""
    if not vmi.present("domain.cpu.realtime"):
        return
    for check in (_realtime_without_dedicated, _realtime_without_numa):
        yield from known(check, vmi)


def _realtime_without_dedicated(vmi: Vmi) -> Iterator[Cause]:
    if not vmi.dedicated():
        told = f"{vmi.name(DEDICATED)} must be set to true when"
        message = f"{told} {vmi.name('domain.cpu.realtime')} is used"
        yield vmi.cause("realtime-dedicated", DEDICATED, message)


def _realtime_without_numa(vmi: Vmi) -> Iterator[Cause]:
    if not vmi.present(PASSTHROUGH):
        told = f"{vmi.name(PASSTHROUGH)} must be defined when"
        message = f"{told} {vmi.name('domain.cpu.realtime')} is used"
        yield vmi.cause("realtime-numa", PASSTHROUGH, message)
