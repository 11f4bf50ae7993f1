"""The JSON report; its form is fixed (schemas/report.schema.json)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import rtlint

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic, Resource
    from rtlint.report.model import Report
    from rtlint.yaml.source import Position


def render(report: Report, *, colour: bool, quiet: bool) -> str:  # noqa: ARG001 - as all formats
    """The report as indented JSON, ending with a newline."""
    document = {
        "version": 1,
        "tool": {"name": "rtlint", "version": rtlint.__version__},
        "kubevirt": str(report.release),
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
        "summary": report.summary,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "rule": diagnostic.rule,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "document": diagnostic.document,
        "resource": _resource(diagnostic.resource),
        "field": diagnostic.field,
        "start": _position(diagnostic.start),
        "end": _position(diagnostic.end),
        "fix": None,
        "url": diagnostic.url,
    }


def _resource(resource: Resource | None) -> dict[str, str | None] | None:
    if resource is None:
        return None
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
