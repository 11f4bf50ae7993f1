"""Findings for people: each with its line and a caret under what is wrong."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rtlint.report.closing import mark
from rtlint.report.concise import head, line
from rtlint.report.terminal import BOLD, COLOURS, DIM, columns
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.report.model import Report
    from rtlint.report.terminal import Screen
    from rtlint.yaml.source import Source

# A minified JSON manifest is one line of a megabyte.
_MAX_WIDTH = 160


def blocks(report: Report, screen: Screen) -> Iterator[str]:
    """A text for each error and warning, on a terminal under the resource that it is about; behind
    those of a file its advice, a line each."""
    sources = {linted.source.path: linted.source for linted in report.files}
    for path, of_file in groupby(report.diagnostics, lambda diagnostic: diagnostic.path):
        found = list(of_file)
        problems = [each for each in found if each.severity != "info"]
        if screen.width is None:
            yield from (_block(each, sources[path], screen) for each in problems)
        else:
            yield from _grouped(problems, sources[path], screen)
        advice = [each for each in found if each.severity == "info"]
        if advice:
            yield "".join(f"{screen.wrap(line(each, screen), indent='  ')}\n" for each in advice)


def _grouped(found: Sequence[Diagnostic], source: Source, screen: Screen) -> Iterator[str]:
    """The findings of each resource under its name, in the order in which the file has them."""
    groups: dict[object, list[Diagnostic]] = {}
    for diagnostic in found:
        groups.setdefault((diagnostic.document, diagnostic.resource), []).append(diagnostic)
    for group in groups.values():
        resource = group[0].resource
        title = source.path if resource is None else resource.title
        yield f"{screen.wrap(screen.paint(visible(title), BOLD))}\n"
        yield from (_block(each, source, screen) for each in group)


def _block(diagnostic: Diagnostic, source: Source, screen: Screen) -> str:
    number = str(diagnostic.start.line)
    margin = " " * len(number)
    shown, carets = _excerpt(diagnostic, source, _room(screen, margin))
    bar = screen.paint("|", DIM)
    return (
        f"{_told(diagnostic, screen)}\n"
        f"  {number} {bar} {shown}\n"
        f"  {margin} {bar} {screen.paint(carets, COLOURS[diagnostic.severity])}\n"
        f"{_notes(diagnostic, margin, screen)}"
    )


def _told(diagnostic: Diagnostic, screen: Screen) -> str:
    """The finding in words: in one line for programs, below its place for people."""
    if screen.width is None:
        return line(diagnostic, screen)
    place = f"{head(diagnostic, screen)} {mark(diagnostic)}".rstrip()
    message = screen.wrap(visible(diagnostic.message), "  ", "  ")
    return f"{screen.wrap(place, indent='  ')}\n{message}"


def _notes(diagnostic: Diagnostic, margin: str, screen: Screen) -> str:
    """What else belongs to it: why there is no fix, and other places."""
    notes = [f"not fixed: {diagnostic.withheld}"] if diagnostic.withheld else []
    for related in diagnostic.related:
        place = f"{related.path}:{related.start.line}:{related.start.column}"
        notes.append(f"{place}: {related.message}")
    first, indent = f"  {margin} = ", f"  {margin}   "
    return "".join(
        f"{screen.paint(screen.wrap(visible(note), first, indent), DIM)}\n" for note in notes
    )


def _room(screen: Screen, margin: str) -> int:
    """How many characters of a line are shown beside its number."""
    if screen.width is None:
        return _MAX_WIDTH
    return max(min(_MAX_WIDTH, screen.width - len(f"  {margin} | ")), 20)


def _excerpt(diagnostic: Diagnostic, source: Source, room: int) -> tuple[str, str]:
    """The line that the diagnostic begins on, and the carets under what it marks."""
    begins, ends = source.line_span(diagnostic.start.line)
    first = diagnostic.start.column - 1
    cut = max(0, first - room // 2) if ends - begins > room else 0
    # Only what is shown: many findings may stand on that one line.
    shown = source.text[begins + cut : min(begins + cut + room, ends)]
    on_one_line = diagnostic.end.line == diagnostic.start.line
    last = diagnostic.end.column - 1 if on_one_line else ends - begins
    before, marked = shown[: first - cut], shown[first - cut : max(last, first + 1) - cut]
    wide = max(1, min(columns(visible(marked)), room - (first - cut)))
    return visible(shown).rstrip(), " " * columns(visible(before)) + "^" * wide
