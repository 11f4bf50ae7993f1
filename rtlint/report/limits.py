"""What a report leaves out of a file that has more findings than anybody reads."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.registry import find_rule, load_rule
from rtlint.lint.rule import SEVERITIES
from rtlint.report.model import Report

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted

_RULE, _NAME = "RT001", "yaml-syntax"


def limited(report: Report, most: int) -> Report:
    """The report with at most so many findings of each file: the most severe, and one that counts
    the others."""
    files = tuple(_limited(linted, most) for linted in report.files)
    return Report(report.release, files, report.fail_on)


def _limited(linted: Linted, most: int) -> Linted:
    found = linted.result.diagnostics
    if len(found) <= most:
        return linted
    worst = sorted(found, key=lambda diagnostic: SEVERITIES.index(diagnostic.severity))
    kept = sorted((*worst[:most], _others(worst[most:], most)), key=lambda each: each.order)
    return linted._replace(result=linted.result.with_diagnostics(kept))


def _others(left_out: list[Diagnostic], most: int) -> Diagnostic:
    """A finding as severe as the worst of those left out, at the last of them."""
    last = max(left_out, key=lambda diagnostic: diagnostic.order)
    more = "1 more finding is" if len(left_out) == 1 else f"{len(left_out)} more findings are"
    return last._replace(
        rule=_RULE,
        name=_NAME,
        severity=left_out[0].severity,
        message=f"{more} not shown: a report has at most {most} per file. Fix these first, or "
        "raise `--limit findings`.",
        resource=None,
        field=None,
        fix=None,
        withheld=None,
        related=(),
        url=load_rule(find_rule(_RULE)).url,
    )
