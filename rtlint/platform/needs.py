"""Which VMs an object of the platform has to carry, and how findings name them."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields
from rtlint.platform.capacity import labels
from rtlint.platform.pools import is_elsewhere, nodes_of, nodes_of_kubelet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.platform.model import Known, Place, Platform, Vm
    from rtlint.platform.pools import Nodes

GATES = "spec.configuration.developerConfiguration.featureGates"
_SHOWN = 5


def few(vms: Sequence[Vm]) -> str:
    """The VMs in words: the first, and how many more there are."""
    more = f" and {len(vms) - 1} more" if len(vms) > 1 else ""
    return f"{vms[0].title}{more}"


def places(vms: Iterable[Vm], why: str) -> tuple[tuple[str, Place], ...]:
    """The first of the VMs as related places of a finding."""
    return tuple((f"{vm.title} {why}", vm.place) for vm, _ in zip(vms, range(_SHOWN), strict=False))


def may_land(selector: Mapping[str, str], known: Known) -> bool:
    """Whether a VM that selects these labels may be on the nodes of a profile, or on a Node.

    Of its nodes' labels a profile says only the one that it selects.
    """
    theirs = labels(known)
    if theirs is None:
        return True
    if known.kind == "Node":
        return all(theirs.get(label) == value for label, value in selector.items())
    return _agree(theirs, selector)


def _agree(some: Mapping[str, object], others: Mapping[str, object]) -> bool:
    """Whether labels that are among both have the same values."""
    return all(others.get(label, value) == value for label, value in some.items())


def on_profile(profile: Mapping[str, object], platform: Platform) -> list[Vm]:
    """The VMs that may be on the nodes of a profile."""
    wanted = Fields(profile).mapping("spec.nodeSelector")
    agreeing = [vm for vm in platform.vms if _agree(wanted, vm.selector)]
    return _not_elsewhere(agreeing, [nodes_of("PerformanceProfile", profile)], platform)


def on_kubelet(obj: Object, platform: Platform) -> list[Vm]:
    """The VMs that may be on the nodes whose kubelets an object configures."""
    is_of_pools = obj.kind == "KubeletConfig"
    those = nodes_of_kubelet(Fields(obj.data), platform) if is_of_pools else []
    return _not_elsewhere(platform.vms, those, platform)


def _not_elsewhere(vms: Iterable[Vm], those: list[Nodes], platform: Platform) -> list[Vm]:
    return [vm for vm in vms if not is_elsewhere(platform, vm.selector, those)]


def is_written_by_operator(obj: Object, platform: Platform) -> bool:
    """Whether a KubeVirt object is what HyperConverged's operator makes of its own."""
    return obj.kind == "KubeVirt" and bool(platform.of("HyperConverged"))


def gates(fields: Fields) -> list[str]:
    """The feature gates that a KubeVirt object lists. Raises UnknownValue."""
    return [fields.string(f"{GATES}[{i}]") or "" for i in range(len(fields.items(GATES)))]


def without(fields: Fields, path: str, index: int) -> list[Any]:
    """What is left of a list without one of its items."""
    return [item for i, item in enumerate(fields.items(path)) if i != index]


def further_gates(fields: Fields, *names: str) -> tuple[tuple[str, Any], ...]:
    """The fields to set, and what to, so that further feature gates are listed."""
    listed = len(fields.items(GATES))
    if not listed:
        return ((GATES, list(names)),)
    return tuple((f"{GATES}[{listed + i}]", name) for i, name in enumerate(names))
