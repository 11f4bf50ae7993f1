"""The webhook's checks of networks and their interfaces, from v1.3 on.

Source: kubevirt/kubevirt, pkg/network/admitter (validator.go and the functions that the checks
name), v1.3.0 to v1.9.0. What was before is in networks_before.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission import interfaces as one
from rtlint.kubevirt.admission.interfaces import INTERFACES, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

NETWORKS = "networks"
_NO_NETWORK = Fields({})
# Field -> what it is called, of the bindings that v1.3 discontinued. Each but slirp has a feature
# gate of the same name.
_DISCONTINUED = {"slirp": "Slirp", "passt": "Passt", "macvtap": "Macvtap"}
_METHODS = ("bridge", "slirp", "masquerade", "sriov", "macvtap", "passt")


def of_networks(vmi: Vmi) -> Iterator[Cause]:
    """Validator.Validate"""
    if vmi.release < (1, 3):
        return
    for check in (
        _main_networks,
        _types,
        _multus_names,
        states,
        _bindings,
        _slirp,
        duplicates,
        _of_resource_claims,
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


def _by_name(vmi: Vmi) -> dict[str, Fields]:
    return {name_of(network): network for network in vmi.spec.each(NETWORKS)}


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
        causes = list(known(multus_name, vmi, i, network))
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
        yield from known(state, vmi, i, interface, main)


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


def _bindings(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfaceBinding"""
    networks = _by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        network = networks.get(name_of(interface), _NO_NETWORK)
        for check in (_methods, masquerade, bridge, plugin, _macvtap, _passt):
            yield from known(check, vmi, i, interface, network)


def _methods(vmi: Vmi, i: int, interface: Fields, _: Fields) -> Iterator[Cause]:
    """validateInterfaceBindingExists"""
    if vmi.release < (1, 9):
        yield from plugin_and_method(vmi, i, interface)
        return
    methods = ("bridge", "masquerade", "sriov", "passtBinding", "binding")
    if sum(map(interface.has, methods)) != 1:
        told = "interface must have exactly one binding method or binding plugin"
        cause = vmi.cause(
            "interface-binding", f"{INTERFACES}[{i}]", f"logical {name_of(interface)} {told}"
        )
        yield cause._replace(instead="Write one of `masquerade: {}`, `bridge: {}`, `sriov: {}`.")


def plugin_and_method(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    # From v1.8 the discontinued ones are refused before, and passt is back by another name.
    methods = (
        ("bridge", "masquerade", "sriov", "passtBinding") if vmi.release >= (1, 8) else _METHODS
    )
    if interface.has("binding") and any(map(interface.has, methods)):
        told = "interface cannot have both binding plugin and interface binding method"
        message = f"logical {name_of(interface)} {told}"
        yield vmi.cause("interface-binding", f"{INTERFACES}[{i}].binding", message)


def masquerade(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    if interface.has("masquerade"):
        yield from without_pod(vmi, i, network, "Masquerade", "masquerade")
        yield from reserved_mac(vmi, i, interface)


def without_pod(vmi: Vmi, i: int, network: Fields, named: str, binding: str) -> Iterator[Cause]:
    if not network.has("pod"):
        told = f"{named} interface only implemented with pod network"
        path = f"{INTERFACES}[{i}].{binding}"
        yield vmi.cause(f"{binding}-network", path, told, f"{INTERFACES}[{i}].name")


def reserved_mac(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    if interface.string("macAddress") == "02:00:00:00:00:00":
        told = "The requested MAC address is reserved for the in-pod bridge."
        path = f"{INTERFACES}[{i}].macAddress"
        yield vmi.cause("masquerade-mac", path, f"{told} Please choose another one.")


def bridge(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    if interface.has("bridge") and network.has("pod") and not vmi.cluster.bridge_on_pod_network:
        told = "Bridge on pod network configuration is not enabled under kubevirt-config"
        path = f"{INTERFACES}[{i}].bridge"
        yield vmi.cause("bridge-on-pod-network", path, told, f"{INTERFACES}[{i}].name")


def plugin(vmi: Vmi, i: int, interface: Fields, _: Fields) -> Iterator[Cause]:
    if interface.has("binding") and vmi.lacks("NetworkBindingPlugins"):
        yield without_gate(vmi, i, "binding", "NetworkBindingPlugins", "Binding plugins")


def without_gate(vmi: Vmi, i: int, binding: str, gate: str, named: str = "") -> Cause:
    told = f"{named or gate} feature gate is not enabled"
    path = f"{INTERFACES}[{i}].{binding}"
    return vmi.cause(f"{binding}-gate", path, told, f"{INTERFACES}[{i}].name")._replace(gate=gate)


def _macvtap(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    """validateMacvtapBinding, to v1.7; the gate is gone, so it can only be refused otherwise"""
    if vmi.release >= (1, 8) or not interface.has("macvtap"):
        return
    if "Macvtap" not in vmi.cluster.gates:
        yield without_gate(vmi, i, "macvtap", "Macvtap")._replace(gate="")
    yield from without_multus(vmi, i, network)


def without_multus(vmi: Vmi, i: int, network: Fields) -> Iterator[Cause]:
    if not network.has("multus"):
        told = "Macvtap interface only implemented with Multus network"
        path = f"{INTERFACES}[{i}].macvtap"
        yield vmi.cause("macvtap-network", path, told, f"{INTERFACES}[{i}].name")


def _passt(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    """validatePasstBinding: to v1.7 of `passt`, as macvtap; from v1.8 of `passtBinding`"""
    if vmi.release >= (1, 8):
        if interface.has("passtBinding"):
            if vmi.lacks("PasstBinding"):
                yield without_gate(vmi, i, "passtBinding", "PasstBinding")
            yield from without_pod(vmi, i, network, "PasstBinding", "passtBinding")
    elif interface.has("passt"):
        if "Passt" not in vmi.cluster.gates:
            yield without_gate(vmi, i, "passt", "Passt")._replace(gate="")
        yield from without_pod(vmi, i, network, "Passt", "passt")


def _slirp(vmi: Vmi) -> Iterator[Cause]:
    """validateSlirpBinding, to v1.5"""
    if vmi.release >= (1, 6):
        return
    networks = _by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        network = networks.get(name_of(interface))
        if interface.has("slirp") and network is not None:
            yield from slirp(vmi, i, network)


def slirp(vmi: Vmi, i: int, network: Fields) -> Iterator[Cause]:
    if not network.has("pod"):
        yield from without_pod(vmi, i, network, "Slirp", "slirp")
    elif not vmi.cluster.slirp:
        told = "Slirp interface is not enabled in kubevirt-config"
        path = f"{INTERFACES}[{i}].slirp"
        yield vmi.cause("slirp-permitted", path, told, f"{INTERFACES}[{i}].name")


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


def _of_resource_claims(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworkDevicesWithDRA, from v1.9"""
    networks = vmi.spec.each(NETWORKS)
    claims = [i for i, network in enumerate(networks) if network.has("resourceClaim")]
    if vmi.release < (1, 9) or not claims:
        return
    path = f"{NETWORKS}[{claims[0]}].resourceClaim"
    if vmi.lacks("NetworkDevicesWithDRA"):
        gate = "NetworkDevicesWithDRA"
        told = f"vmi.spec.networks contains DRA networks but {gate} feature gate is not enabled"
        yield vmi.cause("network-claim-gate", path, told, NETWORKS)._replace(gate=gate)
    elif any(network.has("multus") for network in networks):
        told = "mixing Multus and DRA resourceClaim networks in the same VMI is not supported"
        yield vmi.cause("network-claim-multus", path, told, NETWORKS)
    else:
        yield from _claims(vmi, {i: networks[i] for i in claims})


def _claims(vmi: Vmi, networks: dict[int, Fields]) -> Iterator[Cause]:
    interfaces = {
        name_of(interface): interface for interface in reversed(vmi.spec.each(INTERFACES))
    }
    defined = {name_of(claim) for claim in vmi.spec.each("resourceClaims")}
    firsts: dict[tuple[str, str], int] = {}
    for i, network in networks.items():
        path = f"{NETWORKS}[{i}].resourceClaim"
        interface = interfaces.get(name_of(network))
        if interface is not None and not interface.has("sriov") and not interface.has("binding"):
            told = (
                f'DRA network "{name_of(network)}" requires an SR-IOV or binding plugin interface'
            )
            yield vmi.cause("network-claim-interface", path, told, INTERFACES)
        claim, request = (network.string(f"resourceClaim.{key}") or "" for key in _CLAIM)
        for key, given in zip(_CLAIM, (claim, request), strict=True):
            if not given:
                told = f"{key} is required for DRA network"
                yield vmi.cause("network-claim", f"{path}.{key}", told)
        if not claim or not request:
            continue
        if claim not in defined:
            told = f'network references resourceClaim "{claim}" which is not defined in'
            yield vmi.cause("network-claim", f"{path}.claimName", f"{told} spec.resourceClaims")
        if firsts.setdefault((claim, request), i) != i:
            told = f'duplicate claimName/requestName combination "{claim}/{request}"'
            yield vmi.cause("network-claim-duplicate", path, told, f"{NETWORKS}[{i}]")


_CLAIM = ("claimName", "requestName")


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
    networks = _by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        if name_of(interface) not in networks:
            yield without_network(vmi, i, name_of(interface))


def without_network(vmi: Vmi, i: int, name: str) -> Cause:
    path = f"{INTERFACES}[{i}].name"
    return vmi.cause("interface-without-network", path, f"{vmi.name(path)} '{name}' not found.")


def _fields(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfacesFields"""
    networks = _by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        for check in (one.name_format, one.model, one.mac, one.pci):
            yield from known(check, vmi, i, interface)
        on_pod_network = networks.get(name_of(interface), _NO_NETWORK).has("pod")
        if on_pod_network:
            yield from known(one.ports, vmi, i, interface, set())
        yield from known(one.port_ranges, vmi, i, interface, on_pod_network)
        for check in (one.private_options, one.ntp_servers):
            yield from known(check, vmi, i, interface)


def discontinued(vmi: Vmi) -> Iterator[Cause]:
    """Validator.ValidateCreation"""
    if vmi.release < (1, 3):
        return
    bindings = _DISCONTINUED if vmi.release >= (1, 8) else ("slirp",)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        for binding in filter(interface.has, bindings):
            told = "interface support" if binding == "slirp" else "network binding"
            message = f"{_DISCONTINUED[binding]} {told} has been discontinued since v1.3"
            yield vmi.cause(f"{binding}-discontinued", f"{INTERFACES}[{i}].{binding}", message)


def discontinued_gates(vmi: Vmi) -> Iterator[Cause]:
    """ValidateFeatureGates: of gates that are on, and whose feature is gone, and is used"""
    if not _forgets_gates(vmi):
        yield from _of_gates(vmi)


def forgotten_gates(vmi: Vmi) -> Iterator[Cause]:
    """What is left of these to the webhook of a VirtualMachine's VMI"""
    if _forgets_gates(vmi):
        yield from _of_gates(vmi)


def _forgets_gates(vmi: Vmi) -> bool:
    # To v1.4.0 the webhook of a VirtualMachine writes over these reasons.
    return vmi.is_of_machine and vmi.release < (1, 4, 1)


def _of_gates(vmi: Vmi) -> Iterator[Cause]:
    if vmi.release < (1, 3):
        return
    for binding in ("passt", "macvtap"):
        gate = _DISCONTINUED[binding]
        for i, interface in enumerate(vmi.spec.each(INTERFACES)):
            if gate in vmi.cluster.gates and interface.has(binding):
                told = f"{gate} network binding is discontinued since v1.3. Please refer to"
                message = f"{told} Kubevirt user guide for alternatives."
                path = f"{INTERFACES}[{i}].{binding}"
                yield vmi.cause(f"{binding}-discontinued", path, message)._replace(field="")
                break
