"""Only what a change touches, by git's account of it."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.lint.diagnostic import Resource
from rtlint.project.files import Unusable
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted
    from rtlint.yaml.source import Source

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)

# Only git itself looks: no diff program, no converter, not what a submodule is set to.
_PLAIN = (
    "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules=all",
)  # fmt: skip
# A repository's own settings may name programs, and it may not be one's own.
_HARMLESS = {"core.fsmonitor": "false", "safe.bareRepository": "explicit"}
_FILTERS = ("config", "--show-scope", "--name-only", "--get-regexp", r"^filter\..*")

# First and last line, both counted.
Lines = tuple[int, int]


class _Place(NamedTuple):
    """A resource of a file: the number of its document, what it is called, and its lines."""

    document: int
    name: Resource
    lines: Lines


class _Change(NamedTuple):
    """A change since `base`; `files` are those that it touches, `unchanged` those it does not.

    All by their paths below `root`, the repository's folder. `settings` are those that git gets.
    """

    root: str
    settings: dict[str, str]
    base: str
    files: frozenset[str]
    unchanged: frozenset[str]


def only_changed(files: Iterable[Linted], revision: str) -> tuple[Linted, ...]:
    """The files with the findings on lines and resources that the change since then touches.

    The change is what this branch, with the files as they lie there, has that the revision has
    not. Files that git does not know are new. Raises Unusable.
    """
    change = _change(revision)
    return tuple(_only_changed(linted, change) for linted in files)


def _only_changed(linted: Linted, change: _Change) -> Linted:
    found = linted.result.diagnostics
    if not found:
        return linted
    lines = _changed_lines(linted.source.path, change)
    if lines is None:
        return linted
    resources = list(_resources(linted.source)) if lines else []
    kept = [d for d in found if _is_touched(d, lines, resources) or _is_related(d, change)]
    return linted._replace(result=linted.result.with_diagnostics(kept))


def _is_touched(diagnostic: Diagnostic, changed: list[Lines], resources: list[_Place]) -> bool:
    """Whether the resource that the diagnostic is about has lines that changed."""
    # Text that is no YAML may be so because of any line before it.
    if diagnostic.resource is None:
        return bool(changed)
    return any(
        _overlap(lines, resource.lines)
        for resource in resources
        if (resource.document, resource.name) == (diagnostic.document, diagnostic.resource)
        for lines in changed
    )


def _is_related(diagnostic: Diagnostic, change: _Change) -> bool:
    """Whether another place that the diagnostic comes from changed: an instancetype's line."""
    return any(
        _overlap(lines, (related.start.line, related.end.line))
        for related in diagnostic.related
        for lines in _changed_lines(related.path, change) or ()
    )


def _overlap(one: Lines, other: Lines) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _resources(source: Source) -> Iterator[_Place]:
    for document in compose(source.text):
        if not isinstance(document, Document):
            continue
        for obj in objects(source, document, GROUPS):
            resource = Resource(obj.api_version, obj.kind, obj.namespace, obj.name)
            last = source.position(max(obj.node.start, obj.node.end - 1)).line
            first = source.position(obj.node.start).line
            yield _Place(document.number, resource, (first, last))


def _change(revision: str) -> _Change:
    settings = _settings(".")
    root = os.path.realpath(_git(settings, ".", "rev-parse", "--show-toplevel").strip())
    ask = partial(_git, settings, root)
    # A revision is never an option, whatever it begins with.
    name = f"{revision}^{{commit}}"
    base = ask("rev-parse", "--verify", "--end-of-options", name).strip()
    # A shallow clone knows of no common ancestor.
    with suppress(Unusable):
        base = ask("merge-base", base, "HEAD").strip()
    files = frozenset(ask("diff", *_PLAIN, "--name-only", "-z", base, "--").split("\0"))
    tracked = frozenset(ask("ls-files", "-z").split("\0"))
    return _Change(root, settings, base, files, tracked - files)


def _changed_lines(file: str, change: _Change) -> list[Lines] | None:
    """The lines of a file that are new; where some were taken out, those on both sides.

    None where git does not know the file: all of it is new.
    """
    path = os.path.relpath(os.path.realpath(file), change.root)
    if path in change.unchanged:
        return []
    if path not in change.files:
        return None
    how = (*_PLAIN, "--unified=0")
    diff = _git(change.settings, change.root, "diff", *how, change.base, "--", path)
    found = []
    for match in _HUNK.finditer(diff):
        first, count = int(match[1]), int(match[2] or 1)
        found.append((first, first + count - 1) if count else (first, first + 1))
    return found


def _settings(folder: str) -> dict[str, str]:
    """Settings with which git runs nothing that the repository's own name."""
    printed = _run(_HARMLESS, folder, _FILTERS).stdout.splitlines()
    named = (line.partition("\t") for line in map(os.fsdecode, printed))
    theirs = {name: "" for scope, _, name in named if scope in ("local", "worktree")}
    return {**_HARMLESS, **theirs}


def _git(settings: dict[str, str], folder: str, *arguments: str) -> str:
    """What git prints there. Raises Unusable."""
    done = _run(settings, folder, ("--literal-pathspecs", *arguments))
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines() or ["it failed"]
        raise Unusable(f"--diff-base: git {arguments[0]}: {said[0]}")
    return os.fsdecode(done.stdout)


def _run(
    settings: dict[str, str], folder: str, arguments: tuple[str, ...]
) -> subprocess.CompletedProcess[bytes]:
    # No fetching either: of a partial clone what is there counts.
    environment = {**os.environ, "GIT_ALLOW_PROTOCOL": "", "GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise Unusable(f"--diff-base needs git: {error.strerror or error}") from None
