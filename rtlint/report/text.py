"""The report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.lint.rule import SEVERITIES
from rtlint.report.closing import closing
from rtlint.report.terminal import GREEN, Screen
from rtlint.visible import visible

if TYPE_CHECKING:
    from rtlint.lint.linted import Linted
    from rtlint.report.model import Report


def render(report: Report, *, colour: bool, quiet: bool, width: int | None = None) -> str:
    """What was fixed, what was found, and one line with the counts.

    `width` is the terminal's, None where there is none.
    """
    screen = Screen(colour, width)
    blocks = [_fixed(linted, screen) for linted in report.files if linted.applied]
    if report.diagnostics:
        from rtlint.report.findings import blocks as found

        blocks += found(report, screen)
    if not quiet:
        blocks.append(f"{_further(report)}{screen.wrap(closing(report))}\n")
    return "\n".join(blocks)


def _fixed(linted: Linted, screen: Screen) -> str:
    """What was fixed in a file, a line each."""
    path, fixed = visible(linted.source.path), screen.paint("fixed", GREEN)
    lines = (
        f"{path}:{fix.line}: {fixed} {fix.rule} {fix.name}: {visible(fix.description)}"
        for fix in linted.applied
    )
    return "".join(f"{screen.wrap(line, indent='  ')}\n" for line in lines)


def _further(report: Report) -> str:
    """Where more is said of the rules, once for all findings."""
    if not report.diagnostics:
        return ""
    worst = min(report.diagnostics, key=lambda found: SEVERITIES.index(found.severity))
    return f"For more about a rule: rtlint explain {worst.rule}\n"
