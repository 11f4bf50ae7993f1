"""What the user says the cluster is, and the settings of KubeVirt objects among the manifests."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster, read_cluster
from rtlint.kubevirt.hyperconverged import read_hyperconverged
from rtlint.kubevirt.unknown import unknown_value
from rtlint.limits import Limits
from rtlint.project.files import Named, Unusable, read_bytes
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rtlint.platform.model import Known, Platform

# Kind -> its group, and what reads the settings from it.
_CLUSTER_KINDS = {
    "KubeVirt": ("kubevirt.io", read_cluster),
    "HyperConverged": ("hco.kubevirt.io", read_hyperconverged),
}
CLUSTER_GROUPS = frozenset(group for group, _ in _CLUSTER_KINDS.values())


class Target(NamedTuple):
    """The cluster as the user names it: its settings, and the objects of its platform."""

    cluster: Cluster
    platform: Platform


def load_cluster(path: str) -> Target:
    """The cluster that a file describes, in one document or several.

    Raises Unusable, with file and line, where it holds no object that counts, a second KubeVirt
    object, or a setting that cannot be read.
    """
    try:
        data = read_bytes(Named(path, explicit=True), Limits().file_size)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    except Unreadable as problem:
        raise Unusable(f"{path}: {problem.message}") from None
    return cluster_in(path, data)


def cluster_in(path: str, data: bytes) -> Target:
    """As `load_cluster`, of what was read; `path` is what messages call it."""
    from rtlint.platform.model import Platform
    from rtlint.platform.read import read_objects

    try:
        source = Source(path, decode(data))
    except Unreadable as problem:
        raise Unusable(f"{path}:1: {problem.message}") from None
    found: list[Object] = []
    others: list[Known] = []
    for document in compose(source.text):
        if isinstance(document, Unreadable):
            line = source.position(min(document.offset or 0, len(source.text))).line
            raise Unusable(f"{path}:{line}: {document.message}")
        found += filter(is_cluster, objects(source, document, CLUSTER_GROUPS))
        others += read_objects(source, (document,))
    if not found and not others:
        raise Unusable(
            f"{path}:1: the file holds no KubeVirt object, nor another of the platform; "
            "`kubectl get kubevirt -A -o yaml` prints the cluster's"
        )
    kinds: set[str] = set()
    for obj in found:
        if obj.kind in kinds:
            line = source.position(obj.node.start).line
            raise Unusable(f"{path}:{line}: a second {obj.kind} object; a cluster has only one")
        kinds.add(obj.kind)

    def fail(message: str) -> None:
        raise Unusable(message)

    platform = Platform((*known_clusters(found, fail), *others), is_named=True)
    return Target(platform.cluster or Cluster(), platform)


def known_clusters(found: Iterable[Object], note: Callable[[str], None]) -> Iterator[Known]:
    """KubeVirt and HyperConverged objects as the platform's; `note` is told why one has no say."""
    from rtlint.platform.read import known

    for obj in filter(is_cluster, found):
        try:
            yield known(obj, _CLUSTER_KINDS[obj.kind][1](obj.data))
        except UnknownValue as unknown:
            note(unknown_value(obj, unknown.path))
            yield known(obj)


def is_cluster(obj: Object) -> bool:
    return _CLUSTER_KINDS.get(obj.kind, ("", None))[0] == obj.group
