"""What KubeVirt would say to fixes: each is made in plain data, and admission looks at that."""

from __future__ import annotations

from contextlib import suppress

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, split_path
from rtlint.kubernetes.objects import objects
from rtlint.kubernetes.plain import with_value
from rtlint.kubernetes.quantity import Quantity
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.repairs import page_repairs
from rtlint.lint.expected import performed, same
from rtlint.lint.rule import Move, Set
from rtlint.yaml.nodes import Document
from rtlint.yaml.text_edit import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.admission import Cause
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.rule import Fix, Operation
    from rtlint.lint.settings import Settings
    from rtlint.yaml.source import Source, Unreadable

    # What was checked, and the field that it is about.
    Reason = tuple[str, str]
    # A rule, and what its fix does to which field, the same for every item of a list.
    Kind = tuple[str | type, ...]
    Try = Callable[[Sequence[Operation]], str | None]

_DEDICATED = "domain.cpu.dedicatedCpuPlacement"
_PAGE_SIZE = "domain.memory.hugepages.pageSize"
_PAGE = Quantity(2**30 * 10**9, "binary")
# What a realtime VM is refused for while it lacks what other rules' fixes bring.
_NEEDS = {
    ("isolate-dedicated", "domain.cpu.isolateEmulatorThread"): _DEDICATED,
    ("numa-dedicated", "domain.cpu.numa.guestMappingPassthrough"): _DEDICATED,
    ("numa-hugepages", "domain.cpu.numa.guestMappingPassthrough"): _PAGE_SIZE,
}
_NEEDED = {_DEDICATED: True, _PAGE_SIZE: str(_PAGE)}

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

    No fix may add a reason for KubeVirt to refuse the VM, also where there are others.

    `before` is the object as a workload, where it is one; the fixes come with their rules. What is
    too much to try is not in the result.

    Fixes of one rule that do the same to several items of a list are tried together first:
    admission looks at each item for itself, and what it admits of all it admits of each.
    """
    if before is None or before.is_instancetype:
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


def refusals(
    source: Source, documents: Iterable[Document | Unreadable], settings: Settings
) -> Iterator[tuple[int, str, Reason]]:
    """Why KubeVirt refuses VMs: each one's document, its path in that, and one reason of many."""
    for document in documents:
        if not isinstance(document, Document):
            continue
        for obj in objects(source, document, GROUPS):
            vm = settings.workload(obj)
            if vm is not None and not vm.is_instancetype:
                yield from ((document.number, obj.path, reason) for reason in _reasons(vm))


def made(obj: Object, operations: Iterable[Operation]) -> Object:
    """The object as the operations would make it. Raises Withheld where they cannot be made."""
    try:
        return obj.with_data(performed(obj.data, operations))
    except IndexError:
        raise Withheld("The list lacks the item before this one; add that one first") from None
    except (AttributeError, KeyError, TypeError):
        message = "A value above the field has a type that the API does not accept"
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
    if after is None:
        # A word was moved to where the VM's spec would be: nobody would have admitted that.
        return None
    if _conflicts(after) > _conflicts(before):
        return "KubeVirt refuses a VM that sets what its instancetype sets; change that one"
    if _overridden(before, after, operations):
        return "The instancetype overrides what the VM says; change that one"
    if _is_judged_alike(before, after):
        return None
    spend(left)
    # An excerpt of a VM lacks what a field needs that is only misplaced.
    if all(isinstance(operation, Move) for operation in operations) and _is_excerpt(before):
        return None
    more = _added(before, after)
    if more and before.is_realtime and more.keys() <= _NEEDS.keys():
        more = _added(before, _with_needs(after, more))
    if not more:
        return None
    if not before.causes:
        return "KubeVirt would refuse the VM, which it admits now"
    from rtlint.kubevirt.admission.words import in_plain_words

    cause = next(iter(more.values()))
    what = f'{in_plain_words(cause)} ("{cause.message.strip()}")'
    return f"KubeVirt would refuse the VM for one more reason: {what}"


def _is_excerpt(vm: Workload) -> bool:
    """Whether the VM says no memory at all, as no whole one does."""
    return any(True for _ in vm.refusals("memory-missing"))


def _added(before: Workload, after: Workload) -> dict[Reason, Cause]:
    """Why KubeVirt refuses the VM after a fix and not before."""
    known = set(_reasons(before))
    causes = after.causes_as(before)
    return {_reason(cause): cause for cause in causes if _reason(cause) not in known}


def _reasons(vm: Workload) -> Iterator[Reason]:
    return map(_reason, vm.causes)


def _reason(cause: Cause) -> Reason:
    return cause.check, cause.path


def _with_needs(vm: Workload, reasons: Iterable[Reason]) -> Workload:
    """The VM with what a realtime VM needs anyhow, and for want of which KubeVirt refuses it."""
    data = vm.spec.data
    for path in {_NEEDS[reason] for reason in reasons}:
        data = with_value(data, path, _NEEDED[path])
        if path == _PAGE_SIZE:
            # Memory that cannot be read stays, a reason of its own.
            with suppress(UnknownValue):
                for memory, whole in page_repairs(vm, _PAGE):
                    data = with_value(data, memory, whole)
    return vm.with_spec(Fields(data, vm.spec.partial, vm.spec.whole))


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
