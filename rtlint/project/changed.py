"""Only what a change touches.

Git says what the files were before it, from its store of objects alone: what they are is what was
linted. Attributes, filters, bits of the index and a sparse checkout's patterns thus hide nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from functools import cache, partial
from io import BytesIO
from tempfile import TemporaryDirectory

from rtlint import TYPE_CHECKING
from rtlint.blocks import read_documents
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.lint.diagnostic import Resource
from rtlint.platform.objects import is_of_platform
from rtlint.project.discover import SUFFIXES
from rtlint.project.files import Unusable, is_inside
from rtlint.project.programs import NoAnswer, git, git_alone, said
from rtlint.tuples import NamedTuple
from rtlint.yaml.nodes import Alias, Document, Scalar, Sequence
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from subprocess import CompletedProcess
    from typing import BinaryIO, Final

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted
    from rtlint.yaml.nodes import Node

_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_HOW = (
    "--no-index", "--no-color", "--no-ext-diff", "--no-textconv", "--text",
    "--unified=0", "--inter-hunk-context=0",
)  # fmt: skip
_NAMES = ("before", "after")
_FILES, _LINK, _SUBMODULE = ("100644", "100755"), "120000", "160000"
_CHUNK = 2**20  # bytes

# First and last line, both counted.
Lines = tuple[int, int]
_ALL: Final[list[Lines]] = [(0, sys.maxsize)]


class _Place(NamedTuple):
    """A resource of a file: the number of its document, what it is called, and its lines, with
    those that its aliases stand for.
    """

    document: int
    name: Resource
    lines: tuple[Lines, ...]


class _Stored(NamedTuple):
    """What git stores at a path: a file's content, a link's target, a submodule's commit."""

    mode: str
    id: str


class _Change(NamedTuple):
    """A change: the files as they were before it, by their paths below the repository's `root`."""

    root: str
    before: dict[str, _Stored]


def only_changed(
    files: Iterable[Linted], revision: str, paths: Iterable[str], note: Callable[[str], None]
) -> tuple[Linted, ...]:
    """The files with the findings on lines and resources that the change since then touches.

    The change is what this branch, with the files as they were linted, has that the revision has
    not. Files that it does not have are new. What of the change below `paths` nobody could look at
    is told to `note`. Raises Unusable.
    """
    root = os.path.realpath(_ask(".", "rev-parse", "--show-toplevel").strip())
    change = _Change(root, _files(root, _base(root, revision)))
    if missing := _not_here(change, tuple(paths)):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        note(
            f"--diff-base: {missing[0]}{more} changed and is not in the working tree, so nobody "
            "looked at it (a sparse checkout, a submodule?)"
        )
    linted = tuple(files)
    texts = {each.source.path: each.source for each in linted}

    @cache
    def lines_of(path: str) -> list[Lines]:
        return _changed_lines(path, texts.get(path), change)

    return tuple(_only_changed(each, lines_of) for each in linted)


def _only_changed(linted: Linted, lines_of: Callable[[str], list[Lines]]) -> Linted:
    found = linted.result.diagnostics
    if not found:
        return linted
    lines = lines_of(linted.source.path)
    if lines is _ALL:
        return linted
    resources = list(_resources(linted.source)) if lines else []
    kept = [d for d in found if _is_touched(d, lines, resources) or _is_related(d, lines_of)]
    result = linted.result.with_diagnostics(kept)
    result.untouched = len(found) - len(kept)
    return linted._replace(result=result)


def _is_touched(diagnostic: Diagnostic, changed: list[Lines], resources: list[_Place]) -> bool:
    """Whether the resource that the diagnostic is about has lines that changed."""
    places = [
        lines
        for resource in resources
        if (resource.document, resource.name) == (diagnostic.document, diagnostic.resource)
        for lines in resource.lines
    ]
    # Text that is no YAML may be so because of any line before it, and a kind may be misspelt.
    return any(_overlap(lines, place) for place in places or _ALL for lines in changed)


def _is_related(diagnostic: Diagnostic, lines_of: Callable[[str], list[Lines]]) -> bool:
    """Whether another place that the diagnostic comes from changed: an instancetype's line."""
    return any(
        _overlap(lines, (related.start.line, related.end.line))
        for related in diagnostic.related
        for lines in lines_of(related.path)
    )


def _overlap(one: Lines, other: Lines) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _resources(source: Source) -> Iterator[_Place]:
    for text, document in read_documents(source):
        if not isinstance(document, Document):
            continue
        for obj in objects(text, document, GROUPS, is_of_platform):
            resource = Resource(obj.api_version, obj.kind, obj.namespace, obj.name)
            lines = tuple(_lines(text, node) for node in _with_targets(obj.node))
            yield _Place(document.number, resource, lines)


def _with_targets(node: Node) -> Iterator[Node]:
    """A node, and what the aliases in it stand for."""
    waiting, seen = [node], {id(node)}
    yield node
    while waiting:
        node = waiting.pop()
        if isinstance(node, Alias):
            if id(node.target) not in seen:
                seen.add(id(node.target))
                yield node.target
                waiting.append(node.target)
        elif not isinstance(node, Scalar):
            waiting += node.nodes if isinstance(node, Sequence) else node.pairs


def _lines(source: Source, node: Node) -> Lines:
    return (
        source.position(node.start).line,
        source.position(max(node.start, node.end - 1)).line,
    )


def _base(root: str, revision: str) -> str:
    """The commit that the change begins at: the last that this branch has in common with it."""
    # A revision is never an option, whatever it begins with.
    name = f"{revision}^{{commit}}"
    found = _git(root, "rev-parse", "--verify", "--end-of-options", name)
    if found.returncode:
        raise Unusable(_not_found(root, revision))
    base = os.fsdecode(found.stdout).strip()
    done = _git(root, "merge-base", base, "HEAD")
    # A shallow clone may know of none, and a repository without a commit has none.
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else base


def _not_found(root: str, revision: str) -> str:
    """What to say of a revision that is not there; CI systems clone the last commit only."""
    if _ask(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        how = (
            "this clone is shallow. In CI fetch the whole history (GitHub: `fetch-depth: 0` of "
            "actions/checkout, GitLab: `GIT_DEPTH: 0`), elsewhere `git fetch --unshallow`"
        )
    else:
        how = (
            "a branch of the remote is `origin/NAME`, and `git fetch origin` brings it. In CI "
            "fetch all branches (GitHub: `fetch-depth: 0` of actions/checkout)"
        )
    return f"--diff-base: there is no commit `{revision}` here: {how}"


def _files(root: str, commit: str) -> dict[str, _Stored]:
    """The files, links and submodules of a commit."""
    found = {}
    for line in _ask(root, "ls-tree", "-r", "-z", "--full-tree", commit).split("\0")[:-1]:
        what, _, path = line.partition("\t")
        mode, _, name = what.split(" ")
        found[path] = _Stored(mode, name)
    return found


def _not_here(change: _Change, paths: tuple[str, ...]) -> list[str]:
    """The changed manifests and submodules below the paths that the working tree lacks."""
    if _git(change.root, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        return []
    return [
        os.path.relpath(whole)
        for path, stored in _files(change.root, "HEAD").items()
        if change.before.get(path) != stored
        and not _is_here(whole := os.path.join(change.root, path), stored)
        and any(is_inside(whole, each) for each in paths if each != "-")
    ]


def _is_here(path: str, stored: _Stored) -> bool:
    if stored.mode == _SUBMODULE:
        return os.path.lexists(os.path.join(path, ".git"))
    return os.path.lexists(path) or not path.endswith(SUFFIXES)


def _changed_lines(file: str, source: Source | None, change: _Change) -> list[Lines]:
    """The lines of a file that are new; where some were taken out, those on both sides.

    `source` is what was linted of it, if it was.
    """
    if any(not _is_as_before(link, change) for link in _links(os.path.abspath(file))):
        return _ALL
    real = os.path.realpath(file)
    before = change.before.get(os.path.relpath(real, change.root))
    if before is None or before.mode not in _FILES:
        return _ALL
    if source is not None and source.text:
        return _difference(_text(before, change), source.text)
    try:
        with open(real, "rb") as stream:
            # What was not even read, for its size, is not held here either.
            return [] if _id(stream, len(before.id)) == before.id else _ALL
    except OSError:
        return _ALL


def _links(path: str) -> Iterator[str]:
    """The symbolic links on the way to a file, each by the real path of its folder."""
    if not os.path.exists(path):
        return
    folder, name = os.path.split(path)
    if name:
        yield from _links(folder)
        if os.path.islink(path):
            yield os.path.join(os.path.realpath(folder), name)
            yield from _links(os.path.normpath(os.path.join(folder, os.readlink(path))))


def _is_as_before(link: str, change: _Change) -> bool:
    """Whether a link leads where it led; one outside of the repository is no part of a change."""
    path = os.path.relpath(link, change.root)
    if path.startswith(".." + os.sep):
        return True
    before = change.before.get(path)
    target = BytesIO(os.fsencode(os.readlink(link)))
    return before is not None and before == (_LINK, _id(target, len(before.id)))


def _id(stream: BinaryIO, length: int) -> str:
    """What git calls a file with this content: by SHA-1, or SHA-256 where names are longer."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    digest = hashlib.new("sha1" if length == 40 else "sha256", usedforsecurity=False)
    digest.update(b"blob %d\0" % size)
    while data := stream.read(_CHUNK):
        digest.update(data)
    return digest.hexdigest()


def _text(stored: _Stored, change: _Change) -> str:
    """The text of a file before the change, read as `lint_bytes` reads it."""
    done = _git(change.root, "cat-file", "blob", stored.id)
    if done.returncode:
        raise Unusable(f"--diff-base: git cat-file: {said(done)}")
    try:
        return decode(done.stdout)
    except Unreadable:
        return done.stdout.decode("utf-8", "replace")


def _difference(before: str, after: str) -> list[Lines]:
    """The lines of `after` that are new, and those beside one that was taken out.

    Where a line ends both count as reports do, and how it ends is no difference.
    """
    texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in (before, after)]
    if texts[0] == texts[1]:
        return []
    with TemporaryDirectory() as folder:
        for name, text in zip(_NAMES, texts, strict=True):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(text.encode())
        done = _answer(partial(git_alone, folder, "diff", *_HOW, *_NAMES))
    if done.returncode not in (0, 1):
        raise Unusable(f"--diff-base: git diff: {said(done)}")
    found = []
    for match in _HUNK.finditer(done.stdout):
        first, count = int(match[1]), int(match[2] or 1)
        found.append((first, first + count - 1) if count else (first, first + 1))
    return found


def _ask(folder: str, *arguments: str) -> str:
    """What git prints there. Raises Unusable."""
    done = _git(folder, *arguments)
    if done.returncode:
        raise Unusable(f"--diff-base: git {arguments[0]}: {said(done)}")
    return os.fsdecode(done.stdout)


def _git(folder: str, *arguments: str) -> CompletedProcess[bytes]:
    return _answer(partial(git, folder, *arguments))


def _answer(ask: Callable[[], CompletedProcess[bytes]]) -> CompletedProcess[bytes]:
    try:
        return ask()
    except NoAnswer as why:
        raise Unusable(f"--diff-base: {why}") from None
