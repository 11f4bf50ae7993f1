"""The VMs of a text, and what KubeVirt makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.workload import GROUPS, workload
from rtlint.preview.model import make_preview
from rtlint.project.cluster import unknown_value
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.part import Part
    from rtlint.lint.settings import Settings
    from rtlint.lsp.checked import Checked
    from rtlint.preview.model import Previewed

Form = Literal["text", "html"]


class Conversion(NamedTuple):
    """The conversion of all VMs of a text, and why some have none."""

    content: str
    failures: tuple[str, ...]


def workloads(parts: Iterable[Part], settings: Settings) -> Iterator[Workload]:
    """The objects of parts that make VMs by themselves."""
    for part in parts:
        for document in part.documents:
            if not isinstance(document, Unreadable):
                for obj in objects(part.source, document, GROUPS):
                    vm = workload(obj, settings.release, settings.cluster, settings.definitions)
                    if vm is not None and not (vm.is_preset or vm.is_instancetype):
                        yield vm


def conversion(checked: Checked, settings: Settings, form: Form) -> Conversion:
    """What `rtlint preview` shows of a text."""
    from rtlint.preview import html, text

    made: list[Previewed] = []
    failures = [d.message for p in checked.parts for d in p.documents if isinstance(d, Unreadable)]
    for vm in workloads(checked.parts, settings):
        found = previewed(vm)
        if isinstance(found, str):
            failures.append(found)
        else:
            made.append(found)
    render = html.render if form == "html" else text.render
    return Conversion(render(made), tuple(failures))


def previewed(vm: Workload) -> Previewed | str:
    """A VM's preview, or why there is none."""
    if vm.spec.partial:
        return f"{vm.object.kind} {vm.object.name}: its instancetype or preference is not known"
    try:
        return make_preview(vm)
    except UnknownValue as unknown:
        return unknown_value(vm.object, vm.at(unknown.path))
