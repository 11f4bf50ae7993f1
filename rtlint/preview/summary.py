"""One line a VM, for whoever has to approve many."""

from __future__ import annotations

import re
from collections import Counter

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.platform.capacity import size_text
from rtlint.preview.colours import BOLD, LEVELS, PLAIN, paint
from rtlint.preview.pages import hugepages, page_size
from rtlint.preview.verdict import REFUSAL, Verdict, verdict
from rtlint.tuples import NamedTuple
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.preview.model import Previewed
    from rtlint.preview.verdict import Level

HEADINGS = ("realtime", "VM", "vCPUs", "mask", "pages", "reason")
WORDS: dict[Level, str] = {"yes": "yes", "but": "yes, but", "no": "NO"}
_UNKNOWN, _NONE = "?", "-"
_DOMAIN = r"\bspec\.(?:template\.spec\.)?domain\."


class Line(NamedTuple):
    """A VM in a line; `says` is why it is not realtime, else what looks wrong, "" if nothing."""

    level: Level
    vm: str
    vcpus: str
    mask: str
    pages: str
    says: str


def summary(previews: Sequence[Previewed], verdicts: Sequence[Verdict]) -> tuple[Line, ...]:
    """A line for each VM; those that share a name have their files with it."""
    names = Counter(previewed.name for previewed in previews)
    return tuple(
        _line(previewed, answer, names[previewed.name] > 1)
        for previewed, answer in zip(previews, verdicts, strict=True)
    )


def _line(previewed: Previewed, answer: Verdict, has_namesakes: bool) -> Line:
    path = previewed.workload.object.source.path
    return Line(
        answer.level,
        f"{previewed.name} ({path})" if has_namesakes else previewed.name,
        str(previewed.workload.vmi.booted_topology.vcpus),
        _mask(previewed),
        _pages(previewed),
        _says(answer),
    )


def _mask(previewed: Previewed) -> str:
    """The mask as written; `all` where there is none, as every vCPU is meant then."""
    if not previewed.preview.realtime:
        return _NONE
    try:
        return previewed.workload.mask_text.strip() or "all"
    except UnknownValue:
        # KubeVirt failed before it came to the mask.
        return _UNKNOWN


def _pages(previewed: Previewed) -> str:
    """The guest's hugepages, such as `24 x 1Gi`."""
    size = page_size(previewed.preview)
    if size is None:
        return _NONE
    if not size:
        return _UNKNOWN
    memory = sum(cell.memory for cell in previewed.preview.cells)
    if not memory:
        # Not mapped to the host's cells, or never converted: what the pod asks for.
        amounts = map(parse_quantity, hugepages(previewed.preview).values())
        memory = sum(amount.value for amount in amounts if amount is not None)
    return f"{memory / size:g} x {size_text(size)}"


def _says(answer: Verdict) -> str:
    against = () if answer.realtime else map(_in_short, answer.reasons)
    all_of_it = (*against, *(concern.message for concern in answer.concerns))
    if not all_of_it:
        return ""
    more = len(all_of_it) - 1
    return f"{all_of_it[0]} (+{more} more)" if more else all_of_it[0]


def _in_short(reason: str) -> str:
    """A reason whose first words say it: a line ends where the terminal does."""
    refused = reason.replace(REFUSAL, "refused", 1) if reason.startswith(REFUSAL) else reason
    return re.sub(_DOMAIN, "", refused)


def total(lines: Sequence[Line]) -> str:
    """How many VMs have which answer."""
    counts = Counter(line.level for line in lines)
    vms = f"{len(lines)} VM{'s' if len(lines) != 1 else ''}"
    parts = [
        f"{counts['yes']} realtime",
        f"{counts['but']} realtime with something wrong" if counts["but"] else "",
        f"{counts['no']} not realtime" if counts["no"] else "",
    ]
    return f"{vms}: {', '.join(filter(None, parts))}"


def render(previews: Sequence[Previewed], *, colour: bool = False, width: int | None = None) -> str:
    """The lines in columns under a heading, cut at the width, and one with the counts."""
    lines = summary(previews, list(map(verdict, previews)))
    cells = [HEADINGS, *(tuple(map(visible, (WORDS[line.level], *line[1:]))) for line in lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    codes = [BOLD, *(LEVELS[line.level] for line in lines)]
    shown = [
        _row(row, widths, code if colour else PLAIN, width)
        for row, code in zip(cells, codes, strict=True)
    ]
    return "\n".join([*shown, "", f"{total(lines)}.", ""])


def _row(cells: Sequence[str], widths: Sequence[int], code: str, width: int | None) -> str:
    padded = [f"{cell:{space}}" for cell, space in zip(cells, widths, strict=True)]
    text = "  ".join(padded).rstrip()
    if width is not None and len(text) > width:
        text = f"{text[: width - 1]}…"
    return text.replace(cells[0], paint(cells[0], code), 1)
