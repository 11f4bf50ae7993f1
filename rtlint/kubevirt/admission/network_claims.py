"""The webhook's checks of networks that resource claims give, from v1.9.

Source: kubevirt/kubevirt, pkg/network/admitter/dra.go, v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.admission.interfaces import INTERFACES, NETWORKS, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_CLAIM = ("claimName", "requestName")


def of_networks(vmi: Vmi) -> Iterator[Cause]:
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
