"""Objects of the platform, read: from a text with spans to what a run keeps of them."""

from __future__ import annotations

from sys import intern
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.objects import objects
from rtlint.platform.kubelet import gives_out_whole_cores
from rtlint.platform.model import Known, Place
from rtlint.platform.objects import SINGLE, is_of_platform
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.yaml.nodes import Document
    from rtlint.yaml.source import Source

_NO_GROUPS: frozenset[str] = frozenset()
# What findings about VMs point at.
_POINTED_AT = {"PerformanceProfile": ("spec.cpu.isolated", "spec.hugepages")}
_OF_THE_CPU = ".node.kubevirt.io/"
# Of these there may be thousands, or a disk's worth of content in one.
_KEPT = {
    "Node": ("metadata.name", "metadata.labels", "status.allocatable", "status.capacity"),
    "MachineConfig": ("metadata.labels", "spec.kernelType", "spec.kernelArguments"),
    "Tuned": (),
}


def read_objects(source: Source, documents: Iterable[Document | Unreadable]) -> Iterator[Known]:
    """The platform's objects of a file or a piece of it, without those of KubeVirt's own."""
    for document in documents:
        if not isinstance(document, Unreadable):
            for obj in objects(source, document, _NO_GROUPS, is_of_platform):
                if obj.kind not in SINGLE:
                    yield known(obj)


def known(obj: Object, cluster: Cluster | None = None) -> Known:
    """What a run keeps of an object; `cluster` are the settings that it makes."""
    fields = ("", *_POINTED_AT.get(obj.kind, ()))
    places = MappingProxyType({field: place(obj, field) for field in fields})
    data = _kept(obj.kind, obj.data)
    return Known(
        obj.kind, obj.name or "", data, places, cluster, gives_out_whole_cores(obj.kind, obj.data)
    )


def place(obj: Object, field: str = "") -> Place:
    """Where a field stands, or the object's name for ""."""
    span = obj.span(field or "metadata.name")
    position = obj.source.position
    return Place(obj.source.path, position(span.start), position(span.end))


def _kept(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    paths = _KEPT.get(kind)
    if paths is None:
        return data
    found: dict[str, Any] = {}
    for path in paths:
        top, _, name = path.partition(".")
        inner = data.get(top)
        if isinstance(inner, dict) and name in inner:
            found.setdefault(top, {})[name] = inner[name]
    labels = found.get("metadata", {}).get("labels")
    if kind == "Node" and isinstance(labels, dict):
        found["metadata"]["labels"] = _own_labels(labels)
    return found


def _own_labels(labels: dict[Any, Any]) -> dict[str, Any]:
    """A Node's labels without the hundreds that virt-handler says of its CPU."""
    return {
        intern(label): value
        for label, value in labels.items()
        if isinstance(label, str) and is_kept(label)
    }


def is_kept(label: str) -> bool:
    """Whether a Node's label is among those that a run keeps."""
    return _OF_THE_CPU not in label
