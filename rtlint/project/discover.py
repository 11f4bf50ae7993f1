"""Which files a run reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rtlint.config.patterns import is_pattern
from rtlint.project.files import Named, is_inside

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".yaml", ".yml", ".json")
# Other people's manifests, and what tools leave behind.
_LEFT_OUT = frozenset(
    [".git", ".hg", ".svn", ".cache", ".terraform", ".tox", ".venv", "__pycache__"]
    + ["node_modules", "third_party", "vendor", "venv"]
)


def discover(
    paths: tuple[str, ...], passed_over: Callable[[str], None] = lambda _: None
) -> Iterator[Named]:
    """The files to read, each once, in the order of their paths.

    A named file is read whatever it is called; a folder is walked for manifests, without what git
    ignores, vendored trees, and links that lead out of it; what is passed over for that, and why,
    is told. A path that does not exist is handed on: reading it says so.
    """
    found: dict[str, Named] = {}
    for path in paths:
        if path != "-" and os.path.isdir(path):
            for file in _walk(path, passed_over):
                found.setdefault(file, Named(file, explicit=False))
        else:
            name = os.path.normpath(path)
            found[name] = Named(name, explicit=True)
    yield from sorted(found.values())


def _walk(top: str, passed_over: Callable[[str], None]) -> Iterator[str]:
    """The manifests under a folder; also what cannot be read, so that reading it says why."""
    root = real = os.path.realpath(top)
    above = _ignores_above(real)
    # Whoever names an ignored folder means it: manifests are often rendered into one.
    waiting = [(top, real, [] if _is_ignored(real, True, above) else above)]
    while waiting:
        folder, real, ignores = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError:
            yield os.path.normpath(folder)
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            ignores = [*ignores, *_read_ignores(real)]
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not _is_of_interest(entry.name, is_folder):
                if is_folder:
                    passed_over(f"{os.path.normpath(entry.path)}: passed over: not one's own files")
                continue
            place = os.path.join(real, entry.name)
            if ignores and _is_ignored(place, is_folder, ignores):
                passed_over(f"{os.path.normpath(entry.path)}: passed over: git ignores it")
                continue
            if is_folder:
                waiting.append((entry.path, place, ignores))
            elif entry.is_symlink() and not is_inside(entry.path, root):
                passed_over(f"{os.path.normpath(entry.path)}: passed over: a link out of the tree")
            elif _is_readable(entry):
                yield os.path.normpath(entry.path)


def _is_readable(entry: os.DirEntry[str]) -> bool:
    """Whether to read what is no folder: no sockets and linked folders, but links that break."""
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:
        return True


def _is_of_interest(name: str, is_folder: bool) -> bool:
    return not left_out(name) if is_folder else name.endswith(SUFFIXES)


def left_out(folder: str) -> bool:
    """Whether a folder of that name is never walked."""
    return folder in _LEFT_OUT


# Folders with a .gitignore, from the repository's root down, by their real paths.
Ignores = list[tuple[str, "GitIgnoreSpec"]]


def _ignores_above(real: str) -> Ignores:
    """The .gitignore files that count for a folder and stand above it."""
    folders = [real]
    while (parent := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(parent)
    inside = (i for i, folder in enumerate(folders) if os.path.exists(f"{folder}/.git"))
    above = reversed(folders[1 : next(inside, 0) + 1])
    return [ignore for folder in above for ignore in _read_ignores(folder)]


def _read_ignores(real: str) -> Ignores:
    if not os.path.isfile(f"{real}/.gitignore"):
        return []
    # Not needed, and not imported, where files are named or nothing is ignored.
    from pathspec import GitIgnoreSpec

    with open(f"{real}/.gitignore", encoding="utf-8-sig", errors="replace") as file:
        lines = file.read().split("\n")
    try:
        return [(real, GitIgnoreSpec.from_lines(lines))]
    except ValueError:
        # Git passes over a line that is no pattern, such as a `!` alone.
        return [(real, GitIgnoreSpec.from_lines(filter(is_pattern, lines)))]


def _is_ignored(real: str, is_folder: bool, ignores: Ignores) -> bool:
    """Whether git ignores the path: of several files that speak of it the nearest decides."""
    for folder, spec in reversed(ignores):
        relative = real[len(folder) :].lstrip("/") + ("/" if is_folder else "")
        verdict = spec.check_file(relative).include
        if verdict is not None:
            return verdict
    return False
