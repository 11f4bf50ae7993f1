"""Which CPUs the kubelets of a run's files keep for the node's own processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubernetes.objects import plain
from rtlint.kubevirt.conversion.host import parse_cpulist
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.limits import Limits

# Kind -> where it says so. Of a PerformanceProfile the operator makes the kubelet's setting
# (openshift/cluster-node-tuning-operator, kubeletconfig.go).
_PATHS = {
    "KubeletConfiguration": "reservedSystemCPUs",
    "KubeletConfig": "spec.kubeletConfig.reservedSystemCPUs",
    "PerformanceProfile": "spec.cpu.reserved",
}


def reserved_cpus(data: bytes, limits: Limits) -> frozenset[tuple[int, ...]]:
    """Each set of CPUs, ascending, that an object of the file reserves.

    What cannot be read reserves nothing: it is for others to tell.
    """
    try:
        documents = list(compose(decode(data), limits=limits))
    except Unreadable:
        return frozenset()
    roots = (plain(each.root) for each in documents if not isinstance(each, Unreadable))
    return frozenset(cpus for root in roots for item in _items(root) for cpus in _reserved(item))


def _items(root: Any) -> Iterator[dict[str, Any]]:
    """The object, or those of a List or Template."""
    if not isinstance(root, dict):
        return
    yield root
    for member in ("items", "objects"):
        if isinstance(root.get(member), list):
            for item in root[member]:
                yield from _items(item)


def _reserved(item: dict[str, Any]) -> Iterator[tuple[int, ...]]:
    kind = item.get("kind")
    path = _PATHS.get(kind) if isinstance(kind, str) else None
    try:
        text = Fields(item).string(path) if path else None
        if text:
            yield parse_cpulist(text)
    except (UnknownValue, ValueError):
        return
