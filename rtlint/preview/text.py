"""The preview for people: one screen with the answer, the XML below it."""

from __future__ import annotations

from textwrap import wrap

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.host import format_cpulist
from rtlint.platform.capacity import size_text
from rtlint.preview.colours import BOLD, LEVELS, PLAIN, YELLOW, paint
from rtlint.preview.extras import extra_facts
from rtlint.preview.fragment import first_in_sight, indented, raised_threads, scheduling_note
from rtlint.preview.io import io_notes, io_tables
from rtlint.preview.pages import hugepages, page_size
from rtlint.preview.table import Row, few, ids_of, named, rows
from rtlint.preview.verdict import Verdict, verdict
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rtlint.kubevirt.conversion.pod import Pod
    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed

    # With its colour.
    Line = tuple[str, str]

_WIDTH = 100
HEADINGS = ("thread", "pCPU", "NUMA cell", "SMT sibling", "scheduling")


def render(previews: Sequence[Previewed], *, colour: bool = False, width: int | None = None) -> str:
    """All previews, one below the other; no character of theirs that a terminal would act on.

    Sentences are wrapped to the terminal's width, if it is known and none too wide to read; tables
    and XML are not.
    """
    width = min(width or _WIDTH, _WIDTH)
    return "\n".join(
        "".join(
            f"{paint(visible(line), code if colour else PLAIN)}\n"
            for line, code in _lines(previewed, width)
        )
        for previewed in previews
    )


def _lines(previewed: Previewed, width: int) -> Iterator[Line]:
    preview, obj = previewed.preview, previewed.workload.object
    answer = verdict(previewed)
    yield f"{obj.source.path}: {previewed.title}, on KubeVirt {preview.release}", BOLD
    yield "", PLAIN
    yield from _answer(answer, width)
    if preview.domain is not None:
        yield from _threads(preview, answer)
        yield "", PLAIN
        yield from _plain(_io(preview, width))
    yield from _plain(_facts(preview, width))
    if preview.domain is not None:
        yield "", PLAIN
        yield "Domain XML:", BOLD
        yield from _plain(_xml(preview, preview.domain, width))


def _plain(lines: Iterable[str]) -> Iterator[Line]:
    return ((line, PLAIN) for line in lines)


def _answer(answer: Verdict, width: int) -> Iterator[Line]:
    yield answer.headline.replace("Realtime: no", "Realtime: NO"), LEVELS[answer.level]
    yield from _plain(_listed(answer.reasons, width))
    yield "", PLAIN
    if answer.concerns:
        yield "What looks wrong:", BOLD
        wrong = [concern.message for concern in answer.concerns]
        yield from ((line, YELLOW) for line in _listed(wrong, width))
        yield "", PLAIN


def _listed(sentences: Sequence[str], width: int) -> Iterator[str]:
    for sentence in sentences:
        yield from _wrapped("  - " if len(sentences) > 1 else "  ", sentence, width)


def _threads(preview: Preview, answer: Verdict) -> Iterator[Line]:
    """The table; what looks wrong stands out in it."""
    wrong = {thread for concern in answer.concerns for thread in concern.threads}
    table = rows(preview)
    heading, *lines = scheduling_table(table)
    yield heading, BOLD
    for row, line in zip(table, lines, strict=True):
        yield line, YELLOW if row.thread in wrong else PLAIN


def scheduling_table(table: Iterable[Row]) -> list[str]:
    """The threads as aligned lines under a heading."""
    return _aligned(HEADINGS, [cells_of(row) for row in table])


def _io(preview: Preview, width: int) -> Iterator[str]:
    for table in io_tables(preview):
        yield from _aligned(table.headings, table.rows)
        yield ""
    notes = io_notes(preview)
    for note in notes:
        yield from _wrapped("  ", note, width)
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


def _facts(preview: Preview, width: int) -> Iterator[str]:
    for label, text in facts(preview):
        yield from _wrapped(f"  {label:10}  ", text, width)


def _wrapped(first: str, text: str, width: int) -> list[str]:
    """The text in lines, all as far in as the first; a long word stays whole."""
    return wrap(
        text,
        width,
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
        given = "also assumed" if preview.cpuset_assumed else "as given"
        return f"ASSUMED: one NUMA cell, no SMT (name it with --host); {pod} ({given})"
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
    cpus = ids_of(preview.reserved)
    if preview.reserved_assumed:
        return (
            f"; the first core ({named('CPU', cpus)}) is taken to be reserved by the kubelet: a "
            "file of the run with `reservedSystemCPUs`, or with a PerformanceProfile, says which "
            "are"
        )
    verb = "are" if cpus.count > 1 else "is"
    return f"; {named('CPU', cpus)} {verb} reserved, as a file of the run says"


def _pod(pod: Pod) -> Iterator[tuple[str, str]]:
    requests = ", ".join(f"{name} {amount}" for name, amount in pod.requests.items())
    overhead = "" if pod.memory_overhead is not None else " (memory and its overhead left out)"
    yield "pod", f"requests {requests}{overhead}"
    limits = ", ".join(f"{name} {amount}" for name, amount in pod.limits.items())
    yield "", f"limits {limits or 'nothing'}{overhead}"
    yield "", "on nodes with " + ", ".join(f"{k}={v}" for k, v in pod.node_selector.items())


def _xml(preview: Preview, domain: str, width: int) -> Iterator[str]:
    note = scheduling_note(preview)
    if note:
        yield from _wrapped("  ", note, width)
    if note.endswith(":"):
        threads = raised_threads(preview)
        longest = max(len(name) for name, _ in threads)
        yield from (f"    {name:{longest}}  {scheduling}" for name, scheduling in threads)
    yield from (f"    {element}" for element in first_in_sight(domain))
    yield ""
    yield from (f"  {line}" for line in indented(domain).splitlines())
