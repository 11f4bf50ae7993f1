"""What is for whoever wants to know more: I/O, guest, node and pod, and the XML."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.preview.fragment import (
    first_in_sight,
    indented,
    raised_threads,
    scheduling_note,
)
from rtlint.preview.io import io_notes, io_tables
from rtlint.preview.page.markup import as_text, definitions, grid, row
from rtlint.preview.text import facts

if TYPE_CHECKING:
    from rtlint.kubevirt.conversion.preview import Preview

# The elements that decide whether the guest is realtime.
_DECISIVE = (
    "<page ", "<nosharepages", "<emulatorpin ", "<iothreadpin ", "<vcpusched ", "<memnode ",
    "<cpu mode", "<hint-dedicated ", "<pmu ", "<memballoon ",
)  # fmt: skip


def io(preview: Preview) -> str:
    """Disks, interfaces and devices of the host; "" where the guest has none."""
    grids = "".join(
        grid(table.caption, table.headings, (row(map(as_text, cells)) for cells in table.rows))
        for table in io_tables(preview)
    )
    notes = "".join(f"<p>{as_text(note)}</p>\n" for note in io_notes(preview))
    return f'<div class="io">\n{grids}{notes}</div>\n' if grids or notes else ""


def guest(preview: Preview) -> str:
    """What else decides whether the guest is realtime."""
    return definitions(((label, as_text(text)) for label, text in facts(preview)), "facts")


def xml(preview: Preview) -> str:
    """The domain, folded; the lines that decide are marked."""
    if preview.domain is None:
        return "<p>There is no domain XML: the conversion fails.</p>\n"
    lines = indented(preview.domain).splitlines()
    summary = f"All {len(lines)} lines; those that decide whether the guest is realtime are marked"
    marked = "\n".join(map(_line, lines))
    return (
        f"{_scheduling(preview, preview.domain)}<details><summary>{summary}</summary>\n"
        f'<pre tabindex="0"><code>{marked}</code></pre></details>\n'
    )


def _scheduling(preview: Preview, domain: str) -> str:
    """What sets the vCPUs' scheduling, and what people look for first."""
    note = scheduling_note(preview)
    raised = raised_threads(preview) if note.endswith(":") else []
    names = ", ".join(f"<strong>{name}</strong> {how}" for name, how in raised)
    elements = "".join(
        f"<p><code>{as_text(element)}</code></p>\n" for element in first_in_sight(domain)
    )
    return f"<p>{as_text(note)} {names}</p>\n{elements}" if note else elements


def _line(line: str) -> str:
    is_decisive = line.lstrip().startswith(_DECISIVE)
    return f"<mark>{as_text(line)}</mark>" if is_decisive else as_text(line)
