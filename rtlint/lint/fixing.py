"""Fixing a text to a fixed point.

Each pass makes the fixes that do not get in each other's way, reads the result again, and holds it
against what the fixes said. A text that means anything else is never given out.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter

from rtlint import TYPE_CHECKING
from rtlint.blocks import read_documents
from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubernetes.objects import data_of
from rtlint.lint.expected import copy, perform, same
from rtlint.lint.rule import Move
from rtlint.lint.run import Result, lint
from rtlint.lint.trials import refusals
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Source, Unreadable
from rtlint.yaml.text_edit import Edit, apply, conflict, in_one

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.limits import Limits
    from rtlint.lint.diagnostic import Diagnostic, Resolved
    from rtlint.lint.settings import Settings
    from rtlint.lint.trials import Reason
    from rtlint.yaml.nodes import Document

    Documents = tuple[Document | Unreadable, ...]

# A document's number and a path in it.
Field = tuple[str | int, ...]

# Fixes feed each other (a device first, then a switch on it), a few deep at most; only an object
# with hundreds of mistakes takes many.
MAX_PASSES = 20


class Applied(NamedTuple):
    """A fix that was made; `line` is where its diagnostic stood in the text of that pass."""

    rule: str
    name: str
    line: int
    description: str


class Fixed(NamedTuple):
    """The text after all fixes, what was done, and what linting it finds.

    `edits` make that text of the one before, in order; none of them touch.
    """

    source: Source
    applied: tuple[Applied, ...]
    result: Result
    edits: tuple[Edit, ...]


class Broken(Exception):  # noqa: N818 - an internal error, named by what it prevented
    """A fix would have changed what nobody asked for, or rules undo each other's fixes."""


class Pass(NamedTuple):
    """A text, what linting it finds, and which fixes are made in it next, all at once."""

    source: Source
    result: Result
    chosen: list[tuple[Diagnostic, Resolved]]


def fix(source: Source, settings: Settings, unsafe: bool, found: Result | None = None) -> Fixed:
    """Make all safe fixes, with `unsafe` the others too, until none is left.

    `found` is what linting the source finds, where that is known. Raises Broken.
    """
    made = list(passes(source, settings, unsafe, found))
    applied = (
        Applied(found.rule, found.name, found.start.line, resolved.description)
        for each in made
        for found, resolved in each.chosen
    )
    edits = in_one(len(source.text), (_edits(each.chosen) for each in made))
    return Fixed(made[-1].source, tuple(applied), made[-1].result, tuple(edits))


def passes(
    source: Source, settings: Settings, unsafe: bool, found: Result | None = None
) -> Iterator[Pass]:
    """The passes of `fix`; in the last one nothing is chosen. Raises Broken."""
    texts: list[str] = []
    names: list[set[str]] = []
    documents: Documents = ()
    while True:
        result = found or lint(source, settings)
        found = None
        # What is left after so many passes another run may fix.
        chosen = _choose(result.diagnostics, unsafe) if len(texts) < MAX_PASSES else []
        if not chosen:
            yield Pass(source, result, chosen)
            return
        documents = documents or _read(source, settings.limits)
        fixed, after = _made(source, documents, chosen, settings.limits)
        worse = _newly_refused((source, documents), (fixed, after), chosen, settings)
        if worse:
            chosen = _one_each(chosen, worse)
            fixed, after = _made(source, documents, chosen, settings.limits)
        yield Pass(source, result, chosen)
        texts.append(source.text)
        names.append({found.rule for found, _ in chosen})
        source, documents = fixed, after
        if source.text in texts:
            rules = sorted(set().union(*names[texts.index(source.text) :]))
            raise Broken(f"the fixes of {' and '.join(rules)} undo each other; nothing was changed")


def _choose(diagnostics: list[Diagnostic], unsafe: bool) -> list[tuple[Diagnostic, Resolved]]:
    """The fixes of one pass, in the order of the rules; what conflicts waits for the next."""
    accepted: list[Edit] = []
    written: set[Field] = set()
    above: set[Field] = set()
    read: set[Field] = set()
    chosen = []
    for diagnostic in sorted(diagnostics, key=_precedence):
        resolved = diagnostic.fix
        if resolved is None or (resolved.applicability == "unsafe" and not unsafe):
            continue
        fields = {(diagnostic.document, *path) for path in resolved.written}
        used = {(diagnostic.document, *path) for path in resolved.read}
        parents = {field[:length] for field in fields | used for length in range(1, len(field))}
        # What stands in a field that another fix writes may be gone, or there already.
        if (fields | used | parents) & written or fields & (above | read):
            continue
        if any(_conflicts(edit, accepted) for edit in resolved.edits):
            continue
        written |= fields
        read |= used
        above |= parents
        for edit in resolved.edits:
            insort(accepted, edit, key=_start)
        chosen.append((diagnostic, resolved))
    return chosen


def _precedence(diagnostic: Diagnostic) -> tuple[bool, str]:
    """A field under a wrong name goes to its place before another would be made there."""
    operations = diagnostic.fix.operations if diagnostic.fix else ()
    return (not any(isinstance(operation, Move) for operation in operations), diagnostic.rule)


def _start(edit: Edit) -> int:
    return edit.start


def _conflicts(edit: Edit, accepted: list[Edit]) -> bool:
    """Whether the edit conflicts with one of those, which are sorted and do not overlap."""
    behind = bisect_left(accepted, edit.start, key=_start)
    while behind < len(accepted) and accepted[behind].start <= edit.end:
        if conflict(edit, accepted[behind]):
            return True
        behind += 1
    before = bisect_left(accepted, edit.start, key=_start) - 1
    while before >= 0 and accepted[before].end >= edit.start:
        if conflict(edit, accepted[before]):
            return True
        before -= 1
    return False


def _made(
    source: Source, documents: Documents, chosen: list[tuple[Diagnostic, Resolved]], limits: Limits
) -> tuple[Source, Documents]:
    """The source with the fixes made, held against what they said. Raises Broken."""
    fixed = Source(source.path, apply(source.text, _edits(chosen)))
    after = _read(fixed, limits)
    expected = _meaning(documents)
    for diagnostic, resolved in chosen:
        perform(expected[diagnostic.document - 1], resolved.operations)
    if not same(expected, _meaning(after)):
        rules = ", ".join(sorted({diagnostic.rule for diagnostic, _ in chosen}))
        raise Broken(f"the fixes of {rules} would change more than they say; nothing was changed")
    return fixed, after


def _edits(chosen: list[tuple[Diagnostic, Resolved]]) -> list[Edit]:
    return [edit for _, resolved in chosen for edit in resolved.edits]


def _newly_refused(
    before: tuple[Source, Documents],
    after: tuple[Source, Documents],
    chosen: list[tuple[Diagnostic, Resolved]],
    settings: Settings,
) -> set[tuple[int, str]]:
    """The VMs that KubeVirt would refuse after all of the fixes for a reason not there before.

    Each fix alone was tried, so they are in documents with several.
    """
    counts = Counter(diagnostic.document for diagnostic, _ in chosen)

    def why(source: Source, documents: Documents) -> set[tuple[int, str, Reason]]:
        several = (each for number, each in enumerate(documents, 1) if counts[number] > 1)
        return set(refusals(source, several, settings))

    found = why(*after)
    more = found and found - why(*before)
    return {(number, path) for number, path, _ in more}


def _one_each(
    chosen: list[tuple[Diagnostic, Resolved]], vms: set[tuple[int, str]]
) -> list[tuple[Diagnostic, Resolved]]:
    """The fixes without those that come after another of the same VM, where it is one of `vms`."""
    seen: set[tuple[int, str]] = set()
    kept = []
    for diagnostic, resolved in chosen:
        path = split_path(resolved.operations[0].path)
        ends = (join_path(*path[:end]) for end in range(len(path)))
        vm = next((key for end in ends if (key := (diagnostic.document, end)) in vms), None)
        if vm not in seen:
            kept.append((diagnostic, resolved))
        if vm is not None:
            seen.add(vm)
    return kept


def _read(source: Source, limits: Limits) -> Documents:
    return tuple(document for _, document in read_documents(source, limits))


def _meaning(documents: Documents) -> list[Any]:
    return [None if isinstance(d, Unreadable) else copy(data_of(d)) for d in documents]
