"""From what a rule says should be so to edits of the text that was linted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import split_path
from rtlint.kubevirt.workload import workload
from rtlint.lint.expected import below, performed, same
from rtlint.lint.rule import Move, Remove, Set
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.edit import Ground, Path, ground, move, remove, set_value, taken
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Document
from rtlint.yaml.text_edit import Edit, Withheld, apply, conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.rule import Applicability, Fix, Operation
    from rtlint.lint.settings import Settings
    from rtlint.yaml.nodes import Node


class Resolved(NamedTuple):
    """A fix made concrete: `edits` of the file as it was read, `operations` on its document.

    `written` are the paths of all fields that come, go or change, new parents with them.
    """

    applicability: Applicability
    description: str
    edits: tuple[Edit, ...]
    operations: tuple[Operation, ...]
    written: frozenset[Path]


def resolve(obj: Object, before: Workload | None, fix: Fix, settings: Settings) -> Resolved:
    """The fix as edits; `before` is the object as a workload, where it is one.

    Raises Withheld, with the reason, where the text does not allow it or KubeVirt would refuse a
    VM that it admits now.
    """
    operations = below(obj.path, fix.operations)
    above = obj.source.above
    document = Document(obj.document.number - above.documents, obj.document.root)
    edits = operation_edits(obj.source.text, document, operations)
    objection = _objection(obj, before, fix, settings)
    if objection is not None:
        raise Withheld(objection)
    fields = frozenset(_written(obj.document.root, operations))
    moved = tuple(edit.moved(above.offset) for edit in edits)
    return Resolved(fix.applicability, fix.description, moved, operations, fields)


def _written(root: Node, operations: tuple[Operation, ...]) -> Iterator[Path]:
    for operation in operations:
        yield split_path(operation.path)
        if not isinstance(operation, Remove):
            path = split_path(operation.to if isinstance(operation, Move) else operation.path)
            # Nearly always the parent is there.
            there = (i for i in range(len(path) - 1, 0, -1) if find(root, path[:i]).complete)
            yield path[: next(there, 0) + 1]


def operation_edits(
    text: str, document: Document, operations: tuple[Operation, ...]
) -> tuple[Edit, ...]:
    """The edits, none in another's way, that make the operations of a document. Raises Withheld."""
    on = ground(text, document.root)
    if on.odd_break:
        character = f"U+{ord(on.odd_break):04X}"
        raise Withheld(f"YAML ends a line at a {character} that editors do not; replace it first")
    edits = _edits(on, operations)
    return edits or _one_edit(text, document.number, operations)


def _objection(obj: Object, before: Workload | None, fix: Fix, settings: Settings) -> str | None:
    """What the fix would do to the VM that nobody wants."""
    if before is None or before.is_instancetype:
        return None
    if before.effective is None and before.causes:
        return None
    try:
        fixed = obj.with_data(performed(obj.data, fix.operations))
    except (AttributeError, IndexError, KeyError, TypeError):
        return "A value on the way to the field is of a type that the API does not take"
    after = workload(
        fixed, settings.release, settings.cluster, settings.definitions, settings.is_patch
    )
    assert after is not None
    if _conflicts(after) > _conflicts(before):
        return "KubeVirt refuses a VM that sets what its instancetype sets; change that one"
    if _overridden(before, after, fix):
        return "The instancetype overrides what the VM says; change that one"
    if not before.causes and not _is_judged_alike(before, after) and after.causes:
        return "KubeVirt would refuse the VM, which it admits now"
    return None


def _is_judged_alike(before: Workload, after: Workload) -> bool:
    """Whether the fix changes nothing that KubeVirt's admission looks at."""
    if before.has_instancetype != after.has_instancetype:
        return False
    return same(before.judged, after.judged)


def _conflicts(vm: Workload) -> int:
    return len(vm.effective.merged.conflicts) if vm.effective else 0


def _overridden(before: Workload, after: Workload, fix: Fix) -> bool:
    """Whether the fix sets a field of the VMI spec, and the effective one stays what it was."""
    sets = [operation for operation in fix.operations if isinstance(operation, Set)]
    inside = bool(sets) and all(before.within(operation.path) for operation in sets)
    return before.effective is not None and inside and same(before.spec.data, after.spec.data)


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


def _one_edit(old: str, number: int, operations: tuple[Operation, ...]) -> tuple[Edit, ...]:
    """Operations that touch each other, one after the other, as the one edit they come to.

    It replaces all that any of them touches, the same text again too: what a field's move leaves
    where it is has other parents then, and another fix may not count on those it had.
    """
    text = old
    steps: list[tuple[str, list[Edit]]] = []
    for operation in operations:
        on = _ground(text, number)
        path, to = _move_between(operation)
        if to:
            field = taken(on, path, to)
            steps.append((text, remove(on, path)))
            text = apply(*steps[-1])
            steps.append((text, set_value(_ground(text, number), to, field)))
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


def _ground(text: str, number: int) -> Ground:
    """The ground of a document after an edit. Raises Withheld where it cannot be read any more."""
    document = list(compose(text))[number - 1]
    if not isinstance(document, Document):
        raise Withheld("The changes get in each other's way; make them by hand")
    return ground(text, document.root)
