"""From what a rule says should be so to edits of the text that was linted."""

from __future__ import annotations

from contextlib import suppress

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubernetes.objects import plain
from rtlint.lint.alone import try_alone, try_comment
from rtlint.lint.diagnostic import Resolved
from rtlint.lint.expected import below, copy, perform, same
from rtlint.lint.rule import Move, Remove, Set
from rtlint.lint.trials import Enough, made, objections, spend
from rtlint.yaml.compose import compose
from rtlint.yaml.edit import Ground, Path, ground, move, remove, set_value, taken
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Document, aliased
from rtlint.yaml.piece import Piece, piece_of
from rtlint.yaml.text_edit import Edit, Withheld, apply, conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.limits import Limits
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.rule import Fix, Operation
    from rtlint.lint.settings import Settings
    from rtlint.yaml.nodes import Node
    from rtlint.yaml.render import Style
    from rtlint.yaml.source import Source

# Of an object, in one pass; `--fix` makes further ones.
_MOST_FIXES = 10_000
# Operations that touch each other: each such fix reads the whole text again.
_MOST_REWRITES = 100


def with_fixes(
    found: Sequence[tuple[Diagnostic, Fix | None]],
    obj: Object,
    vm: Workload | None,
    settings: Settings,
    left: Iterator[int],
) -> Iterator[Diagnostic]:
    """An object's diagnostics with their fixes; `vm` is the object if it makes VMIs.

    A fix is withheld, with the reason, where the text does not allow it, where it would be read
    otherwise than it is meant, or where KubeVirt would refuse a VM that it admits now. A diagnostic
    whose fix waits for a further pass of `--fix` has neither. `left` are the readings of long texts
    that are left for the piece of the file.
    """
    fixes = [(each.rule, fix) for each, fix in found if fix is not None and settings.fixes]
    judged = objections(obj, vm, fixes[:_MOST_FIXES], settings)
    rewrites = iter(range(_MOST_REWRITES))
    for diagnostic, fix in found:
        if fix is None or id(fix) not in judged:
            yield diagnostic
            continue
        try:
            resolved = _resolve(obj, fix, settings.limits, rewrites, left)
        except Withheld as reason:
            yield diagnostic._replace(withheld=str(reason))
        except Enough:
            yield diagnostic
        else:
            objection = judged[id(fix)]
            yield diagnostic._replace(fix=None if objection else resolved, withheld=objection)


def with_comment_fix(
    found: Diagnostic,
    fix: Fix,
    source: Source,
    edit: Edit,
    settings: Settings,
    left: Iterator[int],
) -> Diagnostic:
    """A diagnostic with its fix, an edit of a comment in a piece of a file; see `with_fixes`."""
    if not settings.fixes:
        return found
    try:
        try_comment(source.text, edit, settings.limits, left)
        edits = source.placed((edit,))
    except Withheld as reason:
        return found._replace(withheld=str(reason))
    except Enough:
        return found
    resolved = Resolved(fix.applicability, fix.description, edits, (), frozenset())
    return found._replace(fix=resolved)


def _resolve(
    obj: Object, fix: Fix, limits: Limits, rewrites: Iterator[int], left: Iterator[int]
) -> Resolved:
    """The fix as edits. Raises Withheld, with the reason, and Enough."""
    base = split_path(obj.path)
    inner = obj.document.within(base)
    here = below(join_path(*inner), fix.operations)
    number = obj.document.number - obj.source.above.documents
    document = Document(number, obj.document.root, obj.document.listed)
    edits = operation_edits(obj.source.text, document, here, rewrites)
    made(obj, fix.operations)
    try_alone(obj.source.text, document, edits, here, limits, left)
    fields = frozenset((*base, *path[len(inner) :]) for path in _written(document.root, here))
    operations = below(obj.path, fix.operations)
    read = frozenset((*base, *split_path(path)) for path in fix.reads)
    placed = obj.source.placed(edits)
    return Resolved(fix.applicability, fix.description, placed, operations, fields, read)


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
    if document.listed is not None:
        # The list that it is a part of tells, as it does where the whole is read.
        style = on.style._replace(step=document.listed.step, dash=document.listed.dash)
        on = on._replace(style=style)
    if on.odd_break:
        character = f"U+{ord(on.odd_break):04X}"
        raise Withheld(f"YAML ends a line at a {character} that editors do not; replace it first")
    edits = _edits(on, _gathered(on, operations))
    if edits:
        return edits
    # A field more stays than may go: an empty mapping is written behind its key.
    piece = piece_of(on, _paths(operations), len(operations))
    if piece is not None:
        with suppress(Withheld):
            return _in_piece(piece, operations, on.style)
    spend(rewrites)
    return _one_edit(text, document.number, operations, on.style)


def _gathered(on: Ground, operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """Fields of one mapping that is not there yet as the one value they come to."""
    fields = {}
    for each in operations:
        *parent, name = split_path(each.path)
        if not isinstance(each, Set) or not isinstance(name, str):
            return operations
        fields[(*parent,), name] = each.value
    parents = {parent for parent, _ in fields}
    if len(operations) == 1 or len(parents) > 1 or find(on.root, *parents).complete:
        return operations
    path = join_path(*next(iter(parents)))
    return (Set(path, {name: value for (_, name), value in fields.items()}),)


def _edits(on: Ground, operations: tuple[Operation, ...]) -> tuple[Edit, ...] | None:
    """The edits of all operations; None where they touch each other. Raises Withheld."""
    made: list[Edit] = []
    moves: dict[Path, Path] = {}
    for each in operations:
        operation = _before(moves, each)
        if operation is None:
            return None
        for edit in _edit(on, operation):
            if any(conflict(edit, other) for other in made):
                return None
            made.append(edit)
        if isinstance(each, Move):
            moves[split_path(each.to)] = split_path(each.path)
    return tuple(made)


def _before(moves: dict[Path, Path], operation: Operation) -> Operation | None:
    """The operation where fields have not moved yet; None where it can be made only then.

    A field that only its name changes of is set under its old one.
    """
    path = split_path(operation.path)
    for to, was in moves.items():
        if path[: len(to)] == to:
            if not isinstance(operation, Set) or to[:-1] != was[:-1]:
                return None
            return Set(join_path(*was, *path[len(to) :]), operation.value)
    return operation


def _edit(on: Ground, operation: Operation) -> list[Edit]:
    match operation:
        case Set(path, value):
            return set_value(on, split_path(path), value)
        case Remove(path):
            return remove(on, split_path(path))
        case Move(path, to):
            return move(on, split_path(path), split_path(to))


def _in_piece(piece: Piece, operations: tuple[Operation, ...], style: Style) -> tuple[Edit, ...]:
    """The edits of the whole text. Raises Withheld, also where only the whole one will do."""
    inner = tuple(_within(piece, operation) for operation in operations)
    made = _one_edit(piece.text, 1, inner, style)
    old, new = _ground(piece.text, 1, style), _ground(apply(piece.text, list(made)), 1, style)
    if not same(perform(copy(plain(old.root)), inner), plain(new.root)):
        raise Withheld("The changes conflict with each other; make them by hand")
    return tuple(edit.moved(piece.offset) for edit in made)


def _within(piece: Piece, operation: Operation) -> Operation:
    def inner(path: str) -> str:
        return join_path(*piece.within(split_path(path)))

    if isinstance(operation, Move):
        return operation._replace(path=inner(operation.path), to=inner(operation.to))
    return operation._replace(path=inner(operation.path))


def _paths(operations: tuple[Operation, ...]) -> list[Path]:
    """All that the operations touch."""
    paths = [split_path(each.path) for each in operations]
    return paths + [split_path(each.to) for each in operations if isinstance(each, Move)]


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
            # The new place first: a mapping that loses its only field is left as `{}`.
            steps.append((text, set_value(on, to, taken(on, path, to))))
            text = apply(*steps[-1])
            steps.append((text, remove(_ground(text, number, style), path)))
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
        raise Withheld("The changes conflict with each other; make them by hand")
    # Not `ground`, which keeps what it made for the fixes to come.
    shared = frozenset(map(id, aliased(document.root)))
    return Ground(text, document.root, shared, style, odd_break=None)
