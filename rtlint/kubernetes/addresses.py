"""Addresses, as Go's library and KubeVirt read them.

Source: golang/go, net.ParseMAC, net.ParseIP; kubevirt/kubevirt, pkg/util/hardware/hw_utils.go
(ParsePciAddress).
"""

from __future__ import annotations

import re

_MAC = "|".join(
    (
        *(rf"[0-9a-f]{{2}}(?:{by}[0-9a-f]{{2}}){{{n - 1}}}" for n in (6, 8, 20) for by in ":-"),
        *(rf"[0-9a-f]{{4}}(?:\.[0-9a-f]{{4}}){{{n // 2 - 1}}}" for n in (6, 8, 20)),
    )
)
_PCI = r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]"


def mac_length(text: str) -> int | None:
    """How many bytes a MAC address has: 6, 8 or 20. None where it is malformed."""
    if re.fullmatch(_MAC, text, re.IGNORECASE | re.ASCII) is None:
        return None
    return sum(character not in ":-." for character in text) // 2


def is_pci_address(text: str) -> bool:
    """Whether it is one such as `0000:81:00.1`."""
    return re.fullmatch(_PCI, text, re.IGNORECASE | re.ASCII) is not None


def is_ip(text: str, v4: bool = False) -> bool:
    """Whether it is an IP address; with `v4` one of version 4, also as a part of version 6."""
    from ipaddress import IPv4Address, ip_address

    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return True
    # Go has no zones here.
    return "%" not in text and not (v4 and address.ipv4_mapped is None)
