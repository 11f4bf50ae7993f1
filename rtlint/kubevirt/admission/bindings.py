"""The webhook's checks of how interfaces are bound to networks, from v1.3 on.

Source: kubevirt/kubevirt, pkg/network/admitter (binding.go, slirp.go, macvtap.go, passt.go,
discontinued.go), v1.3.0 to v1.9.0. What was before is in networks_before.py.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields
from rtlint.kubevirt.admission.interfaces import (
    INTERFACES,
    NO_NETWORK,
    by_name,
    name_of,
)
from rtlint.kubevirt.admission.vmi import about, of_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

# Field -> what it is called, of the bindings that v1.3 discontinued. Each but slirp has a feature
# gate of the same name.
_DISCONTINUED = {"slirp": "Slirp", "passt": "Passt", "macvtap": "Macvtap"}
_METHODS = ("bridge", "slirp", "masquerade", "sriov", "macvtap", "passt")


def of_interfaces(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfaceBinding"""
    networks = by_name(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        network = networks.get(name_of(interface), NO_NETWORK)
        yield from of_item(_BINDINGS, vmi, i, interface, network)


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


_BINDINGS = (
    about(_methods),
    about(masquerade, "masquerade"),
    about(bridge, "bridge"),
    about(plugin, "binding"),
    about(_macvtap, "macvtap"),
    about(_passt, "passt", "passtBinding"),
)


def of_slirp(vmi: Vmi) -> Iterator[Cause]:
    """validateSlirpBinding, to v1.5"""
    if vmi.release >= (1, 6):
        return
    networks = by_name(vmi)
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
