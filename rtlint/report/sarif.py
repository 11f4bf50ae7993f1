"""SARIF 2.1.0, the format of code scanning."""

from __future__ import annotations

import re

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.lint.registry import load_rule, rule_names
from rtlint.report.fingerprint import fingerprints
from rtlint.report.uri import uri
from rtlint.visible import as_json

if TYPE_CHECKING:
    from typing import Any

    from rtlint.lint.diagnostic import Diagnostic, Related, Resolved
    from rtlint.report.model import Report
    from rtlint.yaml.source import Position, Source

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(report: Report, **_: object) -> str:
    """One run, with the rules that found something."""
    found = report.diagnostics
    sources = {linted.source.path: linted.source for linted in report.files}
    rules = sorted({(d.rule, d.name, d.url or "") for d in found})
    index = {rule: number for number, (rule, *_) in enumerate(rules)}
    driver = {
        "name": "rtlint",
        "version": rtlint.__version__,
        "semanticVersion": rtlint.__version__,
        "informationUri": "https://rtlint.io",
        "rules": [_rule(*rule) for rule in rules],
    }
    results = [
        {**_result(d, sources[d.path], fingerprint), "ruleIndex": index[d.rule]}
        for d, fingerprint in zip(found, fingerprints(found), strict=True)
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"kubevirt": str(report.release)},
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_json(document)


def _rule(id_: str, slug: str, url: str) -> dict[str, Any]:
    described = {"id": id_, "name": slug, **({"helpUri": url} if url else {})}
    name = next((name for name in rule_names() if name.id == id_), None)
    if name is None:
        return described
    loaded = load_rule(name)
    return {
        **described,
        "shortDescription": {"text": loaded.title},
        "fullDescription": {"text": loaded.title},
        "help": {"text": loaded.documentation.strip(), "markdown": loaded.page()},
        "defaultConfiguration": {"level": _LEVELS[loaded.rule.severity]},
        "properties": {"tags": ["kubevirt", "realtime"]},
    }


def _result(diagnostic: Diagnostic, source: Source, fingerprint: str) -> dict[str, Any]:
    location = _location(diagnostic.path, diagnostic.start, diagnostic.end)
    result = {
        "ruleId": diagnostic.rule,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": _plain(diagnostic.message)},
        "locations": [{**location, **_logical(diagnostic)}],
        "partialFingerprints": {"resourceAndField/v1": fingerprint},
    }
    if diagnostic.related:
        related = enumerate(diagnostic.related, 1)
        result["relatedLocations"] = [_related(number, place) for number, place in related]
    if diagnostic.fix is not None:
        result["fixes"] = [_fix(diagnostic.fix, source)]
    return result


def _logical(diagnostic: Diagnostic) -> dict[str, Any]:
    """The resource and the field, for viewers that show more than lines."""
    resource = diagnostic.resource
    if resource is None or diagnostic.field is None:
        return {}
    parts = (resource.kind, resource.namespace, resource.name, diagnostic.field)
    full = "/".join(part for part in parts if part)
    return {"logicalLocations": [{"fullyQualifiedName": full, "kind": "member"}]}


def _related(number: int, related: Related) -> dict[str, Any]:
    location = _location(related.path, related.start, related.end)
    return {"id": number, **location, "message": {"text": _plain(related.message)}}


def _location(path: str, start: Position, end: Position) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(path)},
            "region": _region(start, end),
        }
    }


def _fix(fix: Resolved, source: Source) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(source.position(edit.start), source.position(edit.end)),
            "insertedContent": {"text": edit.text},
        }
        for edit in sorted(fix.edits, key=lambda edit: edit.start)
    ]
    changes = [{"artifactLocation": {"uri": uri(source.path)}, "replacements": replacements}]
    return {"description": {"text": _plain(fix.description)}, "artifactChanges": changes}


def _region(start: Position, end: Position) -> dict[str, int]:
    """Lines and columns from 1, the end exclusive, as SARIF and rtlint both count."""
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _plain(text: str) -> str:
    """Text in which nothing is a placeholder (`{0}`) or a link (`[text](target)`)."""
    text = _PLACEHOLDER.sub(r"{{\1}}", text)
    return re.sub(r"([\[\]])", r"\\\1", text) if "](" in text else text
