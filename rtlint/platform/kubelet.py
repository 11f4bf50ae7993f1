"""What the files of a run say of its kubelets: which CPUs these give out, and which they keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubernetes.objects import plain
from rtlint.kubevirt.conversion.host import read_cpulist
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.ids import Ids
    from rtlint.limits import Limits

_OPTION = "cpuManagerPolicyOptions.full-pcpus-only"
# Kind -> where it says which CPUs it reserves. Of a PerformanceProfile the operator makes the
# kubelet's setting (openshift/cluster-node-tuning-operator, kubeletconfig.go).
_RESERVED = {
    "KubeletConfiguration": "reservedSystemCPUs",
    "KubeletConfig": "spec.kubeletConfig.reservedSystemCPUs",
    "PerformanceProfile": "spec.cpu.reserved",
}
_EXPERIMENTAL = 'metadata.annotations["kubeletconfig.experimental"]'


class Kubelets(NamedTuple):
    """What files say of kubelets. `give_out_whole_cores`: they refuse a pod half a core.

    `reserved` are the sets of CPUs that they keep for the node's own processes.
    """

    give_out_whole_cores: bool
    reserved: frozenset[Ids]


def read_kubelets(data: bytes, limits: Limits) -> Kubelets:
    """What a file, or a piece of it, says of kubelets; what cannot be read is for others to tell.

    The option `full-pcpus-only` stands in a KubeletConfiguration or a KubeletConfig. A
    PerformanceProfile turns it on with the topology policy single-numa-node; the annotation
    `kubeletconfig.experimental` has the last word (openshift/cluster-node-tuning-operator,
    kubeletconfig.go).
    """
    items = list(_objects(data, limits))
    return Kubelets(
        any(_refuses(Fields(item)) for item in items),
        frozenset(cpus for item in items for cpus in _reserved(item)),
    )


def _objects(data: bytes, limits: Limits) -> Iterator[dict[str, Any]]:
    """The objects of a file, those of a List or Template too; none where it cannot be read."""
    try:
        documents = list(compose(decode(data), limits=limits))
    except Unreadable:
        return
    for document in documents:
        if isinstance(document, Document):
            yield from _items(plain(document.root))


def _items(root: Any) -> Iterator[dict[str, Any]]:
    """The object, or those of a List or Template."""
    if not isinstance(root, dict):
        return
    yield root
    for member in ("items", "objects"):
        if isinstance(root.get(member), list):
            for item in root[member]:
                yield from _items(item)


def _refuses(item: Fields) -> bool:
    try:
        kind = item.string("kind")
        if kind == "KubeletConfiguration":
            return _is_on(item, _OPTION)
        if kind == "KubeletConfig":
            return _is_on(item, f"spec.kubeletConfig.{_OPTION}")
        if kind == "PerformanceProfile":
            said = _experimental(item)
            if said.has(_OPTION):
                return _is_on(said, _OPTION)
            return item.string("spec.numa.topologyPolicy") == "single-numa-node"
    except UnknownValue:
        pass
    return False


def _experimental(profile: Fields) -> Fields:
    """What the annotation says, which holds a KubeletConfiguration as JSON."""
    try:
        return Fields(json.loads(profile.string(_EXPERIMENTAL) or "{}"))
    except ValueError:
        return Fields({})


def _is_on(item: Fields, path: str) -> bool:
    # The kubelet wants a string; what it makes of an unquoted true is another rule's.
    try:
        return item.string(path) == "true"
    except UnknownValue:
        return item.boolean(path) is True


def _reserved(item: dict[str, Any]) -> Iterator[Ids]:
    kind = item.get("kind")
    path = _RESERVED.get(kind) if isinstance(kind, str) else None
    try:
        text = Fields(item).string(path) if path else None
        if text:
            yield read_cpulist(text)
    except (UnknownValue, ValueError):
        return
