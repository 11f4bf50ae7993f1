"""The JSON report; its form is fixed (schemas/report.schema.json)."""

from __future__ import annotations

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.visible import as_json

if TYPE_CHECKING:
    from typing import Any

    from rtlint.lint.diagnostic import Diagnostic, Related, Resolved, Resource
    from rtlint.report.model import Report
    from rtlint.yaml.source import Position, Source


def render(report: Report, **_: object) -> str:
    """The report as indented JSON, ending with a newline."""
    sources = {linted.source.path: linted.source for linted in report.files}
    document = {
        "version": 1,
        "tool": {"name": "rtlint", "version": rtlint.__version__},
        "kubevirt": str(report.release),
        "diagnostics": [as_plain(d, sources[d.path]) for d in report.diagnostics],
        "summary": report.summary,
    }
    return as_json(document)


def as_plain(diagnostic: Diagnostic, source: Source) -> dict[str, Any]:
    """A diagnostic as the report has it; `source` is the text of its file."""
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
        "fix": diagnostic.fix and _fix(diagnostic.fix, source),
        "url": diagnostic.url,
        **({"related": [_related(r) for r in diagnostic.related]} if diagnostic.related else {}),
    }


def _related(related: Related) -> dict[str, Any]:
    return {
        "message": related.message,
        "path": related.path,
        "start": _position(related.start),
        "end": _position(related.end),
    }


def _fix(fix: Resolved, source: Source) -> dict[str, Any]:
    edits = sorted(fix.edits, key=lambda edit: edit.start)
    return {
        "applicability": fix.applicability,
        "description": fix.description,
        "edits": [
            {
                "start": _position(source.position(edit.start)),
                "end": _position(source.position(edit.end)),
                "text": edit.text,
            }
            for edit in edits
        ],
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
