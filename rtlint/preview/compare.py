"""What a change of the manifest does to the preview."""

from __future__ import annotations

from difflib import unified_diff

from rtlint import TYPE_CHECKING
from rtlint.preview.fragment import indented
from rtlint.preview.model import failing_step
from rtlint.preview.table import rows
from rtlint.preview.text import scheduling_table
from rtlint.visible import visible

if TYPE_CHECKING:
    from rtlint.kubevirt.conversion.preview import Preview


def compare(before: Preview, after: Preview) -> str:
    """A unified diff of the scheduling table, and one of the domain XML.

    "" where nothing differs. A preview without a domain stands there with its error.
    """
    return _diff("scheduling", scheduling_lines(before), scheduling_lines(after)) + _diff(
        "domain", _domain(before), _domain(after)
    )


def scheduling_lines(preview: Preview) -> list[str]:
    """What fails, if anything, and the table of the threads."""
    error = [] if preview.error is None else [f"{failing_step(preview)}: {preview.error}"]
    table = [] if preview.domain is None else scheduling_table(rows(preview))
    return [visible(line) for line in (*error, *table)]


def _domain(preview: Preview) -> list[str]:
    if preview.domain is None:
        return []
    return [visible(line) for line in indented(preview.domain).splitlines()]


def _diff(what: str, before: list[str], after: list[str]) -> str:
    lines = unified_diff(before, after, f"{what} before", f"{what} after", lineterm="")
    return "".join(f"{line}\n" for line in lines)
