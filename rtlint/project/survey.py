"""What a folder holds that a first configuration should know."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.releases import parse_release
from rtlint.limits import Limits
from rtlint.lint.part import template_in
from rtlint.lint.run import may_hold_objects, may_hold_platform, unescaped
from rtlint.lint.settings import Settings
from rtlint.platform.objects import is_foreign, is_of_platform
from rtlint.project.cluster import CLUSTER_GROUPS, cluster_in, is_cluster
from rtlint.project.discover import discover
from rtlint.project.files import Unusable, read_bytes
from rtlint.project.render import renderable
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.releases import Release
    from rtlint.project.files import Named


class Survey(NamedTuple):
    """`clusters` are the files with a KubeVirt object that can serve as `--cluster`, each with the
    release that it names; `platform` counts the objects of the cluster beside those; `charts` and
    `kustomizations` are folders.
    """

    vms: int
    clusters: dict[str, Release | None]
    platform: int
    charts: tuple[str, ...]
    kustomizations: tuple[str, ...]


def survey(folder: str) -> Survey:
    """Look through a folder; what cannot be read there is for `rtlint check` to say."""
    settings, vms, platform = Settings(), 0, 0
    clusters: dict[str, Release | None] = {}
    for file in discover((folder,)):
        for obj, data in _objects(file):
            if is_cluster(obj):
                try:
                    cluster_in(file.path, data)
                except Unusable:
                    continue
                clusters[file.path] = _release(obj.data)
            elif is_foreign(obj):
                platform += 1
            elif (vm := settings.workload(obj)) is not None and not vm.is_instancetype:
                vms += 1
    charts, kustomizations = renderable((folder,))
    return Survey(vms, clusters, platform, tuple(charts), tuple(kustomizations))


def _objects(file: Named) -> Iterator[tuple[Object, bytes]]:
    try:
        data = read_bytes(file, Limits().file_size)
        if not (may_hold_objects(data) or may_hold_platform(unescaped(data))):
            return
        source = Source(file.path, decode(data))
    except (OSError, Unreadable):
        return
    documents = tuple(compose(source.text))
    if template_in(source, documents) is not None:
        return
    for document in documents:
        if isinstance(document, Document):
            for obj in objects(source, document, GROUPS | CLUSTER_GROUPS, is_of_platform):
                yield obj, data


def _release(kubevirt: dict[str, Any]) -> Release | None:
    """The release that a KubeVirt object runs, or is to run, if rtlint knows it."""
    for part, field in (("status", "observedKubeVirtVersion"), ("spec", "imageTag")):
        values = kubevirt.get(part)
        named = values.get(field) if isinstance(values, dict) else None
        if isinstance(named, str):
            try:
                return parse_release(named)
            except ValueError:
                continue
    return None
