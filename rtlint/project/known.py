"""What the objects of a run say about each other: instancetypes, preferences, the cluster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.definitions import NONE, Definitions
from rtlint.limits import Limits
from rtlint.tuples import NamedTuple
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source, Unreadable, decode

# Compiling the pattern costs more than these take in a hundred files, of which few have one.
_WORDS = (b"Instancetype", b"Preference", b"KubeVirt", b"HyperConverged")
_KINDS = (
    rb"""kind["']?\s*:\s*["']?"""
    rb"(?:VirtualMachine(?:Cluster)?(?:Instancetype|Preference)|KubeVirt|HyperConverged)\b"
)


class Parsed(NamedTuple):
    """A file, or a piece of it, that was read before the linting began."""

    source: Source
    documents: tuple[Document | Unreadable, ...]


class Known(NamedTuple):
    """What counts for every object of the run; `cluster` is None where no file holds one."""

    definitions: Definitions = NONE
    cluster: Cluster | None = None


def may_tell_others(data: bytes) -> bool:
    """Whether a file, or a piece of it, may hold what others need to know."""
    return any(word in data for word in _WORDS) and re.search(_KINDS, data) is not None


def gives_out_whole_cores(data: bytes, limits: Limits) -> bool:
    """Whether a file, or a piece of it, makes kubelets refuse half a core."""
    # Nearly no file is worth a parser's time.
    profile = b"PerformanceProfile" in data and b"single-numa-node" in data
    if not profile and b"full-pcpus-only" not in data:
        return False
    from rtlint.platform import kubelet

    return kubelet.gives_out_whole_cores(data, limits)


def reserved_cpus(data: bytes, limits: Limits) -> frozenset[tuple[int, ...]]:
    """The CPUs that kubelets reserve, as each object of a file says it."""
    # Nearly no file is worth a parser's time.
    if b"reservedSystemCPUs" not in data and b"PerformanceProfile" not in data:
        return frozenset()
    from rtlint.platform import kubelet

    return kubelet.reserved_cpus(data, limits)


def parse_early(name: str, data: bytes, limits: Limits) -> Parsed | None:
    """A file that may hold what others need to know; None for all others."""
    if not may_tell_others(data):
        return None
    try:
        return parse(Source(name, decode(data)), limits)
    except Unreadable:
        return None


def parse(source: Source, limits: Limits) -> Parsed:
    """A file, or a piece of it, with what is read in it."""
    from rtlint.yaml.compose import compose

    return Parsed(source, tuple(compose(source.text, limits=limits)))


def tells_others(parsed: Parsed) -> bool:
    """Whether a file holds what others need to know, or may, once it can be read as a whole."""
    from rtlint.kubevirt.definitions import GROUP
    from rtlint.project.cluster import is_cluster

    if any(isinstance(document, Unreadable) for document in parsed.documents):
        return True
    return any(obj.group == GROUP or is_cluster(obj) for obj in _objects(parsed))


def gather(
    linted: Iterable[Parsed], others: Iterable[Parsed], note: Callable[[str], None]
) -> Known:
    """What the files say that are linted, and those that are only read for it.

    What does not count, and why, is told to `note`.
    """
    theirs = [obj for parsed in linted for obj in _objects(parsed)]
    further = [obj for parsed in others for obj in _objects(parsed)]
    if not theirs and not further:
        return Known()
    from rtlint.kubevirt.definitions import collect, define
    from rtlint.project.cluster import cluster_among, is_cluster

    definitions = collect((*define(theirs, is_linted=True), *define(further, is_linted=False)))
    for (kind, name), found in definitions.items():
        places = [d.object for d in found if d.object is not None]
        for first, second in pairwise(places):
            if first.namespace == second.namespace:
                note(
                    f"{_place(second)}: a second {kind} `{name}`; the one at {_place(first)} counts"
                )
    cluster = None
    if any(map(is_cluster, theirs)):
        cluster, why_not = cluster_among(theirs)
        if why_not is not None:
            note(why_not)
    return Known(definitions, cluster)


def _objects(parsed: Parsed) -> Iterable[Object]:
    from rtlint.kubevirt.kinds import GROUPS
    from rtlint.project.cluster import CLUSTER_GROUPS

    for document in parsed.documents:
        if not isinstance(document, Unreadable):
            yield from objects(parsed.source, document, GROUPS | CLUSTER_GROUPS)


def _place(obj: Object) -> str:
    return f"{obj.source.path}:{obj.source.position(obj.node.start).line}"
