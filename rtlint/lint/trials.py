"""What KubeVirt would say to fixes: each is made in plain data, and admission looks at that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import split_path
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.lint.expected import performed, same
from rtlint.lint.rule import Move, Set
from rtlint.yaml.nodes import Document
from rtlint.yaml.text_edit import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.rule import Fix, Operation
    from rtlint.lint.settings import Settings
    from rtlint.yaml.source import Source, Unreadable

    # A rule, and what its fix does to which field, the same for every item of a list.
    Kind = tuple[str | type, ...]
    Try = Callable[[Sequence[Operation]], str | None]

# A trial takes as long as the object is large; those of a pass are enough.
_MOST = 100


class Enough(Exception):  # noqa: N818 - no error: the fix waits for a further pass of `--fix`
    """So much was tried for an object that no more is."""


def spend(left: Iterator[int]) -> None:
    """Take one of what is left. Raises Enough where nothing is."""
    if next(left, None) is None:
        raise Enough


def objections(
    obj: Object, before: Workload | None, fixes: Sequence[tuple[str, Fix]], settings: Settings
) -> dict[int, str | None]:
    """What each fix alone would do to the VM that nobody wants, None for nothing, by its `id`.

    `before` is the object as a workload, where it is one; the fixes come with their rules. What is
    too much to try is not in the result.

    Fixes of one rule that do the same to several items of a list are tried together first:
    admission looks at each item for itself, and what it admits of all it admits of each.
    """
    if before is None or before.is_instancetype or (before.effective is None and before.causes):
        return {id(fix): None for _, fix in fixes}
    left = iter(range(_MOST))

    def attempt(operations: Sequence[Operation]) -> str | None:
        return _objection(obj, before, operations, settings, left)

    alike: dict[Kind, list[Fix]] = {}
    for rule, fix in fixes:
        alike.setdefault(_kind(rule, fix), []).append(fix)
    found: dict[int, str | None] = {}
    for those in alike.values():
        try:
            for fix, objection in _judged(those, attempt):
                found[id(fix)] = objection
        except Enough:
            continue
    return found


def refused(
    source: Source, documents: Iterable[Document | Unreadable], settings: Settings
) -> Iterator[tuple[int, str]]:
    """The VMs that KubeVirt refuses: each one's document, and its path in that."""
    for document in documents:
        if not isinstance(document, Document):
            continue
        for obj in objects(source, document, GROUPS):
            vm = settings.workload(obj)
            if vm is not None and not vm.is_instancetype and vm.causes:
                yield document.number, obj.path


def made(obj: Object, operations: Iterable[Operation]) -> Object:
    """The object as the operations would make it. Raises Withheld where they cannot be made."""
    try:
        return obj.with_data(performed(obj.data, operations))
    except IndexError:
        raise Withheld("The list lacks the item before this one; add that one first") from None
    except (AttributeError, KeyError, TypeError):
        message = "A value on the way to the field is of a type that the API does not take"
        raise Withheld(message) from None


def _kind(rule: str, fix: Fix) -> Kind:
    paths: list[str | type] = []
    for operation in fix.operations:
        ends = (operation.path, operation.to) if isinstance(operation, Move) else (operation.path,)
        names = (part for path in ends for part in split_path(path) if isinstance(part, str))
        paths += [type(operation), *names]
    return (rule, *paths)


def _judged(fixes: list[Fix], attempt: Try) -> Iterator[tuple[Fix, str | None]]:
    """Each fix with the objection to it, tried by halves where there is one. Raises Enough."""
    objection = attempt([operation for fix in fixes for operation in fix.operations])
    if objection is None or len(fixes) == 1:
        yield from ((fix, objection) for fix in fixes)
        return
    middle = len(fixes) // 2
    yield from _judged(fixes[:middle], attempt)
    yield from _judged(fixes[middle:], attempt)


def _objection(
    obj: Object,
    before: Workload,
    operations: Sequence[Operation],
    settings: Settings,
    left: Iterator[int],
) -> str | None:
    """What the operations would do to the VM that nobody wants. Raises Enough."""
    try:
        fixed = made(obj, operations)
    except Withheld as reason:
        return str(reason)
    if before.effective is not None:
        spend(left)
    after = settings.workload(fixed)
    assert after is not None
    if _conflicts(after) > _conflicts(before):
        return "KubeVirt refuses a VM that sets what its instancetype sets; change that one"
    if _overridden(before, after, operations):
        return "The instancetype overrides what the VM says; change that one"
    if before.causes or _is_judged_alike(before, after):
        return None
    spend(left)
    return "KubeVirt would refuse the VM, which it admits now" if after.causes else None


def _is_judged_alike(before: Workload, after: Workload) -> bool:
    """Whether the fix changes nothing that KubeVirt's admission looks at."""
    if before.has_instancetype != after.has_instancetype:
        return False
    return same(before.judged, after.judged)


def _conflicts(vm: Workload) -> int:
    return len(vm.effective.merged.conflicts) if vm.effective else 0


def _overridden(before: Workload, after: Workload, operations: Iterable[Operation]) -> bool:
    """Whether fields of the VMI spec are set, and the effective one stays what it was."""
    sets = [operation for operation in operations if isinstance(operation, Set)]
    inside = bool(sets) and all(before.within(operation.path) for operation in sets)
    return before.effective is not None and inside and same(before.spec.data, after.spec.data)
