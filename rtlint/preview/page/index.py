"""Several VMs in a table: the one of `--summary`, with a link to each."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.preview.page.markup import as_text, grid
from rtlint.preview.summary import HEADINGS, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.preview.model import Previewed
    from rtlint.preview.summary import Line


def index(previews: Sequence[Previewed], lines: Sequence[Line], is_linked: bool) -> str:
    """A row a VM: its verdict by colour and word, and the reason."""
    files = [previewed.workload.object.source.path for previewed in previews]
    links = [f"#vm-{number}" if is_linked else "" for number in range(1, len(lines) + 1)]
    # A single file is said once.
    only, shown = (files[0], [""] * len(files)) if len(set(files)) == 1 else ("", files)
    body = map(_row, lines, links, shown)
    where = f", {only}" if only else ""
    place = as_text(f"on KubeVirt {previews[0].preview.release}{where}")
    return f'<nav class="index">\n{grid(place, HEADINGS, body)}</nav>\n'


def _row(line: Line, link: str, file: str) -> str:
    name = as_text(line.vm)
    vm = f'<a href="{link}">{name}</a>' if link else name
    path = f'<br><span class="soft">{as_text(file)}</span>' if file else ""
    numbers = "".join(f"<td>{as_text(cell)}</td>" for cell in line[2:])
    return (
        f'<tr><td><span class="chip {line.level}">{WORDS[line.level].lower()}</span></td>'
        f'<th scope="row">{vm}{path}</th>{numbers}</tr>\n'
    )
