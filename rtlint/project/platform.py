"""The platform of a run: its objects, and what the VMs of the run ask of it."""

from __future__ import annotations

import os
from functools import partial

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.lists import in_pieces
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.lint.part import template_in
from rtlint.platform.model import Platform
from rtlint.project.cluster import known_clusters
from rtlint.yaml.source import TOP, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rtlint.kubernetes.objects import Object
    from rtlint.lint.settings import Settings
    from rtlint.platform.model import Known, Vm
    from rtlint.project.cluster import Target
    from rtlint.yaml.nodes import Document

    # A text in pieces, read when it is asked for.
    Pieces = Callable[[], Iterable[str]]

_VM_WORD = "VirtualMachine"


def with_platform(
    settings: Settings,
    target: Target | None,
    known: Iterable[Known],
    found: Iterable[Object],
    texts: tuple[tuple[str, Pieces], ...],
    note: Callable[[str], None],
) -> Settings:
    """The settings with the platform that a run knows, if there is one, and its VMs.

    `target` is the cluster that the user names; without it the objects of the files count: `known`,
    and the KubeVirt objects among `found`. `texts` are where the VMs are.
    """
    if target is not None:
        platform = target.platform
    else:
        clusters = known_clusters(found, lambda why: note(f"{why}, so the object does not count"))
        platform = Platform((*known, *clusters))
    if not platform.objects:
        return settings
    settings = settings._replace(platform=platform)
    if target is None:
        _note_undecided(platform, [name for name, _ in texts], note)
    # What VMs ask for decides about these objects: only beside them are VMs read twice.
    return settings._replace(platform=platform.with_vms(_vms(texts, settings)))


def _note_undecided(platform: Platform, names: list[str], note: Callable[[str], None]) -> None:
    """Say of which kinds several disagree, with no folder to tell which is whose."""
    said: set[str] = set()
    folders = {os.path.dirname(name): name for name in reversed(names)}
    for name in folders.values():
        for kind in sorted(platform.at(name).undecided - said):
            said.add(kind)
            note(
                f"the files hold several {kind} objects that disagree, so none counts; name one "
                "with --cluster"
            )


def _vms(texts: Iterable[tuple[str, Pieces]], settings: Settings) -> Iterator[Vm]:
    """What the VMs in the texts ask of their nodes."""
    for name, pieces in texts:
        here = settings.at(name)
        above = TOP
        for text in pieces():
            source = Source(name, text, above)
            above = source.below(0)
            if _VM_WORD in text:
                yield from in_pieces(source, settings.limits, partial(_said, here))


def _said(
    settings: Settings, source: Source, documents: tuple[Document | Unreadable, ...]
) -> Iterator[Vm]:
    # It needs the conversion, which a run that has only instancetypes to share does not.
    from rtlint.platform.vms import read_vm

    if not settings.literal and template_in(source, documents) is not None:
        return
    for document in documents:
        if isinstance(document, Unreadable):
            continue
        for obj in objects(source, document, GROUPS, literal=settings.literal):
            vm = settings.workload(obj)
            if vm is not None and not (vm.is_instancetype or vm.is_preset):
                said = read_vm(vm)
                if said is not None:
                    yield said
