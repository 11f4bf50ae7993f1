"""The report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.lint.registry import rule_names
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
    """Where more is said of the rules, once for all findings; of a user's own where it is said."""
    rules = {(found.rule, found.url): found.severity for found in report.diagnostics}
    ours = [rule for rule in rules if any(name.id == rule[0] for name in rule_names())]
    pages = [f"{rule}: {visible(url)}\n" for rule, url in rules if url and (rule, url) not in ours]
    if ours:
        worst, _ = min(ours, key=lambda rule: SEVERITIES.index(rules[rule]))
        pages.append(f"For more about a rule: rtlint explain {worst}\n")
    return "".join(pages)
