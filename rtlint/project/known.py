"""What the objects of a run say about each other: instancetypes, preferences, the cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import pairwise

from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.definitions import GROUP, NONE, Definitions, collect, define
from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.kinds import GROUPS
from rtlint.limits import Limits
from rtlint.lint.run import unescaped
from rtlint.lint.settings import Settings
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source, Unreadable, decode

# Compiling the pattern costs more than these take in a hundred files, of which few have one.
_WORDS = (b"Instancetype", b"Preference", b"KubeVirt", b"HyperConverged")
_KINDS = (
    rb"""kind["']?\s*:\s*["']?"""
    rb"(?:VirtualMachine(?:Cluster)?(?:Instancetype|Preference)|KubeVirt|HyperConverged)(?:List)?\b"
)
# Nearly no file has one of these, and is worth a parser's time for what it says of kubelets.
_KUBELET_WORDS = (b"full-pcpus-only", b"reservedSystemCPUs", b"PerformanceProfile")


class Parsed(NamedTuple):
    """A file, or a piece of it, that was read before the linting began."""

    source: Source
    documents: tuple[Document | Unreadable, ...]


class Told(NamedTuple):
    """What a file says of others' objects: `parsed` are its pieces that may, `reserved` the sets of
    CPUs that its kubelets reserve. `gives_out_whole_cores`: they refuse half a core.
    """

    parsed: tuple[Parsed, ...] = ()
    gives_out_whole_cores: bool = False
    reserved: frozenset[Ids] = frozenset()

    def and_(self, other: Told) -> Told:
        """What both say."""
        return Told(
            self.parsed + other.parsed,
            self.gives_out_whole_cores or other.gives_out_whole_cores,
            self.reserved | other.reserved,
        )


NOTHING = Told()


def told(name: str, data: bytes, limits: Limits, piece: Source | None = None) -> Told:
    """What a file says, or a `piece` of it, whose bytes `data` are then."""
    parsed: tuple[Parsed, ...] = ()
    words = unescaped(data)
    if may_tell_others(words):
        with suppress(Unreadable):
            parsed = (parse(piece or Source(name, decode(data)), limits),)
    if not any(word in words for word in _KUBELET_WORDS):
        return Told(parsed)
    from rtlint.platform.kubelet import read_kubelets

    return Told(parsed, *read_kubelets(data, limits))


def shared(
    linted: Iterable[Told],
    base: Settings,
    cluster: Cluster | None,
    note: Callable[[str], None],
    *,
    beside: Iterable[Told] = (),
    definitions_only: Iterable[Told] = (),
) -> Settings:
    """The settings with what files say of instancetypes, preferences and the cluster.

    `linted` are the files of the run, `beside` those that are there and not linted. Definitions of
    `definitions_only` go before all others, and the cluster's object there does not count.
    `cluster` is what the user says. What does not count, and why, is told to `note`.
    """
    ours, theirs = list(linted), list(beside)
    objects_of_ours, objects_beside = _all(ours, base.literal), _all(theirs, base.literal)
    # What is named is what the cluster has, whatever the files bring of the same name.
    named = _not_among(ours, _all(definitions_only, base.literal))
    definitions = _definitions(named, objects_of_ours, objects_beside, note)
    found = cluster or _cluster([*objects_of_ours, *objects_beside], note) or base.cluster
    if any(each.gives_out_whole_cores for each in (*ours, *theirs)):
        found = found._replace(full_pcpus_only=True)
    return base._replace(cluster=found, definitions=definitions)


def may_tell_others(data: bytes) -> bool:
    """Whether a file, or a piece of it, may hold what others need to know."""
    return any(word in data for word in _WORDS) and re.search(_KINDS, data) is not None


def parse(source: Source, limits: Limits) -> Parsed:
    """A file, or a piece of it, with what is read in it."""
    return Parsed(source, tuple(compose(source.text, limits=limits)))


def tells_others(parsed: Parsed) -> bool:
    """Whether a file holds what others need to know, or may, once it can be read as a whole."""
    from rtlint.project.cluster import is_cluster

    if any(isinstance(document, Unreadable) for document in parsed.documents):
        return True
    return any(obj.group == GROUP or is_cluster(obj) for obj in _objects(parsed))


def _all(told: Iterable[Told], literal: bool) -> list[Object]:
    return [obj for each in told for parsed in each.parsed for obj in _objects(parsed, literal)]


def _not_among(linted: list[Told], found: list[Object]) -> list[Object]:
    """The objects that are not those of a linted file."""
    if not found:
        return found
    paths = {os.path.realpath(parsed.source.path) for each in linted for parsed in each.parsed}
    return [obj for obj in found if os.path.realpath(obj.source.path) not in paths]


def _definitions(
    named: list[Object], linted: list[Object], beside: list[Object], note: Callable[[str], None]
) -> Definitions:
    if not (named or linted or beside):
        return NONE
    definitions = collect(
        (
            *define(named, is_linted=False),
            *define(linted, is_linted=True),
            *define(beside, is_linted=False),
        )
    )
    for (kind, name), found in definitions.items():
        places = [d.object for d in found if d.object is not None]
        for first, second in pairwise(places):
            if first.namespace == second.namespace:
                note(
                    f"{_place(second)}: a second {kind} `{name}`; the one at {_place(first)} counts"
                )
    return definitions


def _cluster(found: list[Object], note: Callable[[str], None]) -> Cluster | None:
    if not found:
        return None
    from rtlint.project.cluster import cluster_among, is_cluster

    if not any(map(is_cluster, found)):
        return None
    cluster, why_not = cluster_among(found)
    if why_not is not None:
        note(why_not)
    return cluster


def _objects(parsed: Parsed, literal: bool = False) -> Iterable[Object]:
    from rtlint.project.cluster import CLUSTER_GROUPS

    for document in parsed.documents:
        if not isinstance(document, Unreadable):
            yield from objects(parsed.source, document, GROUPS | CLUSTER_GROUPS, literal=literal)


def _place(obj: Object) -> str:
    return f"{obj.source.path}:{obj.source.position(obj.node.start).line}"
