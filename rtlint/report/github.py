"""GitHub's workflow commands: an annotation on the line, in the log and in the pull request."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.report.uri import relative
from rtlint.visible import visible

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.report.model import Report


def render(report: Report, **_: object) -> str:
    """One command a diagnostic."""
    return "".join(_command(each, _level(each, report)) for each in report.diagnostics)


def _level(diagnostic: Diagnostic, report: Report) -> str:
    """Below `--fail-on` a finding is a notice: a job that passes shows no error."""
    if not report.fails(diagnostic):
        return "notice"
    return "error" if diagnostic.severity == "error" else "warning"


def _command(diagnostic: Diagnostic, level: str) -> str:
    start, end = diagnostic.start, diagnostic.end
    properties = {
        "title": f"{diagnostic.rule} {diagnostic.name}",
        "file": relative(diagnostic.path),
        "line": str(start.line),
        "col": str(start.column),
    }
    if end.line == start.line:
        # The last column that counts, not the first that does not.
        properties["endColumn"] = str(max(start.column, end.column - 1))
    else:
        # GitHub takes columns only where an annotation stands on one line.
        del properties["col"]
        last = end.line - 1 if end.column == 1 else end.line
        properties["endLine"] = str(max(start.line, last))
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {listed}::{_data(diagnostic.full_message)}\n"


def _data(text: str) -> str:
    """Text of a manifest may not end the command, nor begin another one."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
