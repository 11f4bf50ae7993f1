"""JUnit XML, which every CI system shows: one suite per file, one test case per finding."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from rtlint import TYPE_CHECKING
from rtlint.report.uri import relative
from rtlint.visible import in_xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted
    from rtlint.report.model import Report

# What XML 1.0 cannot hold, not even as a character reference.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, **_: object) -> str:
    """The whole document; a file without findings is one test case that passes.

    A finding below `--fail-on` passes, too, with what it says as its output. Files that hold no
    KubeVirt object, most of a repository, are no tests.
    """
    files = [each for each in report.files if each.result.documents or each.result.diagnostics]
    cases = sum(max(1, len(linted.result.diagnostics)) for linted in files)
    counts = {"tests": cases, "failures": sum(map(report.fails, report.diagnostics)), "errors": 0}
    suites = "".join(_suite(linted, report.fails) for linted in files)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{_tag('testsuites', name='rtlint', **counts)}\n{suites}</testsuites>\n"


def _suite(linted: Linted, fails: Callable[[Diagnostic], bool]) -> str:
    path = relative(linted.source.path)
    found = linted.result.diagnostics
    failures = sum(map(fails, found))
    counts = {"tests": max(1, len(found)), "failures": failures, "errors": 0, "skipped": 0}
    cases = "".join(_case(path, each, fails(each)) for each in found)
    clean = f"    {_tag('testcase', '/', **_name(path, path))}\n"
    return f"  {_tag('testsuite', name=path, **counts)}\n{cases or clean}  </testsuite>\n"


def _case(path: str, diagnostic: Diagnostic, is_failed: bool) -> str:
    # Not the line: CI systems tell new failures from old ones by the name.
    resource = (diagnostic.resource and diagnostic.resource.name) or ""
    about = (diagnostic.rule, diagnostic.name, resource, diagnostic.field or "")
    name = " ".join(part for part in about if part)
    return (
        f"    {_tag('testcase', **_name(name, path), file=path, line=diagnostic.start.line)}\n"
        f"      {_told(path, diagnostic, is_failed)}\n"
        "    </testcase>\n"
    )


def _told(path: str, diagnostic: Diagnostic, is_failed: bool) -> str:
    """What the finding says, as the failure of its test case or as its output."""
    place = f"{path}:{diagnostic.start.line}:{diagnostic.start.column}"
    said = f"{place}: {diagnostic.severity} {diagnostic.rule}: {diagnostic.message}"
    page = f"\n{_text(diagnostic.url)}" if diagnostic.url else ""
    if not is_failed:
        return f"<system-out>{_text(said)}{page}</system-out>"
    failure = _tag("failure", type=diagnostic.severity, message=diagnostic.message)
    return f"{failure}{_text(said)}{page}</failure>"


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
