"""What the objects of a run say about each other: instancetypes, preferences, the platform."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from itertools import chain, pairwise

from rtlint import TYPE_CHECKING
from rtlint.blocks import is_documentation
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.definitions import GROUP, NONE, Definitions, collect, define
from rtlint.kubevirt.kinds import GROUPS
from rtlint.limits import LONG, Limits
from rtlint.lint.run import may_hold_platform, unescaped
from rtlint.lint.settings import Settings
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from rtlint.platform.model import Known
    from rtlint.project.cluster import Target
    from rtlint.project.platform import Pieces


# Compiling the pattern costs more than these take in a hundred files, of which few have one.
_WORDS = (b"Instancetype", b"Preference", b"KubeVirt", b"HyperConverged")
_KINDS = (
    rb"""kind["']?\s*:\s*["']?"""
    rb"(?:VirtualMachine(?:Cluster)?(?:Instancetype|Preference)|KubeVirt|HyperConverged)(?:List)?\b"
)


class Parsed(NamedTuple):
    """A file, or a piece of it, that was read before the linting began."""

    source: Source
    documents: tuple[Document | Unreadable, ...]


class Told(NamedTuple):
    """What a file says of others' objects: `parsed` are its pieces that may define instancetypes or
    the KubeVirt object, `platform` are its objects of the platform beside that one.
    `is_of_platform`: it has such, or may have, once it can be read.
    """

    parsed: tuple[Parsed, ...] = ()
    platform: tuple[Known, ...] = ()
    is_of_platform: bool = False


NOTHING = Told()


def told(name: str, data: bytes, limits: Limits, piece: Source | None = None) -> Told:
    """What a file says, or a `piece` of it, whose bytes `data` are then.

    The examples of documentation say nothing of a cluster.
    """
    if is_documentation(name):
        return NOTHING
    words = unescaped(data)
    if not may_tell(words):
        return NOTHING
    try:
        source = piece or Source(name, decode(data))
    except Unreadable:
        return NOTHING
    if len(source.text) < LONG:
        return _told(*parse(source, limits), words)
    from rtlint.kubernetes.lists import in_pieces

    return all_told(in_pieces(source, limits, _told_of_piece))


def _told_of_piece(source: Source, documents: tuple[Document | Unreadable, ...]) -> Iterable[Told]:
    yield _told(source, documents, unescaped(source.text.encode()))


def _told(source: Source, documents: tuple[Document | Unreadable, ...], words: bytes) -> Told:
    """What documents say, whose text has these `words`."""
    parsed = (Parsed(source, documents),) if may_tell_others(words) else ()
    if not may_hold_platform(words):
        return Told(parsed)
    from rtlint.platform.read import read_objects

    platform = tuple(read_objects(source, documents))
    is_broken = any(isinstance(document, Unreadable) for document in documents)
    return Told(parsed, platform, bool(platform) or is_broken)


def all_told(those: Iterable[Told]) -> Told:
    """What all of them say, in one."""
    pieces = tuple(those)
    return Told(
        tuple(chain.from_iterable(each.parsed for each in pieces)),
        tuple(chain.from_iterable(each.platform for each in pieces)),
        any(each.is_of_platform for each in pieces),
    )


def shared(
    linted: Iterable[Told],
    base: Settings,
    target: Target | None,
    note: Callable[[str], None],
    *,
    beside: Iterable[Told] = (),
    definitions_only: Iterable[Told] = (),
    texts: Iterable[tuple[str, Pieces]] = (),
) -> Settings:
    """The settings with what files say of instancetypes, preferences and the platform.

    `linted` are the files of the run, `beside` those that are there and not linted. Definitions of
    `definitions_only` go before all others, and the platform's objects there do not count.
    `target` is the cluster that the user names, `texts` are where the VMs are that it has to carry.
    What does not count, and why, is told to `note`.
    """
    ours, theirs = list(linted), list(beside)
    objects_of_ours, objects_beside = _all(ours, base.literal), _all(theirs, base.literal)
    # What is named is what the cluster has, whatever the files bring of the same name.
    named = _not_among(ours, _all(definitions_only, base.literal))
    definitions = _definitions(named, objects_of_ours, objects_beside, note)
    settings = base._replace(definitions=definitions)
    if target is not None:
        settings = settings._replace(cluster=target.cluster)
    clusters = _clusters([*objects_of_ours, *objects_beside])
    if target is None and not clusters and not any(each.platform for each in (*ours, *theirs)):
        return settings
    # Nearly no run has a platform.
    from rtlint.project.platform import with_platform

    known = [each for said in (*ours, *theirs) for each in said.platform]
    return with_platform(settings, target, known, clusters, tuple(texts), note)


def may_tell(data: bytes) -> bool:
    """Whether a file, or a piece of it, may say anything: its bytes are without escapes."""
    return may_tell_others(data) or may_hold_platform(data)


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


def _clusters(found: list[Object]) -> list[Object]:
    if not found:
        return found
    from rtlint.project.cluster import is_cluster

    return list(filter(is_cluster, found))


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


def _objects(parsed: Parsed, literal: bool = False) -> Iterable[Object]:
    from rtlint.project.cluster import CLUSTER_GROUPS

    for document in parsed.documents:
        if not isinstance(document, Unreadable):
            yield from objects(parsed.source, document, GROUPS | CLUSTER_GROUPS, literal=literal)


def _place(obj: Object) -> str:
    return f"{obj.source.path}:{obj.source.position(obj.node.start).line}"
