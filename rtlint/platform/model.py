"""What a run knows of its clusters: their objects, their VMs, and which of them belong together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.platform.objects import SINGLE
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Position

if TYPE_CHECKING:
    from typing import Any, Final

    from rtlint.kubevirt.cluster import Cluster

_NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})


class Place(NamedTuple):
    """A place in a file; `end` is exclusive."""

    path: str
    start: Position
    end: Position


class Known(NamedTuple):
    """An object of the platform without its text: `data` is what of it rules read.

    `places` are those of fields that findings elsewhere point at; "" is the object itself.
    `cluster` is what a KubeVirt or HyperConverged object says, None where that cannot be told.
    `gives_out_whole_cores`: the kubelets that it configures refuse half a core.
    """

    kind: str
    name: str
    data: dict[str, Any]
    places: Mapping[str, Place]
    cluster: Cluster | None = None
    gives_out_whole_cores: bool = False

    @property
    def title(self) -> str:
        return f"{self.kind} `{self.name}`" if self.name else self.kind

    @property
    def path(self) -> str:
        return self.places[""].path

    def place(self, field: str = "") -> Place:
        return self.places.get(field) or self.places[""]


class Vm(NamedTuple):
    """What a VM of the run asks of its node, as far as it can be told.

    `cpus` are those that its pod asks for, None where they are not its own. `pages` are the size of
    its hugepages and their sum, in bytes. `selector` is the pod's as the VM itself says it.
    `wants_crio`: it has annotations for CRI-O. `is_growable`: its domain is built for hotplug
    because nobody said `maxSockets`. `sriov` are the networks of its SR-IOV interfaces, each by
    namespace ("" where nobody says) and name.
    """

    title: str
    place: Place
    is_realtime: bool
    is_dedicated: bool
    is_isolated: bool
    passes_numa: bool
    cpus: int | None
    pages: tuple[int, int] | None
    selector: Mapping[str, str] = _NOWHERE
    wants_crio: bool = False
    is_growable: bool = False
    sriov: tuple[tuple[str, str], ...] = ()


class Verdict(NamedTuple):
    """Whether an object counts for a path, and why."""

    known: Known
    counts: bool
    reason: str


class Platform:
    """The objects of the platform and the VMs that count where they are looked at.

    `is_named`: they are what the user says the cluster is, wherever a file lies. `undecided` are
    the kinds of which several disagree here.
    """

    def __init__(
        self,
        objects: Iterable[Known],
        vms: Iterable[Vm] = (),
        is_named: bool = False,
        undecided: frozenset[str] = frozenset(),
    ) -> None:
        self.objects = tuple(objects)
        self.vms = tuple(vms)
        self.is_named = is_named
        self.undecided = undecided
        self._at: dict[str, tuple[Verdict, ...]] = {}
        # What was worked out for one VM holds for the next that wants the same.
        self.answers: dict[object, object] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Platform) and self._content == other._content

    def __hash__(self) -> int:
        return hash((len(self.objects), len(self.vms), self.is_named))

    @property
    def _content(self) -> tuple[object, ...]:
        return self.objects, self.vms, self.is_named, self.undecided

    def with_vms(self, vms: Iterable[Vm]) -> Platform:
        return Platform(self.objects, vms, self.is_named, self.undecided)

    def of(self, *kinds: str) -> tuple[Known, ...]:
        """The objects of some kinds."""
        return tuple(found for kind in kinds for found in self._by_kind.get(kind, ()))

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Known, ...]]:
        found: dict[str, list[Known]] = {}
        for known in self.objects:
            found.setdefault(known.kind, []).append(known)
        return {kind: tuple(those) for kind, those in found.items()}

    @cached_property
    def cluster(self) -> Cluster | None:
        """The settings of the KubeVirt object, else of the HyperConverged; None without either.

        What HyperConverged asks for, its operator writes into the KubeVirt object.
        """
        for known in self.of("KubeVirt", "HyperConverged"):
            if known.cluster is not None:
                return known.cluster
        return None

    @cached_property
    def gives_out_whole_cores(self) -> bool:
        return any(known.gives_out_whole_cores for known in self.objects)

    def at(self, path: str) -> Platform:
        """What of it counts for a file, with the VMs that are on the same cluster."""
        if self.is_named or not self._conflicts:
            return self
        verdicts = self.verdicts(path)
        counting = [each.known for each in verdicts if each.counts]
        kinds = {each.known.kind for each in verdicts if id(each.known) in self._disputed}
        undecided = frozenset(kinds - {known.kind for known in counting})
        ours = {known.path for known in counting}
        folder = _folder(path)
        vms = [vm for vm in self.vms if self._shares(vm.place.path, folder, path, ours)]
        return Platform(counting, vms, undecided=undecided)

    def _shares(self, vm: str, folder: str, path: str, ours: set[str]) -> bool:
        """Whether a VM's file is on the cluster of another file."""
        if _folder(vm) == folder:
            return True
        theirs = {each.known.path for each in self.verdicts(vm) if each.counts}
        return path in theirs or (bool(ours) and ours == theirs)

    def verdicts(self, path: str) -> tuple[Verdict, ...]:
        """Each object with whether it counts for a file, and why."""
        folder = _folder(path)
        if folder not in self._at:
            self._at[folder] = tuple(self._verdicts(folder))
        return self._at[folder]

    def _verdicts(self, folder: str) -> Iterator[Verdict]:
        if self.is_named:
            yield from (Verdict(known, True, "the user names its file") for known in self.objects)
            return
        mine = {root for root in self._roots if _is_in(folder, root)}
        for known in self.objects:
            theirs = _folder(known.path)
            others = [root for root in self._roots if _is_in(theirs, root)]
            if others and not mine.issuperset(others):
                yield Verdict(known, False, f"it is of the cluster in {os.path.relpath(others[0])}")
            elif id(known) not in self._disputed:
                yield Verdict(known, True, "no other says otherwise")
            else:
                yield self._nearest(known, folder)

    def _nearest(self, known: Known, folder: str) -> Verdict:
        """Of objects that disagree the one that lies nearest counts, if only one does."""
        rivals = self._conflicts[_identity(known)]
        near = _depth(known, folder)
        nearer = [rival for rival in rivals if _depth(rival, folder) > near]
        if nearer:
            return Verdict(known, False, f"the one in {nearer[0].path} is nearer")
        even = [rival for rival in rivals if _depth(rival, folder) == near]
        if any(_spec(rival) != _spec(known) for rival in even):
            return Verdict(known, False, "several that disagree are as near")
        return Verdict(known, True, "the nearest of those that disagree")

    @cached_property
    def _conflicts(self) -> Mapping[tuple[str, ...], tuple[Known, ...]]:
        """The objects that one cluster cannot have, together with those they disagree with."""
        found: dict[tuple[str, ...], list[Known]] = {}
        for known in self.objects:
            found.setdefault(_identity(known), []).append(known)
        return {
            identity: tuple(those)
            for identity, those in found.items()
            if any(_spec(known) != _spec(those[0]) for known in those[1:])
        }

    @cached_property
    def _disputed(self) -> frozenset[int]:
        """Those that disagree with others, by who they are: too large to compare what they say."""
        return frozenset(id(known) for those in self._conflicts.values() for known in those)

    @cached_property
    def _roots(self) -> frozenset[str]:
        """The folders that hold a cluster each: below the last that those who disagree share."""
        roots = set()
        for those in self._conflicts.values():
            folders = {_folder(known.path) for known in those}
            shared = os.path.commonpath(folders)
            below = {os.path.relpath(folder, shared).split(os.sep)[0] for folder in folders}
            roots |= {os.path.join(shared, first) for first in below if first != "."}
        return frozenset(roots)


def _identity(known: Known) -> tuple[str, ...]:
    return (known.kind,) if known.kind in SINGLE else (known.kind, known.name)


def _spec(known: Known) -> Any:
    # A KubeletConfiguration and a Node have no spec that counts.
    return known.data.get("spec") if known.kind != "Node" else known.data


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))


def _is_in(folder: str, root: str) -> bool:
    return folder == root or folder.startswith(os.path.join(root, ""))


def _depth(known: Known, folder: str) -> int:
    """How much of the way to an object and to a folder is the same."""
    shared = os.path.commonpath((_folder(known.path), folder))
    return len(shared.split(os.sep))
