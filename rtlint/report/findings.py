"""Findings for people: each with its line, a caret under what is wrong, and what can be done."""

from __future__ import annotations

from itertools import groupby

from rtlint import TYPE_CHECKING
from rtlint.lint.registry import rule_names
from rtlint.lint.rule import SEVERITIES
from rtlint.report.terminal import BOLD, COLOURS, DIM, GREEN, columns
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted
    from rtlint.report.model import Report
    from rtlint.report.terminal import Screen
    from rtlint.yaml.source import Source

# A minified JSON manifest is one line of a megabyte.
_MAX_WIDTH = 160
_MARKS = {"safe": "[*]", "unsafe": "[?]"}


def blocks(report: Report, screen: Screen) -> Iterator[str]:
    """What was fixed; a text for each error and warning, on a terminal under the resource that it
    is about; behind those of a file its advice, a line each."""
    for linted in report.files:
        if linted.applied:
            yield _fixed(linted, screen)
    yield from _found(report, screen)


def _found(report: Report, screen: Screen) -> Iterator[str]:
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


def line(diagnostic: Diagnostic, screen: Screen) -> str:
    """`path:line:column: severity RULE slug: [*] namespace/name: message`."""
    about = (mark(diagnostic), message(diagnostic))
    return f"{head(diagnostic, screen)}: {' '.join(filter(None, about))}"


def head(diagnostic: Diagnostic, screen: Screen) -> str:
    """Where it is, how severe, and the rule, whose id leads to its page."""
    place = f"{diagnostic.path}:{diagnostic.start.line}:{diagnostic.start.column}:"
    level = screen.paint(diagnostic.severity, COLOURS[diagnostic.severity])
    rule = f"{screen.link(diagnostic.rule, diagnostic.url)} {diagnostic.name}"
    return f"{visible(place)} {level} {screen.paint(rule, BOLD)}"


def message(diagnostic: Diagnostic) -> str:
    """What is wrong, and with which resource."""
    return visible(diagnostic.full_message)


def mark(diagnostic: Diagnostic) -> str:
    """`[*]` where `--fix` mends it, `[?]` where that takes `--unsafe-fixes`; "" without a fix."""
    return _MARKS[diagnostic.fix.applicability] if diagnostic.fix else ""


def fixable_by(report: Report) -> str:
    """Which flags fix how many of the findings, each with its mark; "" where none does."""
    marks = [mark(diagnostic) for diagnostic in report.diagnostics]
    safe, unsafe = (marks.count(each) for each in _MARKS.values())
    # With the unsafe fixes the safe ones are made, too.
    parts = [
        f"{safe} fixable with --fix {_MARKS['safe']}" if safe else "",
        f"{unsafe} {'more' if safe else 'fixable'} with --fix --unsafe-fixes {_MARKS['unsafe']}"
        if unsafe
        else "",
    ]
    return ", ".join(filter(None, parts))


def _fixed(linted: Linted, screen: Screen) -> str:
    """What was fixed in a file, a line each."""
    path, fixed = visible(linted.source.path), screen.paint("fixed", GREEN)
    lines = (
        f"{path}:{fix.line}: {fixed} {fix.rule} {fix.name}: {visible(fix.description)}"
        for fix in linted.applied
    )
    return "".join(f"{screen.wrap(line, indent='  ')}\n" for line in lines)


def further(report: Report) -> str:
    """Where more is said of the rules, once for all findings; of a user's own where it is said."""
    rules = {(found.rule, found.url): found.severity for found in report.diagnostics}
    ours = [rule for rule in rules if any(name.id == rule[0] for name in rule_names())]
    pages = [f"{rule}: {visible(url)}\n" for rule, url in rules if url and (rule, url) not in ours]
    if ours:
        worst, _ = min(ours, key=lambda rule: SEVERITIES.index(rules[rule]))
        pages.append(f"For more about a rule: rtlint explain {worst}\n")
    return "".join(pages)
