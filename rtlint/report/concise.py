"""A line a finding, for people in a hurry and for programs that read compilers' messages."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.report.findings import line
from rtlint.report.terminal import Screen
from rtlint.report.text import closing

if TYPE_CHECKING:
    from rtlint.report.model import Report


def render(report: Report, *, colour: bool, quiet: bool, width: int | None = None) -> str:
    """A line a finding, and the line that ends the report."""
    screen = Screen(colour, width)
    lines = [line(diagnostic, screen) for diagnostic in report.diagnostics]
    if not quiet:
        lines.append(closing(report))
    return "".join(f"{each}\n" for each in lines)
