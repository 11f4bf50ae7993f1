"""Which files Kustomize merges into others: they are parts of objects."""

from __future__ import annotations

import os

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.objects import objects, plain
from rtlint.kubevirt.kinds import GROUPS
from rtlint.limits import Limits
from rtlint.lint.part import KUSTOMIZATIONS, is_kustomization
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from rtlint.kubernetes.objects import Object

_MAX_SIZE = 2**20  # bytes


class Patches:
    """The patches that kustomizations name; each of these is read once."""

    def __init__(self, paths: Iterable[str]) -> None:
        """`paths` are the files of the run: a kustomization may name a patch beside its folder."""
        self._read: dict[str, frozenset[str]] = {}
        self._named: set[str] = set()
        for path in paths:
            if is_kustomization(path):
                self._named |= self._in(os.path.dirname(os.path.abspath(path)))

    def __contains__(self, path: str) -> bool:
        """Whether a kustomization of the run, or one in a folder above, names the file a patch."""
        whole = os.path.abspath(path)
        if whole in self._named:
            return True
        folder = os.path.dirname(whole)
        while whole not in self._in(folder):
            parent = os.path.dirname(folder)
            if parent == folder or os.path.exists(os.path.join(folder, ".git")):
                return False
            folder = parent
        return True

    def _in(self, folder: str) -> frozenset[str]:
        if folder not in self._read:
            files = (os.path.join(folder, name) for name in KUSTOMIZATIONS)
            self._read[folder] = frozenset(
                os.path.normpath(os.path.join(folder, named))
                for file in files
                if os.path.isfile(file)
                for named in _named_in(file)
            )
        return self._read[folder]


def resources_in(folder: str) -> Iterator[str]:
    """The files and folders that a folder's kustomization takes in."""
    for name in KUSTOMIZATIONS:
        file = os.path.join(folder, name)
        for data in _read(file) if os.path.isfile(file) else ():
            for entry in _items(data, "resources", "bases", "components"):
                if isinstance(entry, str):
                    yield os.path.join(folder, entry)


def objects_in(folder: str, above: frozenset[str] = frozenset()) -> Iterator[Object]:
    """KubeVirt's objects in what a kustomization takes in: those that go over others first."""
    from rtlint.lint.inline import inline_patches

    real = os.path.realpath(folder)
    files = [os.path.join(folder, name) for name in KUSTOMIZATIONS]
    for file in filter(os.path.isfile, () if real in above else files):
        for source, document in _documents(file):
            for patch in inline_patches(source, document, Limits()):
                yield from patch.objects
        below = [os.path.join(folder, named) for named in _named_in(file)]
        for path in (*below, *resources_in(folder)):
            if os.path.isdir(path):
                yield from objects_in(path, above | {real})
            elif os.path.isfile(path):
                for source, document in _documents(path):
                    yield from objects(source, document, GROUPS)


def _named_in(file: str) -> Iterator[str]:
    """The paths of patches in a kustomization."""
    for data in _read(file):
        for entry in _items(data, "patches", "patchesJson6902"):
            if isinstance(entry, dict) and isinstance(entry.get("path"), str):
                yield entry["path"]
        # A patch may stand in place, which is more than a line.
        for entry in _items(data, "patchesStrategicMerge"):
            if isinstance(entry, str) and "\n" not in entry:
                yield entry


def _read(file: str) -> Iterator[dict[str, Any]]:
    """A kustomization's documents; what it says wrongly is for Kustomize to tell."""
    for _, document in _documents(file):
        data = plain(document.root)
        if isinstance(data, dict):
            yield data


def _documents(file: str) -> Iterator[tuple[Source, Document]]:
    """The documents of a file that can be read."""
    try:
        with open(file, "rb") as stream:
            source = Source(file, decode(stream.read(_MAX_SIZE)))
    except (OSError, Unreadable):
        return
    for document in compose(source.text):
        if isinstance(document, Document):
            yield source, document


def _items(data: dict[str, Any], *keys: str) -> Iterator[Any]:
    for key in keys:
        value = data.get(key)
        if isinstance(value, list):
            yield from value
