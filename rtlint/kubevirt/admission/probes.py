"""The webhook's checks of readiness and liveness probes.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go (the functions that the checks name), v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_PROBES = ("readinessProbe", "livenessProbe")
_HANDLERS = ("httpGet", "tcpSocket", "exec", "guestAgentPing")
_OVER_NETWORK = ("httpGet", "tcpSocket")


def probes(vmi: Vmi) -> Iterator[Cause]:
    """validateProbe"""
    for path in _PROBES:
        yield from known(_handlers, vmi, path)


def _handlers(vmi: Vmi, path: str) -> Iterator[Cause]:
    if not vmi.present(path):
        return
    count = sum(vmi.spec.has(f"{path}.{handler}") for handler in _HANDLERS)
    named = vmi.name(path)
    if count > 1:
        yield vmi.cause("probe-handlers", path, f"{named} must have exactly one probe type set")
    elif count < 1:
        given = f"{named}.tcpSocket, {named}.exec or {named}.httpGet"
        message = f"either {given} must be set if a {named} is specified"
        yield vmi.cause("probe-handlers", path, message)


def without_pod_network(vmi: Vmi) -> Iterator[Cause]:
    """appendStatusCauseForProbeNotAllowedWithNoPodNetworkPresent"""
    if not any(map(vmi.spec.has, _PROBES)) or _has_pod_network(vmi):
        return
    for probe in _PROBES:
        for handler in _OVER_NETWORK:
            path = f"{probe}.{handler}"
            if vmi.spec.has(path):
                told = f"{vmi.name(path)} is only allowed if the Pod Network is attached"
                yield vmi.cause("probe-network", path, told)


def _has_pod_network(vmi: Vmi) -> bool:
    """LookupPodNetwork, to v1.4 getNumberOfPodInterfaces"""
    from rtlint.kubevirt.admission.networks_before import pod_networks

    networks = vmi.spec.each("networks")
    if not networks and not vmi.spec.items("domain.devices.interfaces"):
        is_attached = vmi.spec.boolean("domain.devices.autoattachPodInterface") is not False
        return vmi.is_defaulted and is_attached
    if vmi.release >= (1, 5):
        return any(network.has("pod") for network in networks)
    return bool(pod_networks(vmi))
