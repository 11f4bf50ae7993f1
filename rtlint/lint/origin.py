"""Findings about what an instancetype or a preference brings into a VM."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import split_path
from rtlint.limits import shorten
from rtlint.lint.diagnostic import Related
from rtlint.yaml.locate import find

if TYPE_CHECKING:
    from rtlint.kubevirt.definitions import Definition
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.rule import Finding


def brought_by(vm: Workload, finding: Finding) -> tuple[Definition, str] | None:
    """The definition that what the finding is about comes from, and the path inside it.

    None where the VM says it itself, or nobody does.
    """
    path = vm.within(finding.path)
    if vm.effective is None or vm.is_instancetype or path is None:
        return None
    return vm.effective.source(path)


def at_reference(
    found: Diagnostic, vm: Workload, finding: Finding, source: tuple[Definition, str], most: int
) -> Diagnostic:
    """The diagnostic at the VM's reference, with the place in the definition as a related one.

    Where the VM says something there itself (a conflict) the diagnostic stays with that. No text
    gets longer than `most`.
    """
    definition, path = source
    found = found._replace(related=_related(definition, path, most))
    if _is_written(vm, vm.object.full_path(finding.path)):
        return found
    field = "preference" if definition.kind.endswith("Preference") else "instancetype"
    name = f"{vm.virtual_machine_path}.{field}.name"
    span = vm.object.span(name)
    text = vm.object.source
    return found._replace(
        message=shorten(f"{found.message} It comes from the {definition.title}.", most),
        field=vm.object.full_path(name),
        start=text.position(span.start),
        end=text.position(span.end),
    )


def _is_written(vm: Workload, field: str) -> bool:
    document = vm.object.document
    return find(document.root, document.within(split_path(field))).complete


def _related(definition: Definition, path: str, most: int) -> tuple[Related, ...]:
    obj = definition.object
    # What KubeVirt deploys itself stands in no file.
    if obj is None:
        return ()
    span = obj.span(path)
    start, end = obj.source.position(span.start), obj.source.position(span.end)
    message = shorten(f"The {definition.title} sets it here.", most)
    return (Related(message, obj.source.path, start, end),)
