"""JUnit XML, which every CI system shows: a suite a file, a test case a finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from rtlint.report.uri import relative
from rtlint.visible import in_xml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted
    from rtlint.report.model import Report

# What XML 1.0 cannot hold, not even as a character reference.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, *, colour: bool, quiet: bool) -> str:  # noqa: ARG001 - as all formats
    """The whole document; a file without findings is one test case that passes.

    Files that hold no KubeVirt object, most of a repository, are no tests.
    """
    files = [each for each in report.files if each.result.documents or each.result.diagnostics]
    found = len(report.diagnostics)
    cases = sum(max(1, len(linted.result.diagnostics)) for linted in files)
    counts = {"tests": cases, "failures": found, "errors": 0}
    suites = "".join(map(_suite, files))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{_tag('testsuites', name='rtlint', **counts)}\n{suites}</testsuites>\n"


def _suite(linted: Linted) -> str:
    path = relative(linted.source.path)
    found = linted.result.diagnostics
    counts = {"tests": max(1, len(found)), "failures": len(found), "errors": 0, "skipped": 0}
    cases = _cases(path, found) if found else f"    {_tag('testcase', '/', **_name(path, path))}\n"
    return f"  {_tag('testsuite', name=path, **counts)}\n{cases}  </testsuite>\n"


def _cases(path: str, found: Iterable[Diagnostic]) -> str:
    return "".join(_case(path, diagnostic) for diagnostic in found)


def _case(path: str, diagnostic: Diagnostic) -> str:
    place = f"{path}:{diagnostic.start.line}:{diagnostic.start.column}"
    # Not the line: CI systems tell new failures from old ones by the name.
    resource = (diagnostic.resource and diagnostic.resource.name) or ""
    about = (diagnostic.rule, diagnostic.name, resource, diagnostic.field or "")
    name = " ".join(part for part in about if part)
    failure = _tag("failure", type=diagnostic.severity, message=diagnostic.message)
    body = _text(f"{place}: {diagnostic.severity} {diagnostic.rule}: {diagnostic.message}")
    page = f"\n{_text(diagnostic.url)}" if diagnostic.url else ""
    return (
        f"    {_tag('testcase', **_name(name, path), file=path, line=diagnostic.start.line)}\n"
        f"      {failure}{body}{page}</failure>\n"
        "    </testcase>\n"
    )


def _name(name: str, path: str) -> dict[str, str]:
    return {"name": name, "classname": path}


def _tag(element: str, close: str = "", /, **attributes: str | int) -> str:
    listed = "".join(f" {key}={_attribute(str(value))}" for key, value in attributes.items())
    return f"<{element}{listed}{close}>"


def _attribute(value: str) -> str:
    return in_xml(quoteattr(_printable(value)))


def _text(value: str) -> str:
    return in_xml(escape(_printable(value), {"\r": "&#13;", "\n": "&#10;"}))


def _printable(value: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
