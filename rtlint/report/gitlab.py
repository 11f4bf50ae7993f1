"""GitLab's Code Quality report, as an artifact of a job (`artifacts: reports: codequality`)."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.report.fingerprint import fingerprints
from rtlint.report.uri import relative
from rtlint.visible import as_json

if TYPE_CHECKING:
    from typing import Any

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.report.model import Report


def render(report: Report, **_: object) -> str:
    """A list of issues; GitLab tells old from new ones by their fingerprints."""
    found = report.diagnostics
    issues = [
        _issue(diagnostic, _severity(diagnostic, report), fingerprint)
        for diagnostic, fingerprint in zip(found, fingerprints(found), strict=True)
    ]
    return as_json(issues)


def _severity(diagnostic: Diagnostic, report: Report) -> str:
    """Below `--fail-on` a finding is for information only."""
    if not report.fails(diagnostic):
        return "info"
    return "major" if diagnostic.severity == "error" else "minor"


def _issue(diagnostic: Diagnostic, severity: str, fingerprint: str) -> dict[str, Any]:
    start, end = diagnostic.start, diagnostic.end
    return {
        "description": f"{diagnostic.rule} {diagnostic.name}: {diagnostic.full_message}",
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": relative(diagnostic.path),
            "lines": {"begin": start.line, "end": max(start.line, end.line)},
        },
    }
