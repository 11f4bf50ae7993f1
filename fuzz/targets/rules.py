"""Text to findings: each lies in the text, and a line above or a document beside changes none."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from fuzz import texts
from fuzz.target import Target
from rtlint.kubevirt.releases import NEWEST, parse_release
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.run import lint, lint_bytes
from rtlint.lint.settings import Settings
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source, Unreadable
from rtlint.yaml.text_edit import apply, conflict

RELEASES = [NEWEST, *map(parse_release, ("v0.47.1", "v0.58.1", "v1.5.0", "v1.8.4"))]
_ABOVE = "# a comment\n\n"
_BESIDE = "kind: Other\n---\n"


def check(data: bytes) -> None:
    settings = Settings(RELEASES[len(data) % len(RELEASES)])
    source, result = lint_bytes("vm.yaml", data, settings)
    is_readable = source.text.encode() in data and not any(
        isinstance(document, Unreadable) for document in compose(source.text)
    )
    for found in result.diagnostics:
        _check_place(found, source)
        _check_fix(found, source, is_readable)
    assert result.diagnostics == sorted(result.diagnostics, key=lambda found: found.order)
    if is_readable:
        _check_neighbours(source.text, result.diagnostics, settings)


def _check_place(found: Diagnostic, source: Source) -> None:
    assert found.message.strip()
    assert (1, 1) <= found.start <= found.end, found
    for position in (found.start, found.end):
        assert position.line <= len(source.line_starts), found
        # A place behind the text of a line lies in its ending.
        assert position.column <= len(source.line(position.line)) + 2, found


def _check_fix(found: Diagnostic, source: Source, is_readable: bool) -> None:
    edits = sorted(found.fix.edits) if found.fix else []
    for edit in edits:
        assert 0 <= edit.start <= edit.end <= len(source.text), found
    for one, other in pairwise(edits):
        assert one.end <= other.start and not conflict(one, other), found
    if edits and is_readable:
        after = apply(source.text, edits)
        assert not any(isinstance(d, Unreadable) for d in compose(after)), found


def _check_neighbours(text: str, found: list[Diagnostic], settings: Settings) -> None:
    # JSON takes no comments, and is read by its own rules.
    if text.lstrip()[:1] in ("{", "["):
        return
    expected = [_moved(each, 2, 0) for each in found]
    assert [_moved(each, 0, 0) for each in _lint(_ABOVE + text, settings)] == expected
    # A directive, or the comments above the first document, would belong to the other one.
    is_special = re.search(r"^%|rtlint|[{$]", text, re.MULTILINE)
    if not is_special and not re.match(r"\s*(#|---|\.\.\.|\Z)", text):
        expected = [_moved(each, 2, 1) for each in found]
        assert [_moved(each, 0, 0) for each in _lint(_BESIDE + text, settings)] == expected


def _lint(text: str, settings: Settings) -> list[Diagnostic]:
    return lint(Source("vm.yaml", text), settings).diagnostics


def _moved(found: Diagnostic, lines: int, documents: int) -> tuple[Any, ...]:
    """What is said, and where it would be with so many lines and documents above."""
    start, end = found.start, found.end
    place = (start.line + lines, start.column, end.line + lines, end.column)
    message = re.sub(r"line \d+", "line N", found.message)
    return found.rule, message, found.field, found.document + documents, place


TARGET = Target(check, texts.EXAMPLES, texts.WORDS, texts.seeds)
