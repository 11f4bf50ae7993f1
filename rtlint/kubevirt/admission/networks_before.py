"""The webhook's checks of networks and their interfaces, to v1.2.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go and network.go (the functions that the checks name), v0.47.1 to v1.2.2.
"""

from __future__ import annotations

from itertools import islice

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission import bindings
from rtlint.kubevirt.admission import interfaces as one
from rtlint.kubevirt.admission import networks as later
from rtlint.kubevirt.admission.interfaces import INTERFACES, NETWORKS, by_name, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_MOST = 256


def too_many_disks(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVirtualMachineInstanceSpec looks at nothing more where a list is too long"""
    if vmi.release < (1, 3):
        yield from _too_many(vmi, "domain.devices.disks", "volumes")


def too_many(vmi: Vmi) -> Iterator[Cause]:
    """Nor where there are more than enough interfaces"""
    if vmi.release >= (1, 3):
        return
    yield from _too_many(vmi, INTERFACES, NETWORKS)
    pods = pod_networks(vmi)
    if len(pods) > 1:
        yield later.two_pod_networks(vmi, pods[1])._replace(is_last=True)


def _too_many(vmi: Vmi, *lists: str) -> Iterator[Cause]:
    for path in lists:
        if len(vmi.spec.items(path)) > _MOST:
            message = f"{vmi.name(path)} list exceeds the {_MOST} element limit in length"
            yield vmi.cause("too-many", path, message)._replace(is_last=True)
            return


def pod_networks(vmi: Vmi) -> list[int]:
    """getNumberOfPodInterfaces: the indexes of the pod networks that an interface is on"""
    names = {name_of(interface) for interface in vmi.spec.each(INTERFACES)}
    networks = enumerate(vmi.spec.each(NETWORKS))
    return [i for i, network in networks if network.has("pod") and name_of(network) in names]


def of_networks(vmi: Vmi) -> Iterator[Cause]:
    """From validateNetworks to validateInterfaceBinding"""
    if vmi.release >= (1, 3):
        return
    for check in (_networks, _main_networks, _interfaces, _multiqueue, _assigned):
        yield from known(check, vmi)
    # Which network the VM has by default counts there; the states came with v1.0.
    if vmi.release >= (1, 0):
        yield from known(later.states, vmi)
    if vmi.release >= (1, 1):
        for i, interface in enumerate(vmi.spec.each(INTERFACES)):
            yield from known(bindings.plugin_and_method, vmi, i, interface)


def _networks(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworks"""
    for i, network in enumerate(vmi.spec.each(NETWORKS)):
        for check in (later.types, later.multus_name):
            yield from known(check, vmi, i, network)


def _main_networks(vmi: Vmi) -> Iterator[Cause]:
    networks = vmi.spec.each(NETWORKS)
    pods = [i for i, network in enumerate(networks) if network.has("pod")]
    defaults = [i for i, network in enumerate(networks) if network.boolean("multus.default")]
    yield from later.main_networks(vmi, pods, defaults)


def _interfaces(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworksMatchInterfaces"""
    networks = by_name(vmi)
    names: set[str] = set()
    port_names: set[str] = set()
    boot_orders = one.disk_boot_orders(vmi)
    for i, interface in enumerate(vmi.spec.each(INTERFACES)):
        name = name_of(interface)
        network = networks.get(name)
        yield from known(_binding, vmi, i, interface, network)
        if name in names:
            yield later.same_network(vmi, i)
        names.add(name)
        yield from known(one.name_format, vmi, i, interface)
        if network is not None and network.has("pod"):
            yield from known(one.ports, vmi, i, interface, port_names)
        for check in (one.model, one.mac):
            yield from known(check, vmi, i, interface)
        yield from known(one.boot_order, vmi, i, interface, boot_orders)
        for check in (one.pci, one.private_options, one.ntp_servers):
            yield from known(check, vmi, i, interface)


def _binding(vmi: Vmi, i: int, interface: Fields, network: Fields | None) -> Iterator[Cause]:
    """validateInterfaceNetworkBasics: the first reason of these"""
    if network is None:
        yield later.without_network(vmi, i, name_of(interface))
        return
    checks = (_slirp, bindings.masquerade, bindings.bridge, _macvtap, _passt, _plugin)
    causes = (cause for check in checks for cause in known(check, vmi, i, interface, network))
    yield from islice(causes, 1)


def _slirp(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    if interface.has("slirp"):
        yield from bindings.slirp(vmi, i, network)


def _macvtap(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    if interface.has("macvtap"):
        if vmi.lacks("Macvtap"):
            yield bindings.without_gate(vmi, i, "macvtap", "Macvtap")
        yield from bindings.without_multus(vmi, i, network)


def _passt(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    if vmi.release < (0, 56) or not interface.has("passt"):
        return
    if vmi.lacks("Passt"):
        yield bindings.without_gate(vmi, i, "passt", "Passt")
    yield from bindings.without_pod(vmi, i, network, "Passt", "passt")
    if len(vmi.spec.items(INTERFACES)) > 1:
        told = "Passt interface is only supported as the single interface of the VMI"
        path = f"{INTERFACES}[{i}].passt"
        yield vmi.cause("passt-single", path, told, f"{INTERFACES}[{i}].name")


def _plugin(vmi: Vmi, i: int, interface: Fields, network: Fields) -> Iterator[Cause]:
    if vmi.release >= (1, 1):
        yield from bindings.plugin(vmi, i, interface, network)


def _multiqueue(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworkInterfaceMultiqueue, to v0.56"""
    path = "domain.devices.networkInterfaceMultiqueue"
    if vmi.release >= (0, 57) or not vmi.spec.boolean(path):
        return
    models = [interface.string("model") or "virtio" for interface in vmi.spec.each(INTERFACES)]
    may_be_none = vmi.release >= (0, 53, 2)
    if "virtio" not in models and (models or not may_be_none):
        told = "virtio-net multiqueue request, but there are no virtio interfaces defined"
        yield vmi.cause("multiqueue", path, told)


def _assigned(vmi: Vmi) -> Iterator[Cause]:
    """validateNetworksAssignedToInterfaces"""
    names = {name_of(interface) for interface in vmi.spec.each(INTERFACES)}
    before = set()
    for i, network in enumerate(vmi.spec.each(NETWORKS)):
        name = name_of(network)
        if name in before:
            yield later.duplicate(vmi, i, name)
        before.add(name)
        if name not in names:
            yield later.without_interface(vmi, i, name)
