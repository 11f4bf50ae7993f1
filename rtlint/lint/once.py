"""What one mistake causes is said once."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import split_path
from rtlint.lint.found import findings_of
from rtlint.lint.rule import Move
from rtlint.lint.trials import made
from rtlint.yaml.text_edit import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.found import Found
    from rtlint.lint.rule import Operation
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression


def said_once(
    found: Sequence[Found],
    obj: Object,
    vm: Workload | None,
    settings: Settings,
    suppressions: tuple[Suppression, ...],
) -> Sequence[Found]:
    """An object's findings without those that follow from others.

    A rule names another that says the same (`Finding.unless`). And what is found of a VM only
    because a field is misspelt, misplaced or mistyped goes where that is reported: a
    `dedicatedCPUPlacement` is one mistake, though the VM then has no dedicated CPUs either. What is
    suppressed says nothing, so that it hides nothing.
    """
    heard = _heard(found, suppressions)
    kept = _without_known(found, heard)
    mends = [each.finding.fix for each in heard if _is_of_form(each)]
    operations = [operation for fix in mends if fix for operation in fix.operations]
    if vm is None or not operations:
        return kept
    return _without_mended(kept, obj, vm, operations, settings)


def _heard(found: Sequence[Found], suppressions: tuple[Suppression, ...]) -> Sequence[Found]:
    """The findings that are not suppressed."""
    if not suppressions:
        return found
    from rtlint.lint.suppressions import split

    kept = set(map(id, split((each.diagnostic for each in found), suppressions)[0]))
    return [each for each in found if id(each.diagnostic) in kept]


def _without_known(found: Iterable[Found], heard: Iterable[Found]) -> list[Found]:
    said = {(each.loaded.rule.id, each.finding.path) for each in heard}
    return [each for each in found if not said.intersection(each.finding.unless)]


def _is_of_form(found: Found) -> bool:
    """Whether it is about the object as text, and surely mended."""
    rule, fix = found.loaded.rule, found.finding.fix
    is_safe = fix is not None and fix.applicability == "safe"
    return rule.scope == "object" and rule.severity == "error" and is_safe


def _without_mended(
    found: list[Found],
    obj: Object,
    vm: Workload,
    operations: Sequence[Operation],
    settings: Settings,
) -> list[Found]:
    """The findings without those of the VM that are gone when the operations are made."""
    try:
        mended = settings.workload(made(obj, operations))
    except Withheld:
        return found
    if mended is None:
        return found
    left = {(loaded.rule.id, finding.path) for loaded, finding in findings_of(mended, settings, [])}
    # Of a VM that becomes realtime other rules say what was found of it before.
    is_other = mended.is_realtime != vm.is_realtime
    targets = [split_path(each.to if isinstance(each, Move) else each.path) for each in operations]

    def stays(each: Found) -> bool:
        if each.loaded.rule.scope == "object":
            return True
        if (each.loaded.rule.id, each.finding.path) in left:
            return True
        path = split_path(each.finding.path)
        return is_other and not any(path[: len(target)] == target for target in targets)

    return [each for each in found if stays(each)]
