"""The webhook's checks of networks and their interfaces, from v1.3 on.

Source: kubevirt/kubevirt, pkg/network/admitter (validator.go and the functions that the checks
name), v1.3.0 to v1.9.0. What was before is in networks_before.py.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission import bindings
from rtlint.kubevirt.admission import interfaces as one
from rtlint.kubevirt.admission.interfaces import (
    INTERFACES,
    NETWORKS,
    NO_NETWORK,
    by_name,
    name_of,
)
from rtlint.kubevirt.admission.vmi import about, of_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi


def of_networks(vmi: Vmi) -> Iterator[Cause]:
    """Validator.Validate"""
    if vmi.release < (1, 3):
        return
    for check in (
        _main_networks,
        _types,
        _multus_names,
        states,
        bindings.of_interfaces,
        bindings.of_slirp,
        duplicates,
        _claims,
        _without_interface,
        _interfaces_of_one_network,
        _without_network,
        _fields,
    ):
        yield from known(check, vmi)


def twice(vmi: Vmi) -> Iterator[Cause]:
    """From v1.5 the webhook of a VMI says it all twice (SpecValidators)"""
    if vmi.release >= (1, 5):
        yield from of_networks(vmi)


def _main_networks(vmi: Vmi) -> Iterator[Cause]:
    """validateSinglePodNetwork"""
    networks = vmi.spec.each(NETWORKS)
    pods = [i for i, network in enumerate(networks) if network.has("pod")]
    defaults = [i for i, network in enumerate(networks) if network.boolean("multus.default")]
    if len(pods) > 1:
        yield two_pod_networks(vmi, pods[1])
    yield from main_networks(vmi, pods, defaults)


def two_pod_networks(vmi: Vmi, i: int) -> Cause:
    told = f"more than one interface is connected to a pod network in {vmi.name('interfaces')}"
    return vmi.cause("pod-network-duplicate", f"{NETWORKS}[{i}].pod", told, "interfaces")


def main_networks(vmi: Vmi, pods: list[int], defaults: list[int]) -> Iterator[Cause]:
    """What is said of the indexes of the pod networks and of Multus' default networks."""
    if len(defaults) > 1:
        told = "Multus CNI should only have one default network"
        path = f"{NETWORKS}[{defaults[1]}].multus.default"
        yield vmi.cause("multus-default-duplicate", path, told, NETWORKS)
    if pods and defaults:
        told = "Pod network cannot be defined when Multus default network is defined"
        yield vmi.cause("pod-and-multus-default", f"{NETWORKS}[{pods[0]}].pod", told, NETWORKS)


def _types(vmi: Vmi) -> Iterator[Cause]:
    """validateSingleNetworkSource"""
    for i, network in enumerate(vmi.spec.each(NETWORKS)):
        yield from known(types, vmi, i, network)


def types(vmi: Vmi, i: int, network: Fields) -> Iterator[Cause]:
    kinds = ("pod", "multus", "resourceClaim") if vmi.release >= (1, 9) else ("pod", "multus")
    count = sum(map(network.has, kinds))
    if count != 1:
        told = "should have only one network type" if count else "should have a network type"
        cause = vmi.cause("network-type", f"{NETWORKS}[{i}]", told)
        yield cause if count else cause._replace(instead="Write `pod: {}`, or `multus`.")


def _multus_names(vmi: Vmi) -> Iterator[Cause]:
    """validateMultusNetworkSource: it stops at the first"""
    for i, network in enumerate(vmi.spec.each(NETWORKS)):
        causes = of_item(_MULTUS, vmi, i, network)
        if causes:
            yield causes[0]
            return


def multus_name(vmi: Vmi, i: int, network: Fields) -> Iterator[Cause]:
    if network.has("multus") and not network.string("multus.networkName"):
        told = "CNI delegating plugin must have a networkName"
        path = f"{NETWORKS}[{i}].multus.networkName"
        yield vmi.cause("network-name", path, told, f"{NETWORKS}[{i}]")


def states(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfaceStateValue"""
    main = next(
        (
            name_of(network)
            for network in vmi.spec.each(NETWORKS)
            if network.has("pod") or network.boolean("multus.default")
        ),
        None,
    )
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        yield from of_item(_STATE, vmi, i, interface, main)


def state(vmi: Vmi, i: int, interface: Fields, main: str | None) -> Iterator[Cause]:
    """`main` is the name of the network that the VM has by default, if any"""
    written = interface.string("state")
    if not written:
        return
    path, name = f"{INTERFACES}[{i}].state", name_of(interface)
    links = ("up", "down") if vmi.release >= (1, 5) else ()
    if written not in ("absent", *links):
        told = f"logical {name} interface state value is unsupported: {written}"
        cause = vmi.cause("interface-state", path, told)
        yield cause.with_allowed(written, (*links, "absent"))
    told = f'"{name}" interface\'s state "{written}"'
    if written in links and interface.has("sriov"):
        yield vmi.cause("interface-state", path, f"{told} is not supported for SR-IOV NICs")
    if written == "absent" and not interface.has("bridge"):
        yield vmi.cause("interface-state", path, f"{told} is supported only for bridge binding")
    if written == "absent" and main == name:
        yield vmi.cause("interface-state", path, f"{told} is not supported on default networks")


def duplicates(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworkNameUnique"""
    names = set()
    for i, network in enumerate(vmi.spec.each(NETWORKS)):
        name = name_of(network)
        if name in names:
            yield duplicate(vmi, i, name)
        names.add(name)


def duplicate(vmi: Vmi, i: int, name: str) -> Cause:
    told = f'Network with name "{name}" already exists, every network must have a unique name'
    return vmi.cause("network-duplicate", f"{NETWORKS}[{i}].name", told)


def _claims(vmi: Vmi) -> Iterator[Cause]:
    if any(network.has("resourceClaim") for network in vmi.spec.each(NETWORKS)):
        from rtlint.kubevirt.admission import network_claims

        yield from network_claims.of_networks(vmi)


def _without_interface(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworksAssignedToInterfaces"""
    names = {name_of(interface) for interface in vmi.spec.each(INTERFACES)}
    for i, network in enumerate(vmi.spec.each(NETWORKS)):
        if name_of(network) not in names:
            yield without_interface(vmi, i, name_of(network))


def without_interface(vmi: Vmi, i: int, name: str) -> Cause:
    path = f"{NETWORKS}[{i}].name"
    return vmi.cause("network-without-interface", path, f"{vmi.name(path)} '{name}' not found.")


def _interfaces_of_one_network(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfaceNameUnique"""
    names = set()
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        name = name_of(interface)
        if name in names:
            yield same_network(vmi, i)
        names.add(name)


def same_network(vmi: Vmi, i: int) -> Cause:
    told = "Only one interface can be connected to one specific network"
    return vmi.cause("interface-duplicate", f"{INTERFACES}[{i}].name", told)


def _without_network(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfacesAssignedToNetworks"""
    networks = by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        if name_of(interface) not in networks:
            yield without_network(vmi, i, name_of(interface))


def without_network(vmi: Vmi, i: int, name: str) -> Cause:
    path = f"{INTERFACES}[{i}].name"
    return vmi.cause("interface-without-network", path, f"{vmi.name(path)} '{name}' not found.")


def _fields(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfacesFields"""
    networks = by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        yield from of_item(_FORMATS, vmi, i, interface)
        on_pod_network = networks.get(name_of(interface), NO_NETWORK).has("pod")
        if on_pod_network:
            yield from of_item(_PORTS, vmi, i, interface, set())
        yield from of_item(_PORT_RANGES, vmi, i, interface, on_pod_network)
        yield from of_item(_OPTIONS, vmi, i, interface)


_MULTUS = (about(multus_name, "multus"),)
_STATE = (about(state, "state"),)
_FORMATS = (
    about(one.name_format),
    about(one.model, "model"),
    about(one.mac, "macAddress"),
    about(one.pci, "pciAddress"),
)
_PORTS = (about(one.ports, "ports"),)
_PORT_RANGES = (about(one.port_ranges, "portRanges"),)
_OPTIONS = (about(one.private_options, "dhcpOptions"), about(one.ntp_servers, "dhcpOptions"))
