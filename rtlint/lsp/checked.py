"""What is known of a text while it is typed: its findings, or those it had when it was whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rtlint.lint.run import lint, may_hold_objects
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Position, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.run import Documents
    from rtlint.lint.settings import Settings

_DOCUMENT = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)


class Checked(NamedTuple):
    """A text as it was linted.

    `found` is what stands in it now; `kept` are earlier findings in documents that cannot be read
    as they are, on lines that have not changed since.
    """

    source: Source
    documents: Documents
    found: tuple[Diagnostic, ...]
    kept: tuple[Diagnostic, ...] = ()


def check(source: Source, settings: Settings, before: Checked | None) -> Checked:
    """Lint a text; `before` is what the same file was until now.

    A text without KubeVirt's groups is left alone: its syntax is another tool's business.
    """
    if not may_hold_objects(source.text.encode("utf-8", "surrogatepass")):
        return Checked(source, (), ())
    documents = tuple(compose(source.text, limits=settings.limits))
    found = tuple(lint(source, settings, documents).diagnostics)
    kept = () if before is None else tuple(_kept(before, source, documents))
    return Checked(source, documents, found, kept)


def _kept(before: Checked, now: Source, documents: Documents) -> Iterator[Diagnostic]:
    """Earlier findings that still hold where the text cannot be read, moved to where they are."""
    broken = [_lines_around(now, d.offset) for d in documents if isinstance(d, Unreadable)]
    if not broken:
        return
    old, new = before.source.text.splitlines(), now.text.splitlines()
    same_above, same_below = _unchanged(old, new)
    for diagnostic in (*before.found, *before.kept):
        # A finding of no resource is about the syntax, and that was linted anew.
        if diagnostic.resource is None:
            continue
        first, last = diagnostic.start.line, diagnostic.end.line
        if last <= same_above:
            shift = 0
        elif first > len(old) - same_below:
            shift = len(new) - len(old)
        else:
            continue
        if any(top <= first + shift and last + shift < bottom for top, bottom in broken):
            yield _moved(diagnostic, shift)


def _moved(diagnostic: Diagnostic, lines: int) -> Diagnostic:
    """The diagnostic further down; its fix is about a text that is no more."""
    start, end = diagnostic.start, diagnostic.end
    return diagnostic._replace(
        start=Position(start.line + lines, start.column),
        end=Position(end.line + lines, end.column),
        fix=None,
    )


def _unchanged(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines at the beginning and at the end two texts have in common."""
    most = min(len(old), len(new))
    above = next((i for i in range(most) if old[i] != new[i]), most)
    most -= above
    below = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return above, below


def _lines_around(source: Source, offset: int | None) -> tuple[int, int]:
    """The lines, from and to (exclusive), of the document that cannot be read at an offset.

    An error right at a `---` is about the document above it, which is not closed.
    """
    if offset is None:
        return 1, len(source.line_starts) + 1
    marks = [match.start() for match in _DOCUMENT.finditer(source.text)]
    top = max((mark for mark in marks if mark < offset), default=0)
    bottom = min((mark for mark in marks if mark >= offset), default=len(source.text))
    return source.position(top).line, source.position(bottom).line + (bottom not in marks)
