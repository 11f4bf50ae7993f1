"""What the playground asks rtlint: `answer` takes a question with texts, and returns JSON."""

import json
import re
from functools import partial
from typing import Any

import rtlint
from rtlint import api
from rtlint.kubevirt.releases import minor_releases
from rtlint.lint.registry import find_rule, load_rule, rule_names
from rtlint.yaml.source import Position, Source

_NAME = "vm.yaml"
# Without a configuration they find nothing, so their examples show nothing.
_CONFIGURED = ("RT100",)
_WRONG = re.compile(r"^## Wrong\n(.*?)^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def answer(question: str, *texts: str) -> str:
    """The answer as JSON; `{"errors": [...]}` where a text cannot be used."""
    try:
        return json.dumps(_QUESTIONS[question](*texts))
    except api.Error as error:
        return json.dumps({"errors": error.messages})


def _about() -> dict[str, Any]:
    return {
        "version": rtlint.__version__,
        "releases": [f"v{major}.{minor}" for major, minor in reversed(minor_releases())],
        "rules": [
            {"id": name.id, "name": name.slug}
            for name in rule_names()
            if name.id not in _CONFIGURED
        ],
    }


def _example(rule: str) -> dict[str, Any]:
    """The wrong example of a rule, and the release that it is for."""
    documentation = load_rule(find_rule(rule)).documentation
    wrong = _WRONG.search(documentation)
    assert wrong is not None
    release = re.search(r"`kubevirt: (v[0-9]+\.[0-9]+)", wrong[1])
    return {"text": wrong[2], "release": release[1] if release else None}


def _lint(text: str, release: str, *, fixes: bool = False) -> dict[str, Any]:
    source = Source(_NAME, text)
    found = api.lint(text, path=_NAME, kubevirt_version=release, fixes=fixes)
    return {"findings": [_finding(each, source) for each in found]}


def _finding(found: api.Diagnostic, source: Source) -> dict[str, Any]:
    fix = found.fix and {
        "description": found.fix.description,
        "isSafe": found.fix.applicability == "safe",
        "edits": [
            {
                "from": _offset(source, edit.start),
                "to": _offset(source, edit.end),
                "insert": edit.text,
            }
            for edit in found.fix.edits
        ],
    }
    return {
        "rule": found.rule,
        "name": found.name,
        "severity": found.severity,
        "message": found.message,
        "line": found.start.line,
        "from": _offset(source, found.start),
        "to": _offset(source, found.end),
        "fix": fix,
    }


def _offset(source: Source, position: Position | api.Position) -> int:
    """The place as JavaScript counts it, in UTF-16 code units."""
    offset = source.line_starts[position.line - 1] + position.column - 1
    before = source.text[:offset]
    return offset + sum(character > "\uffff" for character in before) * (not before.isascii())


def _fix(text: str, release: str) -> dict[str, Any]:
    fixed = api.fix(text, path=_NAME, kubevirt_version=release)
    return {"text": fixed.text, "applied": len(fixed.applied)}


def _preview(text: str, release: str) -> dict[str, Any]:
    return {"page": api.preview_page(text, path=_NAME, kubevirt_version=release)}


_QUESTIONS = {
    "about": _about,
    "example": _example,
    "lint": _lint,
    "fixable": partial(_lint, fixes=True),
    "fix": _fix,
    "preview": _preview,
}
