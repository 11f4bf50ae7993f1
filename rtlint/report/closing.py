"""The line that ends a report for people: what was found, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.lint.rule import SEVERITIES

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.report.model import Report

_MARKS = {"safe": "[*]", "unsafe": "[?]"}


def mark(diagnostic: Diagnostic) -> str:
    """`[*]` where `--fix` mends it, `[?]` where that takes `--unsafe-fixes`; "" without a fix."""
    return _MARKS[diagnostic.fix.applicability] if diagnostic.fix else ""


def closing(report: Report) -> str:
    """What was done, what was found, which flags fix how much of it, and what was looked at."""
    counts = report.summary
    if not counts["files"]:
        return "No VM found: no manifest of KubeVirt was found or could be read."
    made = sum(len(linted.applied) for linted in report.files)
    done = f"Fixed {count(made, 'problem')}. " if made else ""
    if not report.diagnostics:
        return f"{done}{_verdict(report)}: {_looked_at(report)}."
    found = ", ".join(
        count(counts[f"{severity}s"], severity) for severity in SEVERITIES if counts[f"{severity}s"]
    )
    fixable = _fixable(report)
    return f"{done}Found {found}{fixable and f'; {fixable}'} ({_looked_at(report)})."


def _verdict(report: Report) -> str:
    if any(linted.result.known for linted in report.files):
        return "Nothing new"
    return "All clean" if report.summary["workloads"] else "No VM found"


def _looked_at(report: Report) -> str:
    counts = report.summary
    suppressed = sum(linted.result.suppressed for linted in report.files)
    known = sum(linted.result.known for linted in report.files)
    return (
        f"{count(counts['files'], 'file')}, {count(counts['workloads'], 'VM')}, "
        f"{counts['realtime']} realtime{f', {suppressed} suppressed' if suppressed else ''}"
        f"{f', {known} hidden by the baseline' if known else ''}; KubeVirt {report.release}"
    )


def _fixable(report: Report) -> str:
    """Which flags fix how many of the findings, each with its mark; "" where none does."""
    marks = [mark(diagnostic) for diagnostic in report.diagnostics]
    safe, unsafe = (marks.count(each) for each in _MARKS.values())
    # With the unsafe fixes the safe ones are made, too.
    parts = [
        f"{safe} fixable with --fix {_MARKS['safe']}" if safe else "",
        f"{unsafe} {'more' if safe else 'fixable'} with --fix --unsafe-fixes {_MARKS['unsafe']}"
        if unsafe
        else "",
    ]
    return ", ".join(filter(None, parts))


def count(number: int, noun: str) -> str:
    """A number of things: `1 file`, `2 fixes`."""
    ending = "es" if noun.endswith("x") else "s"
    return f"{number} {noun}{'' if number == 1 else ending}"
