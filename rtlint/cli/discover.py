"""Which files a run reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".yaml", ".yml", ".json")
# Other people's manifests, and what tools leave behind.
_LEFT_OUT = frozenset(
    [".git", ".hg", ".svn", ".cache", ".terraform", ".tox", ".venv", "__pycache__"]
    + ["node_modules", "third_party", "vendor", "venv"]
)


class Named(NamedTuple):
    """A path to read; `explicit` where the user named the file itself."""

    path: str
    explicit: bool


def discover(paths: tuple[str, ...]) -> Iterator[Named]:
    """The files to read, each once, in the order of their paths.

    A named file is read whatever it is called; a folder is walked for manifests, without what git
    ignores and without vendored trees. A path that does not exist is handed on: reading it says so.
    """
    found: dict[str, Named] = {}
    for path in paths:
        if path != "-" and Path(path).is_dir():
            for file in _walk(path):
                found.setdefault(file, Named(file, explicit=False))
        else:
            name = os.path.normpath(path)
            found[name] = Named(name, explicit=True)
    yield from sorted(found.values())


def _walk(top: str) -> Iterator[str]:
    real = os.path.realpath(top)
    waiting = [(top, real, _ignores_above(real))]
    while waiting:
        folder, real, ignores = waiting.pop()
        with os.scandir(folder) as scan:
            entries = list(scan)
        if any(entry.name == ".gitignore" for entry in entries):
            ignores = [*ignores, *_read_ignores(real)]
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not _is_of_interest(entry.name, is_folder):
                continue
            place = os.path.join(real, entry.name)
            if ignores and _is_ignored(place, is_folder, ignores):
                continue
            if is_folder:
                waiting.append((entry.path, place, ignores))
            elif entry.is_file():
                yield os.path.normpath(entry.path)


def _is_of_interest(name: str, is_folder: bool) -> bool:
    return name not in _LEFT_OUT if is_folder else name.endswith(SUFFIXES)


# Folders with a .gitignore, from the repository's root down, by their real paths.
Ignores = list[tuple[str, "GitIgnoreSpec"]]


def _ignores_above(real: str) -> Ignores:
    """The .gitignore files that count for a folder and stand above it."""
    folders = [Path(real), *Path(real).parents]
    root = next((i for i, folder in enumerate(folders) if (folder / ".git").exists()), 0)
    above = reversed(folders[1 : root + 1])
    return [ignore for folder in above for ignore in _read_ignores(str(folder))]


def _read_ignores(real: str) -> Ignores:
    file = Path(real, ".gitignore")
    if not file.is_file():
        return []
    # Not needed, and not imported, where files are named or nothing is ignored.
    from pathspec import GitIgnoreSpec

    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [(real, GitIgnoreSpec.from_lines(lines))]


def _is_ignored(real: str, is_folder: bool, ignores: Ignores) -> bool:
    """Whether git ignores the path: of several files that speak of it the nearest decides."""
    for folder, spec in reversed(ignores):
        relative = real[len(folder) :].lstrip("/") + ("/" if is_folder else "")
        verdict = spec.check_file(relative).include
        if verdict is not None:
            return verdict
    return False
