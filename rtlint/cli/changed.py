"""Only what a change touches, by git's account of it."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from rtlint.cli.files import Unusable
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.workload import GROUPS
from rtlint.lint.diagnostic import Resource
from rtlint.report.model import Linted, Report
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.yaml.source import Source

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)

# First and last line, both counted.
Lines = tuple[int, int]


class _Place(NamedTuple):
    """A resource of a file: the number of its document, what it is called, and its lines."""

    document: int
    name: Resource
    lines: Lines


class _Change(NamedTuple):
    """A change since `base`; `files` are those that it touches, `unchanged` those it does not.

    All by their paths below `root`, the repository's folder.
    """

    root: str
    base: str
    files: frozenset[str]
    unchanged: frozenset[str]


def only_changed(report: Report, revision: str) -> Report:
    """The report with the findings on lines and resources that the change since then touches.

    The change is what this branch, with the files as they lie there, has that the revision has
    not. Files that git does not know are new. Raises Unusable.
    """
    change = _change(revision)
    return Report(report.release, tuple(_only_changed(linted, change) for linted in report.files))


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
    root = os.path.realpath(_git("rev-parse", "--show-toplevel", folder=".").strip())
    # A revision is never an option, whatever it begins with.
    name = f"{revision}^{{commit}}"
    base = _git("rev-parse", "--verify", "--end-of-options", name, folder=root).strip()
    # A shallow clone knows of no common ancestor.
    with suppress(Unusable):
        base = _git("merge-base", base, "HEAD", folder=root).strip()
    names = ("--name-only", "--no-renames", "-z")
    files = frozenset(_git("diff", *names, base, "--", folder=root).split("\0"))
    tracked = frozenset(_git("ls-files", "-z", folder=root).split("\0"))
    return _Change(root, base, files, tracked - files)


def _changed_lines(file: str, change: _Change) -> list[Lines] | None:
    """The lines of a file that are new; where some were taken out, those on both sides.

    None where git does not know the file: all of it is new.
    """
    path = os.path.relpath(os.path.realpath(file), change.root)
    if path in change.unchanged:
        return []
    if path not in change.files:
        return None
    how = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=0")
    diff = _git("diff", *how, change.base, "--", path, folder=change.root)
    found = []
    for match in _HUNK.finditer(diff):
        first, count = int(match[1]), int(match[2] or 1)
        found.append((first, first + count - 1) if count else (first, first + 1))
    return found


def _git(*arguments: str, folder: str) -> str:
    command = ["git", "--literal-pathspecs", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except OSError as error:
        raise Unusable(f"--diff-base needs git: {error.strerror or error}") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines() or ["it failed"]
        raise Unusable(f"--diff-base: git {arguments[0]}: {said[0]}")
    return os.fsdecode(done.stdout)
