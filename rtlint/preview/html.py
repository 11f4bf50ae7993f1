"""The preview as one HTML page, for a browser or paper.

The page loads nothing and runs nothing. Colour only repeats what a word, a number or a border says.
"""

from __future__ import annotations

from itertools import repeat
from pathlib import Path

from rtlint import TYPE_CHECKING
from rtlint.preview.page.answer import answer, key_facts
from rtlint.preview.page.details import guest, io, xml
from rtlint.preview.page.index import index
from rtlint.preview.page.marks import lighting, marks_of
from rtlint.preview.page.markup import as_text
from rtlint.preview.page.picture import picture
from rtlint.preview.page.threads import threads
from rtlint.preview.summary import summary, total
from rtlint.preview.table import rows
from rtlint.preview.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.preview.model import Previewed
    from rtlint.preview.table import Row
    from rtlint.preview.verdict import Verdict

_STYLE = Path(__file__).with_name("page") / "page.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(previews: Sequence[Previewed], *, in_full: bool = True) -> str:
    """The whole page; everything from a manifest is escaped in it.

    Of several VMs a table comes first; without `in_full` it is all there is.
    """
    verdicts = list(map(verdict, previews))
    tables = [rows(each.preview) for each in previews]
    style = lighting(
        max(map(len, tables), default=0),
        max((len(found.concerns) for found in verdicts), default=0),
    )
    if len(previews) == 1 and in_full:
        title = f"{previews[0].name} | {verdicts[0].headline}"
        return _page(title, _vm(1, previews[0], verdicts[0], tables[0], 1), style)
    lines = summary(previews, verdicts)
    title = total(lines) if previews else "No realtime VM found"
    contents = index(previews, lines, is_linked=in_full) if previews else ""
    numbers = range(1, len(previews) + 1) if in_full else ()
    sections = map(_vm, numbers, previews, verdicts, tables, repeat(2))
    return _page(title, f"<h1>{title}</h1>\n{contents}{''.join(sections)}", style)


def _page(title: str, body: str, lit: str) -> str:
    style = _STYLE.read_text(encoding="utf-8") + lit
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{as_text(title)}</title>\n<style>\n{style}</style>\n"
        f"</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _vm(number: int, previewed: Previewed, found: Verdict, table: Sequence[Row], level: int) -> str:
    """All of a VM, under a heading of a level; of one that never starts, what would be."""
    preview, obj = previewed.preview, previewed.workload.object
    marks = marks_of(found.concerns)
    runs, note = "runs", ""
    if not found.starts:
        runs, note = "would run", "<p>The VM does not start: this is what would be.</p>\n"
    parts = (
        (f"Where everything {runs}", note + picture(preview, table, marks)),
        ("Threads", threads(table, marks)),
        ("I/O", io(preview)),
        ("Guest, node and pod", guest(preview)),
        ("Domain XML", xml(preview)),
    )
    body = "".join(
        f"<section>\n<h{level + 1}>{heading}</h{level + 1}>\n{part}</section>\n"
        for heading, part in parts
        if part
    )
    return (
        f'<article class="vm{"" if found.starts else " would"}" aria-labelledby="vm-{number}">\n'
        f'<header><h{level} id="vm-{number}">{as_text(previewed.name)}</h{level}>\n'
        f'<p class="soft">{as_text(f"{obj.kind} in {obj.source.path}")}, on KubeVirt '
        f"{preview.release}</p></header>\n{answer(found)}{key_facts(previewed, found, marks)}{body}"
        "</article>\n"
    )
