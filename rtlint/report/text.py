"""The report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.lint.registry import rule_names
from rtlint.lint.rule import SEVERITIES
from rtlint.visible import visible

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted
    from rtlint.report.model import Report
    from rtlint.yaml.source import Source

_COLOURS = {"error": "31", "warning": "33", "info": "36"}
_BOLD, _DIM = "1", "2"
# A minified JSON manifest is one line of a megabyte.
_MAX_WIDTH = 160


def render(report: Report, *, colour: bool, quiet: bool) -> str:
    """Each diagnostic with its line and a caret under it, then one line with the counts."""
    sources = {linted.source.path: linted.source for linted in report.files}
    blocks = [_fixed(linted) for linted in report.files if linted.applied]
    blocks += [_block(d, sources[d.path], colour) for d in report.diagnostics]
    if not quiet:
        blocks.append(_closing(report))
    return "\n".join(blocks)


def _fixed(linted: Linted) -> str:
    """What was fixed in a file, a line each."""
    return "".join(
        f"{visible(linted.source.path)}:{fix.line}: fixed {fix.rule} {fix.name}: "
        f"{visible(fix.description)}\n"
        for fix in linted.applied
    )


def _block(diagnostic: Diagnostic, source: Source, colour: bool) -> str:
    place = f"{diagnostic.path}:{diagnostic.start.line}:{diagnostic.start.column}:"
    level = _paint(diagnostic.severity, _COLOURS[diagnostic.severity], colour)
    rule = _paint(f"{diagnostic.rule} {diagnostic.name}", _BOLD, colour)
    message = visible(diagnostic.message)
    line, caret = _excerpt(diagnostic, source)
    number = str(diagnostic.start.line)
    bar = _paint("|", _DIM, colour)
    margin = " " * len(number)
    marked = _paint(caret, _COLOURS[diagnostic.severity], colour)
    return (
        f"{visible(place)} {level} {rule}: {message}\n"
        f"  {number} {bar} {line}\n"
        f"  {margin} {bar} {marked}\n"
        f"{_notes(diagnostic, margin, colour)}"
    )


def _notes(diagnostic: Diagnostic, margin: str, colour: bool) -> str:
    is_ours = any(name.id == diagnostic.rule for name in rule_names())
    notes = [f"rtlint explain {diagnostic.rule}"] if is_ours else []
    if diagnostic.url and not is_ours:
        notes.append(visible(diagnostic.url))
    for related in diagnostic.related:
        place = f"{related.path}:{related.start.line}:{related.start.column}"
        notes.insert(0, visible(f"{place}: {related.message}"))
    if diagnostic.withheld:
        notes.insert(0, f"not fixed: {visible(diagnostic.withheld)}")
    return "".join(f"  {margin} = {_paint(note, _DIM, colour)}\n" for note in notes)


def _excerpt(diagnostic: Diagnostic, source: Source) -> tuple[str, str]:
    """The line that the diagnostic begins on, and the carets under what it marks."""
    begins, ends = source.line_span(diagnostic.start.line)
    first = diagnostic.start.column - 1
    is_long = ends - begins > _MAX_WIDTH
    cut = max(0, first - _MAX_WIDTH // 2) if is_long else 0
    # Only what is shown: many findings may stand on that one line.
    line = source.text[begins + cut : min(begins + cut + _MAX_WIDTH, ends)]
    on_one_line = diagnostic.end.line == diagnostic.start.line
    last = diagnostic.end.column - 1 if on_one_line else ends - begins
    before, marked = line[: first - cut], line[first - cut : max(last, first + 1) - cut]
    shown = visible(line)
    carets = "^" * max(1, min(_width(visible(marked)), _MAX_WIDTH - (first - cut)))
    return shown.rstrip(), " " * _width(visible(before)) + carets


def _closing(report: Report) -> str:
    counts = report.summary
    suppressed = sum(linted.result.suppressed for linted in report.files)
    looked_at = (
        f"{_count(counts['files'], 'file')}, {_count(counts['workloads'], 'VM')}, "
        f"{counts['realtime']} realtime{f', {suppressed} suppressed' if suppressed else ''}; "
        f"KubeVirt {report.release}"
    )
    if not counts["files"]:
        return "No VM found: no manifest of KubeVirt was found or could be read.\n"
    made = sum(len(linted.applied) for linted in report.files)
    done = f"Fixed {_count(made, 'problem')}. " if made else ""
    if not report.diagnostics:
        verdict = "All clean" if counts["workloads"] else "No VM found"
        return f"{done}{verdict}: {looked_at}.\n"
    found = ", ".join(
        _count(counts[f"{severity}s"], severity)
        for severity in SEVERITIES
        if counts[f"{severity}s"]
    )
    fixable = f", {counts['fixable']} can be fixed" if counts["fixable"] else ""
    return f"{done}Found {found}{fixable} ({looked_at}).\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
