"""The report for people. Most runs find nothing: what only findings need is loaded for them."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.rule import SEVERITIES

if TYPE_CHECKING:
    from rtlint.report.model import Report


def render(report: Report, *, colour: bool, quiet: bool, width: int | None = None) -> str:
    """What was fixed, what was found, and one line with the counts.

    `width` is the terminal's, None where there is none.
    """
    blocks: list[str] = []
    if report.diagnostics or report.is_changed:
        from rtlint.report.findings import blocks as found
        from rtlint.report.terminal import Screen

        blocks += found(report, Screen(colour, width))
    if not quiet:
        blocks.append(f"{_further(report)}{_as_wide(closing(report), width)}\n")
    return "\n".join(blocks)


def _further(report: Report) -> str:
    if not report.diagnostics:
        return ""
    from rtlint.report.findings import further

    return further(report)


def _as_wide(line: str, width: int | None) -> str:
    if width is None:
        return line
    from rtlint.report.terminal import Screen

    return Screen(width=width).wrap(line)


def closing(report: Report) -> str:
    """What was done, what was found, which flags fix how much of it, and what was looked at."""
    counts = report.summary
    if not counts["files"]:
        return "No VM found: no KubeVirt manifest was found, or none could be read."
    made = sum(len(linted.applied) for linted in report.files)
    done = f"Fixed {count(made, 'problem')}. " if made else ""
    if not report.diagnostics:
        return f"{done}{_verdict(report)}: {_looked_at(report)}."
    found = ", ".join(
        count(counts[f"{severity}s"], severity) for severity in SEVERITIES if counts[f"{severity}s"]
    )
    from rtlint.report.findings import fixable_by

    fixable = fixable_by(report)
    return f"{done}Found {found}{fixable and f'; {fixable}'} ({_looked_at(report)})."


def _verdict(report: Report) -> str:
    if any(linted.result.known or linted.result.untouched for linted in report.files):
        return "Nothing new"
    return "All clean" if report.summary["workloads"] else "No VM found"


def _looked_at(report: Report) -> str:
    counts = report.summary
    suppressed = sum(linted.result.suppressed for linted in report.files)
    known = sum(linted.result.known for linted in report.files)
    untouched = sum(linted.result.untouched for linted in report.files)
    return (
        f"{count(counts['files'], 'file')}, {count(counts['workloads'], 'VM')}, "
        f"{counts['realtime']} realtime{f', {suppressed} suppressed' if suppressed else ''}"
        f"{f', {known} hidden by the baseline' if known else ''}"
        f"{f', {untouched} outside the change' if untouched else ''}; KubeVirt {report.release}"
    )


def count(number: int, noun: str) -> str:
    """A number of things: `1 file`, `2 fixes`."""
    ending = "es" if noun.endswith("x") else "s"
    return f"{number} {noun}{'' if number == 1 else ending}"
