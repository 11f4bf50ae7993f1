"""What the fixes of a file do to the domains of its VMs."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.blocks import read_documents
from rtlint.kubernetes.fields import UnknownValue
from rtlint.preview.compare import compare, scheduling_lines
from rtlint.preview.model import Previewed, make_preview, unknown_rest, virtual_machines
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.linted import Linted
    from rtlint.lint.settings import Settings
    from rtlint.yaml.source import Source


def render(linted: Linted, settings: Settings) -> str:
    """For each realtime VM of a file, what the fixes change in scheduling and domain XML.

    "" for a file without one. Where the fixes change nothing the scheduling is shown as it is.
    """
    before = linted.before or linted.source
    pairs = zip(_vms(before, settings), _vms(linted.source, settings), strict=True)
    blocks = [_block(old, new) for old, new in pairs if old.is_realtime or new.is_realtime]
    return "".join(f"{block}\n" for block in blocks)


def _vms(source: Source, settings: Settings) -> Iterator[Workload]:
    for text, document in read_documents(source, settings.limits):
        yield from virtual_machines(text, (document,), settings)


def _block(before: Workload, after: Workload) -> str:
    why_not = unknown_rest(after)
    if why_not is not None:
        return f"{visible(why_not)}.\n"
    try:
        old, new = make_preview(before), make_preview(after)
    except UnknownValue as unknown:
        title = visible(f"{before.object.source.path}: {before.object.kind} {before.object.name}")
        return f"{title}: no preview, as `{visible(unknown.path)}` is not known.\n"
    difference = compare(old.preview, new.preview)
    head = f"{visible(before.object.source.path)}: {visible(old.title)}, {_verdict(old, new)}"
    if difference:
        return f"{head}\n{difference}"
    return "".join(f"{line}\n" for line in (head, *scheduling_lines(new.preview)))


def _verdict(old: Previewed, new: Previewed) -> str:
    """Whether the VM is admitted and starts, before and after."""
    words = ["refused" if made.refused else "admitted" for made in (old, new)]
    return f"{words[0]} before and {words[1]} after:" if words[0] != words[1] else f"{words[0]}:"
