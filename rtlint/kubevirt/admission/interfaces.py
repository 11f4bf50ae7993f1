"""The webhook's checks of one network interface by itself: name, model, addresses, ports, DHCP.

Source: kubevirt/kubevirt, to v1.2 admitters/vmi-create-admitter.go, from v1.3 pkg/network/admitter/
netiface.go; the functions that the checks name.
"""

from __future__ import annotations

from itertools import pairwise

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

INTERFACES, NETWORKS = "domain.devices.interfaces", "networks"
NO_NETWORK = Fields({})
_MODELS = {
    "virtio": (0, 47),
    "e1000": (0, 47),
    "e1000e": (0, 47),
    "ne2k_pci": (0, 47),
    "pcnet": (0, 47),
    "rtl8139": (0, 47),
    "igb": (1, 4),
}
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_PROTOCOLS = ("TCP", "UDP")
_OPTIONS = range(224, 255)
_MOST_RANGES = 10


def name_of(item: Fields) -> str:
    return item.string("name") or ""


def by_name(vmi: Vmi) -> dict[str, Fields]:
    """The networks; of two with one name the last, as in Go's maps."""
    return {name_of(network): network for network in vmi.spec.each(NETWORKS)}


def name_format(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    """validateInterfaceNameFormat"""
    name = name_of(interface)
    if not name or not _LETTERS.issuperset(name):
        told = "Network interface name can only contain alphabetical characters, numbers, dashes"
        message = f"{told} (-) or underscores (_)"
        yield vmi.cause("interface-name", f"{INTERFACES}[{i}].name", message)


def model(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    """validateInterfaceModel"""
    written = interface.string("model")
    models = tuple(model for model, since in _MODELS.items() if vmi.release >= since)
    if written and written not in models:
        named = vmi.name(f"{INTERFACES}[{i}].name")
        message = f"interface {named} uses model {written} that is not supported."
        cause = vmi.cause("interface-model", f"{INTERFACES}[{i}].model", message)
        yield cause.with_allowed(written, models)


def mac(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    """validateMacAddress"""
    written = interface.string("macAddress")
    if not written:
        return
    from rtlint.kubernetes.addresses import mac_length

    length = mac_length(written)
    if length == 6:
        return
    if length is None:
        told = f"malformed MAC address ({written})"
    elif vmi.release >= (1, 3):
        told = f"too long MAC address ({written})"
    else:
        told = f"MAC address ({written}) that is too long"
    named = vmi.name(f"{INTERFACES}[{i}].name")
    cause = vmi.cause(
        "interface-mac", f"{INTERFACES}[{i}].macAddress", f"interface {named} has {told}."
    )
    yield cause._replace(instead="Write six bytes, such as `02:00:00:00:00:01`.")


def pci(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    """validatePciAddress"""
    written = interface.string("pciAddress")
    if not written:
        return
    from rtlint.kubernetes.addresses import is_pci_address

    if not is_pci_address(written):
        named = vmi.name(f"{INTERFACES}[{i}].name")
        message = f"interface {named} has malformed PCI address ({written})."
        cause = vmi.cause("interface-pci", f"{INTERFACES}[{i}].pciAddress", message)
        yield cause._replace(instead="Write it as `0000:81:00.1`.")


def ports(vmi: Vmi, i: int, interface: Fields, names: set[str]) -> Iterator[Cause]:
    """validatePortConfiguration, of an interface on the pod network

    `names` are those of ports before; from v1.3 a name has to be unique in its interface alone.
    """
    ports = [
        (f"{INTERFACES}[{i}].ports[{n}]", port) for n, port in enumerate(interface.each("ports"))
    ]
    names_first = vmi.release >= (1, 3)
    for path, port in ports if names_first else ():
        yield from known(_port_name, vmi, path, port, names)
    for path, port in ports:
        for check in (_port_number, _port_protocol):
            yield from known(check, vmi, path, port)
        if not names_first:
            yield from known(_port_name, vmi, path, port, names)


def _port_name(vmi: Vmi, path: str, port: Fields, names: set[str]) -> Iterator[Cause]:
    name = name_of(port)
    if not name:
        return
    from rtlint.kubernetes.names import is_port_name

    if name in names:
        message = f"Duplicate name of the port: {name}"
        yield vmi.cause("interface-port-duplicate", f"{path}.name", message)
    if not is_port_name(name):
        cause = vmi.cause(
            "interface-port-name", f"{path}.name", f"Invalid name of the port: {name}"
        )
        told = "Write up to 15 lower-case letters, digits and single hyphens."
        yield cause._replace(instead=told)
    names.add(name)


def _port_number(vmi: Vmi, path: str, port: Fields) -> Iterator[Cause]:
    number = port.integer("port") or 0
    # To v1.8 the words and the check differ by one.
    field, most = (f"{path}.port", 65535) if vmi.release >= (1, 9) else (path, 65536)
    if number == 0:
        yield vmi.cause("interface-port", f"{path}.port", "Port field is mandatory.", field)
    elif not 0 < number <= most:
        message = "Port field must be in range 0 < x < 65536."
        yield vmi.cause("interface-port", f"{path}.port", message, field)


def _port_protocol(vmi: Vmi, path: str, port: Fields) -> Iterator[Cause]:
    written = port.string("protocol")
    if written and written not in _PROTOCOLS:
        yield _protocol(vmi, path, written)


def _protocol(vmi: Vmi, path: str, written: str) -> Cause:
    message = "Unknown protocol, only TCP or UDP allowed"
    cause = vmi.cause("interface-protocol", f"{path}.protocol", message)
    return cause.with_allowed(written, _PROTOCOLS)


def port_ranges(vmi: Vmi, i: int, interface: Fields, on_pod_network: bool) -> Iterator[Cause]:
    """validatePortRangesConfiguration, from v1.9"""
    if vmi.release < (1, 9) or not interface.has("portRanges"):
        return
    path, field = f"{INTERFACES}[{i}].portRanges", f"{INTERFACES}[{i}].name"
    gate = "PortRangesSpec"
    if vmi.lacks(gate):
        told = f"portRanges is specified on interface but the {gate} feature gate is not enabled"
        yield vmi.cause("interface-port-ranges", path, told, field)._replace(gate=gate)
        return
    if not on_pod_network:
        return
    if interface.has("ports"):
        told = "Cannot define both ports and portRanges on interface"
        yield vmi.cause("interface-ports-and-ranges", path, told, field)
    if not interface.has("masquerade"):
        told = "portRanges are only supported on masquerade interfaces"
        yield vmi.cause("interface-port-ranges", path, told, field)
    yield from _ranges(vmi, path, interface.each("portRanges"))


def _ranges(vmi: Vmi, path: str, ranges: list[Fields]) -> Iterator[Cause]:
    """validateForwardPortRanges"""
    if len(ranges) > _MOST_RANGES:
        message = f"No more than {_MOST_RANGES} portRanges are allowed"
        yield vmi.cause("interface-port-ranges", path, message)
        return
    taken: dict[str, list[tuple[int, int]]] = {protocol: [] for protocol in _PROTOCOLS}
    for n, one in enumerate(ranges):
        protocol = one.string("protocol") or ""
        start, end = one.integer("start") or 0, one.integer("end") or 0
        check, at = "interface-port-range", f"{path}[{n}]"
        if protocol not in _PROTOCOLS:
            yield _protocol(vmi, at, protocol)
        elif not 0 < start < 65536:
            told = "Start must be a valid port number, 0 < x < 65536"
            yield vmi.cause(check, f"{at}.start", told)
        elif not 0 < end < 65536:
            yield vmi.cause(check, f"{at}.end", "End must be a valid port number, 0 < x < 65536")
        elif start > end:
            yield vmi.cause(check, f"{at}.start", "Start must be less than or equal to end")
        else:
            taken[protocol].append((start, end))
    for protocol, spans in taken.items():
        spans.sort()
        for (first, last), (start, end) in pairwise(spans):
            if start <= last:
                both = f"[{first}-{last}] and [{start}-{end}]"
                yield vmi.cause(
                    "interface-port-overlap", path, f"{protocol} portRanges {both} overlap"
                )


def private_options(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    """validateDHCPExtraOptions; to v1.2 nothing is checked after options that stand twice"""
    path = f"{INTERFACES}[{i}].dhcpOptions.privateOptions"
    options = [
        option.integer("option") or 0 for option in interface.each("dhcpOptions.privateOptions")
    ]
    before = vmi.release < (1, 3)
    if len(set(options)) < len(options):
        you = "You" if vmi.release < (0, 58) else "you"
        told = f"Found Duplicates: {you} have provided duplicate DHCPPrivateOptions"
        cause = vmi.cause("interface-dhcp-duplicate", path, told)._replace(field=vmi.prefix)
        yield cause._replace(is_last=before and all(n in _OPTIONS for n in options))
    wrong = [n for n, option in enumerate(options) if option not in _OPTIONS]
    for n in wrong:
        told = "provided DHCPPrivateOptions are out of range, must be in range 224 to 254"
        cause = vmi.cause("interface-dhcp-option", f"{path}[{n}].option", told)
        is_last = before and len(set(options)) < len(options) and n == wrong[-1]
        yield cause._replace(field=vmi.prefix, is_last=is_last)


def ntp_servers(vmi: Vmi, i: int, interface: Fields) -> Iterator[Cause]:
    """validateDHCPNTPServersAreValidIPv4Addresses"""
    path = "dhcpOptions.ntpServers"
    for n in range(len(interface.items(path))):
        try:
            server = interface.string(f"{path}[{n}]") or ""
        except UnknownValue:
            continue
        from rtlint.kubernetes.addresses import is_ip

        if not is_ip(server, v4=True):
            message = "NTP servers must be a list of valid IPv4 addresses."
            yield vmi.cause("interface-ntp", f"{INTERFACES}[{i}].{path}[{n}]", message)


def boot_order(vmi: Vmi, i: int, interface: Fields, taken: set[int]) -> Iterator[Cause]:
    """validateInterfaceBootOrder; `taken` are the orders of the devices before"""
    if not interface.has("bootOrder"):
        return
    order = interface.integer("bootOrder") or 0
    path = f"{INTERFACES}[{i}].bootOrder"
    if order < 1:
        # It names the spec as if that were the list.
        at = f"{vmi.prefix}[{i}]"
        cause = vmi.cause("boot-order", path, f"{at} must have a boot order > 0, if supplied")
        yield cause._replace(field=f"{at}.bootOrder")
        return
    if order in taken:
        told = f"Boot order for {vmi.name(path)} already set for a different device."
        yield vmi.cause("boot-order-duplicate", path, told)
    taken.add(order)


def disk_boot_orders(vmi: Vmi) -> set[int]:
    disks = vmi.spec.each("domain.devices.disks")
    return {disk.integer("bootOrder") or 0 for disk in disks if disk.has("bootOrder")}


def boot_orders(vmi: Vmi) -> Iterator[Cause]:
    """validateInterfaceBootOrder, from v1.3 after that of the disks"""
    if vmi.release >= (1, 3):
        taken = disk_boot_orders(vmi)
        for i, interface in enumerate(vmi.spec.each(INTERFACES)):
            yield from known(boot_order, vmi, i, interface, taken)
