"""The host as a picture: its sockets, NUMA cells, cores and CPUs, and who runs on them."""

from __future__ import annotations

import re
from itertools import groupby

from rtlint import TYPE_CHECKING
from rtlint.platform.capacity import size_text
from rtlint.preview.page.marks import classes, flags
from rtlint.preview.page.markup import as_text
from rtlint.preview.table import few, ids_of, in_ranges, named
from rtlint.preview.text import node_text
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rtlint.kubevirt.conversion.host import Host
    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.page.marks import Marks
    from rtlint.preview.table import Row

    # The CPUs of each core, as keys in order, by NUMA cell.
    Cells = dict[int, dict[tuple[int, ...], None]]

_LEGEND = (
    ("fifo", "vCPU with SCHED_FIFO"), ("other", "vCPU with SCHED_OTHER"),
    ("helper", "emulator, I/O"), ("pod", "the pod's, no thread"),
    ("reserved", "reserved for the node"), ("out", "not the pod's"), ("wrong", "looks wrong"),
)  # fmt: skip


class _Drawing(NamedTuple):
    """What a picture is made of; `on` are the threads by pCPU, with their places in the table."""

    on: Mapping[int, list[tuple[int, Row]]]
    given: frozenset[int]
    reserved: frozenset[int]
    guests: Mapping[int, str]
    marks: Marks

    def touches(self, cpu: int) -> bool:
        return cpu in self.on or cpu in self.given


def picture(preview: Preview, table: Sequence[Row], marks: Marks) -> str:
    """The host's sockets with all that is in them, and what the signs mean."""
    on: dict[int, list[tuple[int, Row]]] = {}
    for number, row in enumerate(table):
        for pcpu in row.pcpus if row.pinned else ():
            on.setdefault(pcpu, []).append((number, row))
    guests = {
        cell.host_cell: f"guest cell {number}, {size_text(cell.memory)}"
        for number, cell in enumerate(preview.cells)
    }
    given, reserved = frozenset(preview.cpuset), frozenset(preview.reserved)
    drawing = _Drawing(on, given, reserved, guests, marks)
    drawn = "".join(_socket(*each, preview, drawing) for each in _sockets(preview.host).items())
    body = f'<div class="sockets">\n{drawn}</div>\n'
    return f"{_source(preview)}{_unpinned(table)}{body}{_legend(body)}"


def _sockets(host: Host) -> dict[int, Cells]:
    """Cells by socket, in the host's order. A cell of several sockets is in each of them."""
    found: dict[int, Cells] = {}
    for cell in host.cells:
        for cpu in cell.cpus:
            cores = found.setdefault(cpu.socket, {}).setdefault(cell.id, {})
            cores[cpu.siblings or (cpu.id,)] = None
    return found


def _source(preview: Preview) -> str:
    source, cpus = preview.host.source, few(ids_of(preview.cpuset)) or "none"
    host = f"The host is as {source} describes it."
    if source == "assumed":
        host = "The host is <strong>assumed</strong>: one NUMA cell, no SMT."
    elif not preview.host.has_known_cores:
        host = f"The host has {as_text(node_text(preview))}."
    given = " (<strong>assumed</strong>)" if preview.cpuset_assumed else ""
    return f"<p>{host} The pod's CPUs: {cpus}{given}. A box is a core with its SMT threads.</p>\n"


def _unpinned(table: Sequence[Row]) -> str:
    names = in_ranges(row.thread for row in table if not row.pinned)
    if not names:
        return ""
    return f"<p>On any of the pod's CPUs, not pinned: {', '.join(names)}.</p>\n"


def _legend(drawn: str) -> str:
    """The signs that the picture has, with their meanings."""
    signs = "".join(
        f'<li><span class="cpu {name}"></span>{meaning}</li>'
        for name, meaning in _LEGEND
        if f" {name}" in drawn
    )
    return f'<ul class="legend">{signs}</ul>\n'


def _socket(number: int, cells: Cells, preview: Preview, drawing: _Drawing) -> str:
    """A socket as a frame around its cells; one without anything of the VM's as a line."""
    name = "Host" if preview.host.source == "assumed" else f"Socket {number}"
    if not any(map(drawing.touches, _cpus(cells))):
        return _folded(f"{name}, {named('NUMA cell', ids_of(cells))}", cells, drawing)
    inner = "".join(_cells(cells, drawing))
    return (
        f'<div class="socket" role="group" aria-label="{name}"><p class="name">{name}</p>\n'
        f'<div class="cells">\n{inner}</div></div>\n'
    )


def _cells(cells: Cells, drawing: _Drawing) -> Iterator[str]:
    """Each cell that the VM touches, and its neighbours together in a line."""
    for is_touched, group in groupby(
        cells.items(), lambda cell: any(map(drawing.touches, _cpus(dict([cell]))))
    ):
        those = dict(group)
        if is_touched:
            yield from (_cell(*each, drawing) for each in those.items())
        else:
            yield _folded(named("NUMA cell", ids_of(those)), those, drawing)


def _folded(name: str, cells: Cells, drawing: _Drawing) -> str:
    cpus = ids_of(_cpus(cells))
    kept = ids_of(drawing.reserved & set(cpus))
    but = f", of which {few(kept)} {'are' if kept.count > 1 else 'is'} reserved" if kept else ""
    inner = "".join(_cell(*each, drawing) for each in cells.items())
    return (
        f'<details class="folded"><summary>{name}: nothing of this VM on {named("CPU", cpus)}{but}'
        f'</summary>\n<div class="cells">\n{inner}</div></details>\n'
    )


def _cpus(cells: Cells) -> Iterator[int]:
    return (cpu for cores in cells.values() for core in cores for cpu in core)


def _cell(cell: int, cores: Iterable[tuple[int, ...]], drawing: _Drawing) -> str:
    wrong = drawing.marks.cells.get(cell, ())
    guest = drawing.guests.get(cell, "")
    boxes = "".join(_core(cpus, drawing) for cpus in cores)
    return (
        f'<div{classes("cell", wrong=wrong)} role="group" aria-label="NUMA cell {cell}">'
        f'<p class="name">NUMA cell {cell} {flags(wrong)}<span class="soft">{guest}</span></p>\n'
        f'<ul class="cores">{boxes}</ul></div>\n'
    )


def _core(cpus: Sequence[int], drawing: _Drawing) -> str:
    """A core with a line for each thread; one without anything to say of as a single line."""
    if any(map(drawing.touches, cpus)) or not drawing.reserved.isdisjoint(cpus):
        wrong = sorted({number for cpu in cpus for number in drawing.marks.pcpus.get(cpu, ())})
        boxes = "".join(_cpu(cpu, drawing) for cpu in cpus)
        return f'<li class="core">{boxes}{flags(wrong)}</li>'
    ids = " ".join(f'<span class="id">{cpu}</span>' for cpu in cpus)
    return f'<li class="core"><span class="cpu out">{ids}</span></li>'


def _cpu(cpu: int, drawing: _Drawing) -> str:
    threads = drawing.on.get(cpu, [])
    wrong = drawing.marks.pcpus.get(cpu, ())
    kind, what = _use(cpu, drawing)
    attribute = classes("cpu", kind, threads=(number for number, _ in threads), wrong=wrong)
    return f'<span{attribute}><span class="id">{cpu}</span><span class="who">{what}</span></span>'


def _use(cpu: int, drawing: _Drawing) -> tuple[str, str]:
    """A CPU's class, and what it is used for in words."""
    threads = [row for _, row in drawing.on.get(cpu, [])]
    if threads:
        names = in_ranges(row.thread for row in threads)
        what = "<br>".join(re.sub("^I/O threads?", "I/O", name) for name in names)
        if not any(row.vcpu is not None for row in threads):
            return "helper", what
        return "fifo" if any(r.realtime and r.vcpu is not None for r in threads) else "other", what
    if cpu in drawing.given:
        return "pod", "no thread"
    return ("reserved", "reserved") if cpu in drawing.reserved else ("out", "")
