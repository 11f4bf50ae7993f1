"""The VMs of a text, and what KubeVirt makes of them."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.preview.model import Node, previews, virtual_machines
from rtlint.preview.node import node_of
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

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
        yield from virtual_machines(part.source, part.documents, settings)


def conversion(checked: Checked, settings: Settings, form: Form) -> Conversion:
    """What `rtlint preview` shows of a text."""
    from rtlint.preview import html, text

    made: list[Previewed] = []
    failures = [d.message for p in checked.parts for d in p.documents if isinstance(d, Unreadable)]
    nodes = node_of(Node(), lambda _: settings.platform)
    for found in previews(workloads(checked.parts, settings), nodes):
        if isinstance(found, str):
            failures.append(found)
        else:
            made.append(found)
    render = html.render if form == "html" else text.render
    return Conversion(render(made), tuple(failures))
