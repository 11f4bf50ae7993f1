"""Which VMs get network cards by way of a SriovNetworkNodePolicy."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.platform.model import Known, Platform, Vm

# What the operator writes on the network that it makes, as `openshift.io/NAME`.
_RESOURCE = 'metadata.annotations["k8s.v1.cni.cncf.io/resourceName"]'


def vms_on(platform: Platform, resource: str) -> list[Vm]:
    """The VMs with an SR-IOV interface on a network of a policy's resource.

    Only where the run has the network: a SriovNetwork, or the NetworkAttachmentDefinition itself.
    """
    networks = set(_networks(platform, resource))
    return [vm for vm in platform.vms if any(_is_among(each, networks) for each in vm.sriov)]


def _is_among(wanted: tuple[str, str], networks: set[tuple[str, str]]) -> bool:
    """Whether a network is one of these; a namespace that nobody says may be any."""
    namespace, name = wanted
    return any(
        name == theirs and (namespace == where or not namespace or not where)
        for where, theirs in networks
    )


def _networks(platform: Platform, resource: str) -> Iterator[tuple[str, str]]:
    for known in platform.of("SriovNetwork", "NetworkAttachmentDefinition"):
        try:
            if _resource(known) == resource:
                fields = Fields(known.data)
                namespace = fields.string("spec.networkNamespace") if _is_made(known) else None
                yield namespace or fields.string("metadata.namespace") or "", known.name
        except UnknownValue:
            continue


def _resource(network: Known) -> str | None:
    """The resource that a network is of, without the operator's prefix. Raises UnknownValue."""
    fields = Fields(network.data)
    if _is_made(network):
        return fields.string("spec.resourceName")
    return (fields.string(_RESOURCE) or "").rpartition("/")[2]


def _is_made(network: Known) -> bool:
    """Whether the operator makes the NetworkAttachmentDefinition of it."""
    return network.kind == "SriovNetwork"
