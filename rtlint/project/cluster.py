"""The cluster's KubeVirt object: in a file of its own, or among the manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster, read_cluster, read_hyperconverged
from rtlint.kubevirt.unknown import unknown_value
from rtlint.limits import Limits
from rtlint.project.files import Named, Unusable, read_bytes
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

# Kind -> its group, and what reads the settings from it.
_CLUSTER_KINDS = {
    "KubeVirt": ("kubevirt.io", read_cluster),
    "HyperConverged": ("hco.kubevirt.io", read_hyperconverged),
}
CLUSTER_GROUPS = frozenset(group for group, _ in _CLUSTER_KINDS.values())


def load_cluster(path: str) -> Cluster:
    """The settings of the one KubeVirt object in a file.

    Raises Unusable, with file and line, where there is none or more than one, or where a setting
    cannot be read.
    """
    try:
        data = read_bytes(Named(path, explicit=True), Limits().file_size)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    except Unreadable as problem:
        raise Unusable(f"{path}: {problem.message}") from None
    return cluster_in(path, data)


def cluster_in(path: str, data: bytes) -> Cluster:
    """As `load_cluster`, of what was read; `path` is what messages call it."""
    try:
        source = Source(path, decode(data))
    except Unreadable as problem:
        raise Unusable(f"{path}:1: {problem.message}") from None
    found: list[Object] = []
    for document in compose(source.text):
        if isinstance(document, Unreadable):
            line = source.position(min(document.offset or 0, len(source.text))).line
            raise Unusable(f"{path}:{line}: {document.message}")
        found += filter(is_cluster, objects(source, document, CLUSTER_GROUPS))
    if not found:
        raise Unusable(f"{path}:1: the file holds no KubeVirt object; give the cluster's own")
    if len(found) > 1:
        line = source.position(found[1].node.start).line
        raise Unusable(f"{path}:{line}: a second KubeVirt object; a cluster has only one")
    try:
        return _read(found[0])
    except UnknownValue as unknown:
        raise Unusable(unknown_value(found[0], unknown.path)) from None


def cluster_among(found: Iterable[Object]) -> tuple[Cluster, str | None]:
    """The settings of the one KubeVirt object of a run, and a note on those that do not count.

    Without one, and where it does not count, KubeVirt's own defaults: a folder may hold the
    objects of many clusters, or templates of them, and nobody named any.
    """
    clusters = list(filter(is_cluster, found))
    if len(clusters) > 1 and any(
        obj.data.get("spec") != clusters[0].data.get("spec") for obj in clusters
    ):
        note = (
            "the files hold several KubeVirt objects that disagree, so none counts; name one "
            "with --cluster"
        )
        return Cluster(), note
    try:
        return (_read(clusters[0]) if clusters else Cluster()), None
    except UnknownValue as unknown:
        why = unknown_value(clusters[0], unknown.path)
        return Cluster(), f"{why}, so the object does not count"


def is_cluster(obj: Object) -> bool:
    return _CLUSTER_KINDS.get(obj.kind, ("", None))[0] == obj.group


def _read(obj: Object) -> Cluster:
    return _CLUSTER_KINDS[obj.kind][1](obj.data)
