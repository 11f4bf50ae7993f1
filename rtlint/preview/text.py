"""The preview for people: one screen with the answer, the XML below it."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rtlint.kubevirt.conversion.host import format_cpulist
from rtlint.preview.extras import extra_facts
from rtlint.preview.fragment import first_in_sight, indented, scheduling_note
from rtlint.preview.io import io_notes, io_tables
from rtlint.preview.table import Row, few, rows
from rtlint.preview.verdict import concerns, hugepages, page_size, size_text, verdict
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.kubevirt.conversion.pod import Pod
    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed

_WIDTH = 100
HEADINGS = ("thread", "pCPU", "NUMA cell", "SMT sibling", "scheduling")


def render(previews: Sequence[Previewed]) -> str:
    """All previews, one below the other; no character in it that a terminal would act on."""
    texts = ("\n".join(map(visible, _lines(previewed))) + "\n" for previewed in previews)
    return "\n".join(texts)


def _lines(previewed: Previewed) -> Iterator[str]:
    preview, obj = previewed.preview, previewed.workload.object
    answer = verdict(previewed)
    yield f"{obj.source.path}: {previewed.title}, on KubeVirt {preview.release}"
    yield ""
    first, *others = answer.reasons
    yield from _wrapped(f"Realtime: {'yes' if answer.realtime else 'NO'} - ", first)
    for reason in others:
        yield from _wrapped("               ", reason)
    yield ""
    if preview.domain is not None:
        yield from scheduling_table(preview)
        yield ""
        yield from _io(preview)
    yield from _facts(preview)
    wrong = concerns(previewed)
    if wrong:
        yield ""
        yield "What looks wrong:"
        for concern in wrong:
            yield from _wrapped("  - ", concern)
    if preview.domain is not None:
        yield ""
        yield from _xml(preview, preview.domain)


def scheduling_table(preview: Preview) -> list[str]:
    """The threads as aligned lines under a heading."""
    return _aligned(HEADINGS, [cells_of(row) for row in rows(preview)])


def _io(preview: Preview) -> Iterator[str]:
    for table in io_tables(preview):
        yield from _aligned(table.headings, table.rows)
        yield ""
    notes = io_notes(preview)
    for note in notes:
        yield from _wrapped("  ", note)
    if notes:
        yield ""


def _aligned(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    cells = [headings, *(tuple(map(visible, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  "
        + "  ".join(f"{text:{width}}" for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def cells_of(row: Row) -> tuple[str, ...]:
    """A row as text, one for each of HEADINGS."""
    pcpus = few(row.pcpus)
    return (
        row.thread,
        pcpus if row.pinned else f"{pcpus} (not pinned)",
        few(row.cells) or "-",
        few(row.siblings) or "-",
        f"{row.policy} {row.priority}" if row.realtime else row.policy,
    )


def _facts(preview: Preview) -> Iterator[str]:
    for label, text in facts(preview):
        yield from _wrapped(f"  {label:10}  ", text)


def _wrapped(first: str, text: str) -> list[str]:
    """The text in lines, all as far in as the first; a long word stays whole."""
    return wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def facts(preview: Preview) -> Iterator[tuple[str, str]]:
    """What else decides whether the guest is realtime, each with its label."""
    if preview.domain is not None:
        yield "PMU", preview.pmu or "on: KubeVirt writes no <pmu>"
        none = '<memballoon model="none"' in preview.domain
        yield "balloon", "none" if none else "yes: the host may take memory back"
        yield "hugepages", "; ".join(_pages(preview)) or "none"
        yield from extra_facts(preview)
    yield "node", _node(preview)
    yield from _pod(preview.pod)


def _pages(preview: Preview) -> Iterator[str]:
    size = page_size(preview)
    if size:
        for i, cell in enumerate(preview.cells):
            yield (
                f"{cell.memory // size} x {size_text(size)} in guest cell {i}, "
                f"from NUMA cell {cell.host_cell}"
            )
    if not preview.cells:
        for name, amount in hugepages(preview).items():
            yield f"{amount} of {name}, from any NUMA cell"


def _node(preview: Preview) -> str:
    pod = f"the pod's CPUs are {format_cpulist(preview.cpuset) or 'none'}"
    if preview.host.source == "assumed":
        given = "assumed, too" if preview.cpuset_assumed else "as given"
        return f"ASSUMED: one NUMA cell, no SMT (--host says what it is); {pod} ({given})"
    if not preview.host.has_known_cores:
        return f"{node_text(preview)}; {pod}{reserved_text(preview)}"
    given = "assumed: --cpuset says which" if preview.cpuset_assumed else "as given"
    return f"as {preview.host.source} describes it; {pod} ({given}){reserved_text(preview)}"


def node_text(preview: Preview) -> str:
    """Which object says what CPUs the node has, and what it does not say."""
    host = preview.host
    return (
        f"the CPUs of {host.source} {host.name}; ASSUMED: one NUMA cell, no SMT, of which it says "
        "nothing (--host does)"
    )


def reserved_text(preview: Preview) -> str:
    """Which CPUs the pod cannot get, as the end of a sentence; "" where nobody had to guess."""
    if not preview.reserved:
        return ""
    cpus = format_cpulist(preview.reserved)
    if preview.reserved_assumed:
        return (
            f"; the first core (CPU {cpus}) is taken to be reserved by the kubelet: a file of the "
            "run with `reservedSystemCPUs`, or with a PerformanceProfile, says which are"
        )
    return f"; CPU {cpus} is reserved, as a file of the run says"


def _pod(pod: Pod) -> Iterator[tuple[str, str]]:
    requests = ", ".join(f"{name} {amount}" for name, amount in pod.requests.items())
    overhead = "" if pod.memory_overhead is not None else " (memory and its overhead left out)"
    yield "pod", f"requests {requests}{overhead}"
    limits = ", ".join(f"{name} {amount}" for name, amount in pod.limits.items())
    yield "", f"limits {limits or 'nothing'}{overhead}"
    yield "", "on nodes with " + ", ".join(f"{k}={v}" for k, v in pod.node_selector.items())


def _xml(preview: Preview, domain: str) -> Iterator[str]:
    yield "Domain XML:"
    note = scheduling_note(preview)
    if note:
        yield f"  {note}"
    if note.endswith(":"):
        width = max(len(thread.name) for thread in preview.threads)
        for thread in preview.threads:
            yield f"    {thread.name:{width}}  {thread.policy} {thread.priority}"
    yield from (f"    {element}" for element in first_in_sight(domain))
    yield ""
    yield from (f"  {line}" for line in indented(domain).splitlines())
