"""From what a rule says should be so to edits of the text that was linted."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubernetes.objects import plain
from rtlint.lint.diagnostic import Resolved
from rtlint.lint.expected import below, copy, perform, same
from rtlint.lint.rule import Move, Remove, Set
from rtlint.lint.trials import Enough, made, objections, spend
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.edit import Ground, Path, ground, move, remove, set_value, taken
from rtlint.yaml.layout import (
    content_end,
    is_kept_block,
    line_break_before,
    line_start,
    next_line,
    tail,
)
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Document, Mapping, aliased, written
from rtlint.yaml.text_edit import Edit, Withheld, apply, conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.rule import Fix, Operation
    from rtlint.lint.settings import Settings
    from rtlint.yaml.nodes import Node
    from rtlint.yaml.render import Style

# Of an object, in one pass; `--fix` makes further ones.
_MOST_FIXES = 10_000
# Operations that touch each other: each such fix reads the whole text again.
_MOST_REWRITES = 100


def with_fixes(
    found: Sequence[tuple[Diagnostic, Fix | None]],
    obj: Object,
    vm: Workload | None,
    settings: Settings,
) -> Iterator[Diagnostic]:
    """An object's diagnostics with their fixes; `vm` is the object if it makes VMIs.

    A fix is withheld, with the reason, where the text does not allow it or KubeVirt would refuse a
    VM that it admits now. A diagnostic whose fix waits for a further pass of `--fix` has neither.
    """
    fixes = [(diagnostic.rule, fix) for diagnostic, fix in found if fix is not None]
    judged = objections(obj, vm, fixes[:_MOST_FIXES], settings)
    rewrites = iter(range(_MOST_REWRITES))
    for diagnostic, fix in found:
        if fix is None or id(fix) not in judged:
            yield diagnostic
            continue
        try:
            resolved = _resolve(obj, fix, rewrites)
        except Withheld as reason:
            yield diagnostic._replace(withheld=str(reason))
        except Enough:
            yield diagnostic
        else:
            objection = judged[id(fix)]
            yield diagnostic._replace(fix=None if objection else resolved, withheld=objection)


def _resolve(obj: Object, fix: Fix, rewrites: Iterator[int]) -> Resolved:
    """The fix as edits. Raises Withheld, with the reason, and Enough."""
    operations = below(obj.path, fix.operations)
    above = obj.source.above
    document = Document(obj.document.number - above.documents, obj.document.root)
    edits = operation_edits(obj.source.text, document, operations, rewrites)
    made(obj, fix.operations)
    fields = frozenset(_written(obj.document.root, operations))
    moved = tuple(edit.moved(above.offset) for edit in edits)
    base = split_path(obj.path)
    read = frozenset((*base, *split_path(path)) for path in fix.reads)
    return Resolved(fix.applicability, fix.description, moved, operations, fields, read)


def _written(root: Node, operations: tuple[Operation, ...]) -> Iterator[Path]:
    for operation in operations:
        yield split_path(operation.path)
        if not isinstance(operation, Remove):
            path = split_path(operation.to if isinstance(operation, Move) else operation.path)
            # Nearly always the parent is there.
            there = (i for i in range(len(path) - 1, 0, -1) if find(root, path[:i]).complete)
            yield path[: next(there, 0) + 1]


def operation_edits(
    text: str, document: Document, operations: tuple[Operation, ...], rewrites: Iterator[int]
) -> tuple[Edit, ...]:
    """The edits, none in another's way, that make the operations of a document.

    Operations that touch each other take one of the `rewrites` that are left. Raises Withheld, and
    Enough.
    """
    on = ground(text, document.root)
    if on.odd_break:
        character = f"U+{ord(on.odd_break):04X}"
        raise Withheld(f"YAML ends a line at a {character} that editors do not; replace it first")
    edits = _edits(on, operations)
    if edits:
        return edits
    piece = _piece(on, operations)
    if piece is not None:
        with suppress(Withheld):
            return piece.edits(on.style)
    spend(rewrites)
    return _one_edit(text, document.number, operations, on.style)


def _edits(on: Ground, operations: tuple[Operation, ...]) -> tuple[Edit, ...] | None:
    """The edits of all operations; None where they touch each other. Raises Withheld."""
    made: list[Edit] = []
    for operation in operations:
        for edit in _edit(on, operation):
            if any(conflict(edit, other) for other in made):
                return None
            made.append(edit)
    return tuple(made)


def _edit(on: Ground, operation: Operation) -> list[Edit]:
    match operation:
        case Set(path, value):
            return set_value(on, split_path(path), value)
        case Remove(path):
            return remove(on, split_path(path))
        case Move(path, to):
            return move(on, split_path(path), split_path(to))


class _Piece(NamedTuple):
    """Whole lines of a document that are one by themselves, and operations on that."""

    offset: int
    text: str
    operations: tuple[Operation, ...]

    def edits(self, style: Style) -> tuple[Edit, ...]:
        """The edits of the whole text. Raises Withheld, also where only the whole one will do."""
        made = _one_edit(self.text, 1, self.operations, style)
        old, new = _ground(self.text, 1, style), _ground(apply(self.text, list(made)), 1, style)
        if not same(perform(copy(plain(old.root)), self.operations), plain(new.root)):
            raise Withheld("The changes get in each other's way; make them by hand")
        return tuple(edit.moved(self.offset) for edit in made)


def _piece(on: Ground, operations: tuple[Operation, ...]) -> _Piece | None:
    """The smallest mapping that holds all that the operations touch; None where the text is it.

    To read the whole text again for each fix takes the square of a list.
    """
    paths = [split_path(each.path) for each in operations]
    paths += [split_path(each.to) for each in operations if isinstance(each, Move)]
    depth = min(map(len, paths)) - 1
    while depth > 0 and len({path[:depth] for path in paths}) > 1:
        depth -= 1
    for length in range(depth, 0, -1):
        place = find(on.root, paths[0][:length])
        node = place.node
        # A field more stays than may go: an empty mapping is written behind its key.
        if not place.complete or not isinstance(node, Mapping) or node.flow:
            continue
        if len(node.pairs) // 2 <= len(operations):
            continue
        start = line_start(on.text, node.start)
        margin = on.text[start : node.start]
        above = line_start(on.text, line_break_before(on.text, start))
        if margin.strip(" -") or on.text[above:start].lstrip().startswith("#"):
            continue
        if is_kept_block(on.text, tail(node)) or any(id(n) in on.shared for n in written(node)):
            return None
        end = next_line(on.text, content_end(on.text, node))
        comments = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*").match(on.text, end)
        end = comments.end() if comments else end
        inner = _within(operations, length, margin.count("-"))
        return _Piece(start, on.text[start:end], inner)
    return None


def _within(operations: tuple[Operation, ...], length: int, dashes: int) -> tuple[Operation, ...]:
    """The operations of a piece, which has of what is above it the lists of its first line."""

    def inner(path: str) -> str:
        return join_path(*(0,) * dashes, *split_path(path)[length:])

    return tuple(
        each._replace(path=inner(each.path), to=inner(each.to))
        if isinstance(each, Move)
        else each._replace(path=inner(each.path))
        for each in operations
    )


def _one_edit(
    old: str, number: int, operations: tuple[Operation, ...], style: Style
) -> tuple[Edit, ...]:
    """Operations that touch each other, one after the other, as the one edit they come to.

    It replaces all that any of them touches, the same text again too: what a field's move leaves
    where it is has other parents then, and another fix may not count on those it had.
    """
    text = old
    steps: list[tuple[str, list[Edit]]] = []
    for operation in operations:
        on = _ground(text, number, style)
        path, to = _move_between(operation)
        if to:
            field = taken(on, path, to)
            steps.append((text, remove(on, path)))
            text = apply(*steps[-1])
            steps.append((text, set_value(_ground(text, number, style), to, field)))
        else:
            steps.append((text, _edit(on, operation)))
        text = apply(*steps[-1])
    head = min(edit.start for _, edits in steps for edit in edits)
    tail = min(len(before) - edit.end for before, edits in steps for edit in edits)
    return (Edit(head, len(old) - tail, text[head : len(text) - tail]),)


def _move_between(operation: Operation) -> tuple[Path, Path]:
    """The paths of a move from one mapping to another; empty ones for anything else."""
    if not isinstance(operation, Move):
        return (), ()
    path, to = split_path(operation.path), split_path(operation.to)
    return (path, to) if path[:-1] != to[:-1] else ((), ())


def _ground(text: str, number: int, style: Style) -> Ground:
    """The ground of a document after an edit. Raises Withheld where it cannot be read any more."""
    document = list(compose(text))[number - 1]
    if not isinstance(document, Document):
        raise Withheld("The changes get in each other's way; make them by hand")
    # Not `ground`, which keeps what it made for the fixes to come.
    shared = frozenset(map(id, aliased(document.root)))
    return Ground(text, document.root, shared, style, odd_break=None)
