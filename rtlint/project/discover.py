"""Which files a run reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cached_property

from rtlint import TYPE_CHECKING
from rtlint.blocks import SUFFIXES as DOCUMENTATION
from rtlint.config.patterns import is_pattern, spec
from rtlint.lint.part import KUSTOMIZATIONS, TEMPLATES
from rtlint.project.files import Named, is_inside
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from rtlint.project.tracked import Tracked

SUFFIXES = (".yaml", ".yml", ".json")
# Other people's manifests, and what tools leave behind.
_LEFT_OUT = frozenset(
    [".git", ".hg", ".svn", ".cache", ".terraform", ".tox", ".venv", "__pycache__"]
    + ["node_modules", "third_party", "vendor", "venv"]
)


def discover(
    paths: tuple[str, ...],
    passed_over: Callable[[str], None] = lambda _: None,
    all_folders: bool = False,
    include_docs: bool = False,
) -> Iterator[Named]:
    """The files to read, each once, in the order of their paths.

    A named file is read whatever it is called; a folder is walked for manifests, with
    `include_docs` also for documentation that may hold some, without what git ignores and does not
    track, vendored trees (except with `all_folders`), and links that lead out of it; what is passed
    over for that, and why, is told. With `all_folders` a .gitignore counts in a repository only:
    elsewhere nobody knows what git tracks. A path that does not exist is handed on: reading it says
    so.
    """
    found: dict[str, Named] = {}
    suffixes = (*SUFFIXES, *TEMPLATES, *(DOCUMENTATION if include_docs else ()))
    for path in paths:
        if path != "-" and os.path.isdir(path):
            for file in _walk(path, passed_over, all_folders, suffixes):
                found.setdefault(file, Named(file, explicit=False))
        else:
            name = os.path.normpath(path)
            found[name] = Named(name, explicit=True)
    yield from sorted(found.values())


def _walk(
    top: str, passed_over: Callable[[str], None], all_folders: bool, suffixes: tuple[str, ...]
) -> Iterator[str]:
    """The manifests under a folder; also what cannot be read, so that reading it says why."""
    root = real = os.path.realpath(top)
    waiting = [(top, real, _ignored_above(real))]
    while waiting:
        folder, real, ignored = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError:
            yield os.path.normpath(folder)
            continue
        names = {entry.name for entry in entries}
        if ".git" in names and real != root:
            # A repository of its own: what stands above says nothing of its files.
            ignored = _Ignored(_Repository(real))
        if ".gitignore" in names and (ignored.repository or not all_folders):
            ignored = ignored._replace(rules=(*ignored.rules, *_read_ignores(real)))
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not _is_of_interest(entry.name, is_folder, all_folders, suffixes):
                if is_folder:
                    passed_over(f"{os.path.normpath(entry.path)}: passed over: not one's own files")
                continue
            place = os.path.join(real, entry.name)
            if ignored.is_passed_over(place, is_folder):
                passed_over(f"{os.path.normpath(entry.path)}: passed over: git ignores it")
                continue
            if is_folder:
                waiting.append((entry.path, place, ignored.below(place)))
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


def _is_of_interest(
    name: str, is_folder: bool, all_folders: bool, suffixes: tuple[str, ...]
) -> bool:
    if is_folder:
        return name != ".git" if all_folders else not left_out(name)
    # What is called a template is counted among what is skipped.
    return name.endswith(suffixes) or name in KUSTOMIZATIONS


def left_out(folder: str) -> bool:
    """Whether a folder of that name is never walked."""
    return folder in _LEFT_OUT


# Folders with a .gitignore, from the repository's root down, by their real paths.
Ignores = tuple[tuple[str, "GitIgnoreSpec"], ...]


class _Repository:
    """A repository by the real path of its root."""

    def __init__(self, root: str) -> None:
        self.root = root

    @cached_property
    def _tracked(self) -> Tracked | None:
        # Most runs meet nothing that git ignores.
        from rtlint.project.tracked import tracked

        return tracked(self.root)

    def tracks(self, real: str, is_folder: bool) -> bool:
        """Whether git tracks the file, or anything in the folder; what nobody knows it may."""
        known = self._tracked
        return known is None or known.holds(os.path.relpath(real, self.root), is_folder)


class _Ignored(NamedTuple):
    """What git ignores in a folder, by the `rules` of its repository, if it is in one.

    `is_all`: git ignores the whole folder.
    """

    repository: _Repository | None
    rules: Ignores = ()
    is_all: bool = False

    def below(self, real: str) -> _Ignored:
        """The same in a folder below: nothing comes back from an ignored one."""
        return self._replace(is_all=self.is_all or _is_ignored(real, True, self.rules))

    def is_passed_over(self, real: str, is_folder: bool) -> bool:
        """Whether git ignores the path, and tracks nothing there all the same."""
        if not self.is_all and not _is_ignored(real, is_folder, self.rules):
            return False
        return self.repository is None or not self.repository.tracks(real, is_folder)


def _ignored_above(real: str) -> _Ignored:
    """What the .gitignore files say of a folder that count for it and stand above it."""
    folders = [real]
    while (parent := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(parent)
    inside = (i for i, folder in enumerate(folders) if os.path.exists(f"{folder}/.git"))
    root = next(inside, None)
    above = reversed(folders[1 : (root or 0) + 1])
    rules = tuple(rule for folder in above for rule in _read_ignores(folder))
    ignored = _Ignored(None if root is None else _Repository(folders[root]), rules)
    # Whoever names an ignored folder means it: manifests are often rendered into one.
    return ignored._replace(rules=()) if _is_ignored(real, True, rules) else ignored


def _read_ignores(real: str) -> Ignores:
    if not os.path.isfile(f"{real}/.gitignore"):
        return ()
    with open(f"{real}/.gitignore", encoding="utf-8-sig", errors="replace") as file:
        lines = file.read().split("\n")
    try:
        return ((real, spec(lines)),)
    except ValueError:
        # Git passes over a line that is no pattern, such as a `!` alone.
        return ((real, spec(filter(is_pattern, lines))),)


def _is_ignored(real: str, is_folder: bool, ignores: Ignores) -> bool:
    """Whether git ignores the path: of several files that speak of it the nearest decides."""
    for folder, patterns in reversed(ignores):
        relative = real[len(folder) :].lstrip("/") + ("/" if is_folder else "")
        verdict = patterns.check_file(relative).include
        if verdict is not None:
            return verdict
    return False
