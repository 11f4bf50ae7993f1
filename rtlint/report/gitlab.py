"""GitLab's Code Quality report, as an artifact of a job (`artifacts: reports: codequality`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.report.fingerprint import fingerprints
from rtlint.report.uri import relative
from rtlint.visible import as_json

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.report.model import Report

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(report: Report, *, colour: bool, quiet: bool) -> str:  # noqa: ARG001 - as all formats
    """A list of issues; GitLab tells old from new ones by their fingerprints."""
    found = report.diagnostics
    issues = [_issue(d, print_) for d, print_ in zip(found, fingerprints(found), strict=True)]
    return as_json(issues)


def _issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    start, end = diagnostic.start, diagnostic.end
    return {
        "description": f"{diagnostic.rule} {diagnostic.name}: {diagnostic.message}",
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": relative(diagnostic.path),
            "lines": {"begin": start.line, "end": max(start.line, end.line)},
        },
    }
