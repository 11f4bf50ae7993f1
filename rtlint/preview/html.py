"""The preview as one HTML page: the host's cells, cores and CPUs, and who runs on them.

The page loads nothing and runs nothing. Colour only repeats what a word or a border says.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from rtlint.preview.fragment import first_in_sight, indented, scheduling_note
from rtlint.preview.io import io_notes, io_tables
from rtlint.preview.table import Row, cores, rows
from rtlint.preview.text import HEADINGS, cells_of, facts, node_text
from rtlint.preview.verdict import concerns, size_text, verdict
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rtlint.kubevirt.conversion.memory import GuestCell
    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed

_STYLE = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(previews: Sequence[Previewed]) -> str:
    """The whole page; everything from a manifest is escaped in it."""
    title = "What KubeVirt makes of these VMs"
    contents = _contents(previews) if len(previews) > 1 else ""
    sections = "".join(_vm(number, each) for number, each in enumerate(previews, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n"
        f"</head>\n<body>\n<h1>{title}</h1>\n{contents}<main>\n"
        f"{sections or '<p>No realtime VM found.</p>'}</main>\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    """Text for the page: nothing in it is markup, nor turns the reading direction."""
    return escape(visible(text))


def _list(items: Iterable[str], label: str = "") -> str:
    """A list of items that are HTML already."""
    name = f' aria-label="{label}"' if label else ""
    return f"<ul{name}>{''.join(f'<li>{item}</li>' for item in items)}</ul>\n"


def _contents(previews: Sequence[Previewed]) -> str:
    links = (
        f'<a href="#vm-{number}">{_text(each.title)}</a>: realtime {_answer(each)}'
        for number, each in enumerate(previews, 1)
    )
    return f'<nav aria-label="VMs">{_list(links)}</nav>\n'


def _answer(previewed: Previewed) -> str:
    return "yes" if verdict(previewed).realtime else "no"


def _vm(number: int, previewed: Previewed) -> str:
    preview = previewed.preview
    path = previewed.workload.object.source.path
    return (
        f'<section class="vm" aria-labelledby="vm-{number}">\n'
        f'<h2 id="vm-{number}">{_text(previewed.title)}</h2>\n'
        f'<p class="soft">{_text(path)}, on KubeVirt {preview.release}</p>\n'
        f"{_verdict(previewed)}{_concerns(previewed)}"
        f'<div class="beside">\n<div>\n<h3>Where everything runs</h3>\n{_host(preview)}'
        f"{_table(preview)}{_io(preview)}{_facts(preview)}</div>\n<div>\n{_xml(preview)}</div>\n"
        "</div>\n</section>\n"
    )


def _verdict(previewed: Previewed) -> str:
    answer = verdict(previewed)
    word = "yes" if answer.realtime else "no"
    reasons = [_text(reason) for reason in answer.reasons]
    text = f"<p>{reasons[0]}</p>" if len(reasons) == 1 else _list(reasons)
    return f'<div class="verdict {word}"><strong>Realtime: {word}</strong>{text}</div>\n'


def _concerns(previewed: Previewed) -> str:
    wrong = [_text(concern) for concern in concerns(previewed)]
    return f"<h3>What looks wrong</h3>\n{_list(wrong)}" if wrong else ""


def _host(preview: Preview) -> str:
    """The host's cells as boxes of cores, and of CPUs in them."""
    on: dict[int, list[Row]] = {}
    for row in rows(preview):
        for pcpu in row.pcpus if row.pinned else ():
            on.setdefault(pcpu, []).append(row)
    given, reserved = frozenset(preview.cpuset), frozenset(preview.reserved)
    guests = {cell.host_cell: _guest_cell(n, cell) for n, cell in enumerate(preview.cells)}
    source = preview.host.source
    known = "<strong>assumed</strong>" if source == "assumed" else f"as {source} describes it"
    if source != "assumed" and not preview.host.has_known_cores:
        known = _text(node_text(preview))
    parts = [
        f"<p>The host is {known}. A box is a core with its SMT threads; a dashed CPU is not the "
        f"pod's.</p>\n{_unpinned(preview)}"
    ]
    for cell, its_cores in cores(preview.host).items():
        items = "".join(_core(cpus, on, given, reserved) for cpus in its_cores)
        parts.append(
            f'<div class="cell" role="group" aria-label="NUMA cell {cell}">'
            f'<h4>NUMA cell {cell}{guests.get(cell, "")}</h4>\n<ul class="cores">{items}</ul>'
            "</div>\n"
        )
    return "".join(parts)


def _unpinned(preview: Preview) -> str:
    names = [row.thread for row in rows(preview) if not row.pinned]
    if not names:
        return ""
    return f"<p>On any of the pod's CPUs, not pinned: {', '.join(names)}.</p>\n"


def _guest_cell(number: int, cell: GuestCell) -> str:
    return f": guest cell {number}, {size_text(cell.memory)}"


def _core(
    cpus: tuple[int, ...],
    on: dict[int, list[Row]],
    given: frozenset[int],
    reserved: frozenset[int],
) -> str:
    items = "".join(_cpu(cpu, on.get(cpu, []), cpu in given, cpu in reserved) for cpu in cpus)
    return f'<li class="core"><span class="unseen">A core:</span><ul>{items}</ul></li>'


def _cpu(cpu: int, threads: Sequence[Row], given: bool, reserved: bool) -> str:
    if reserved and not threads:
        return f'<li class="cpu out"><span class="id">{cpu}</span><span>reserved</span></li>'
    if not given and not threads:
        return (
            f'<li class="cpu out"><span class="id">{cpu}</span>'
            '<span class="unseen">not the pod\'s</span></li>'
        )
    label = "".join(_thread(row) for row in threads) or "<span>no thread</span>"
    return f'<li class="cpu"><span class="id">CPU {cpu}</span>{label}</li>'


def _thread(row: Row) -> str:
    if row.realtime:
        return f'<span class="thread fifo">{row.thread} FIFO {row.priority}</span>'
    return f'<span class="thread">{row.thread}</span>'


def _table(preview: Preview) -> str:
    if preview.domain is None:
        return ""
    body = "".join(_row(row) for row in rows(preview))
    caption = "Each thread of QEMU's: its CPUs and its scheduling"
    return f"<h3>Threads</h3>\n{_grid(caption, HEADINGS, body)}"


def _grid(caption: str, headings: Sequence[str], body: str) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>{body}</tbody>\n</table>\n"
    )


def _io(preview: Preview) -> str:
    grids = "".join(
        _grid(table.caption, table.headings, "".join(map(_io_row, table.rows)))
        for table in io_tables(preview)
    )
    notes = "".join(f"<p>{_text(note)}</p>\n" for note in io_notes(preview))
    return f'<h3>I/O</h3>\n<div class="io">\n{grids}{notes}</div>\n' if grids or notes else ""


def _io_row(cells: Sequence[str]) -> str:
    name, *others = map(_text, cells)
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{text}</td>" for text in others)}</tr>\n'


def _row(row: Row) -> str:
    name, *others = cells_of(row)
    cells = "".join(f"<td>{text}</td>" for text in others)
    kind = ' class="fifo"' if row.realtime else ""
    return f'<tr{kind}><th scope="row">{name}</th>{cells}</tr>\n'


def _facts(preview: Preview) -> str:
    grouped: dict[str, list[str]] = {}
    label = ""
    for name, text in facts(preview):
        label = name or label
        grouped.setdefault(label, []).append(_text(text))
    items = "".join(
        f"<dt>{key}</dt><dd>{'<br>'.join(texts)}</dd>" for key, texts in grouped.items()
    )
    return f"<h3>Guest, node and pod</h3>\n<dl>{items}</dl>\n"


def _xml(preview: Preview) -> str:
    if preview.domain is None:
        return "<h3>Domain XML</h3>\n<p>There is none: the conversion fails.</p>\n"
    threads = [f"{t.name}: {t.policy} {t.priority}" for t in preview.threads]
    note = scheduling_note(preview)
    listed = _list(map(_text, threads)) if note.endswith(":") else ""
    first = "\n".join(map(_text, first_in_sight(preview.domain)))
    lines = "\n".join(_xml_line(line) for line in indented(preview.domain).splitlines())
    return (
        f"<h3>Domain XML</h3>\n<p>{_text(note)}</p>\n{listed}"
        f"{f'<pre><code>{first}</code></pre>' if first else ''}\n"
        f'<pre tabindex="0" aria-label="Domain XML"><code>{lines}</code></pre>\n'
    )


def _xml_line(line: str) -> str:
    """A line of the domain; those that people look for first are marked."""
    looked_for = line.lstrip().startswith(("<vcpusched ", "<pmu "))
    return f"<mark>{_text(line)}</mark>" if looked_for else _text(line)
