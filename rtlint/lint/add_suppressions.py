"""Writing suppressions for what was found, each with a reason to fill in."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.blocks import is_documentation, read_documents
from rtlint.kubernetes.objects import data_of
from rtlint.lint.expected import same
from rtlint.yaml.layout import newline
from rtlint.yaml.source import Source, Unreadable
from rtlint.yaml.text_edit import Edit, Withheld, apply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.lint.diagnostic import Diagnostic

REASON = "TODO: say why"
# Text that cannot be read, and suppressions: of these a comment would say nothing.
_NEVER = ("RT001", "RT003", "RT004")
_OWN_LINE = re.compile(r"([ \t]*# rtlint: ignore\[)([^\]]*)\]")


class Unsuitable(Exception):  # noqa: N818 - reported in one line; the text stays
    """Why a text takes no comments."""


def add(source: Source, found: Iterable[Diagnostic]) -> tuple[str, int]:
    """The text with a comment above each line that something is found on, and how many findings.

    Raises Unsuitable where the text takes no comments.
    """
    by_line: dict[int, list[str]] = {}
    for diagnostic in found:
        if is_about_a_line(diagnostic):
            by_line.setdefault(diagnostic.start.line, []).append(diagnostic.rule)
    if not by_line:
        return source.text, 0
    edits = [edit for text in _texts(source) for edit in _comments(text, by_line)]
    text = apply(source.text, edits)
    if not same(_meaning(source), _meaning(Source(source.path, text))):
        raise Unsuitable("a comment cannot stand above each finding; a line begins inside a string")
    return text, sum(map(len, by_line.values()))


def _texts(source: Source) -> Iterator[Source]:
    """What stands in a file and takes comments by itself: each block of documentation does."""
    if not is_documentation(source.path):
        yield source
        return
    from rtlint.blocks.read import blocks

    yield from blocks(source)


def _comments(source: Source, by_line: dict[int, list[str]]) -> tuple[Edit, ...]:
    """The comments for the lines of a text, as edits of its file. Raises Unsuitable."""
    # Where a document ends the line belongs to the next one.
    here = [line for line in by_line if line in source.lines and source.line(line)]
    if here and not takes_comments(source):
        raise Unsuitable("JSON takes no comments; use the annotation `rtlint.io/ignore`")
    try:
        return source.placed(comment(source, line, by_line[line]) for line in here)
    except Withheld as reason:
        raise Unsuitable(str(reason)) from None


def is_about_a_line(found: Diagnostic) -> bool:
    """Whether a comment can suppress the finding: not one about unreadable text, or comments."""
    return found.rule not in _NEVER


def takes_comments(source: Source) -> bool:
    """YAML would take them in JSON too, but whoever reads JSON does not."""
    return source.text.lstrip()[:1] not in ("{", "[")


def comment(source: Source, line: int, rules: list[str]) -> Edit:
    """What suppresses the rules' findings on a line of a text: a comment above it, or more in the
    one there.

    It fits where the line does not begin inside a string.
    """
    start = source.line_span(line)[0]
    above = _OWN_LINE.match(source.line(line - 1)) if line - 1 in source.lines else None
    if above is not None:
        begin = source.line_span(line - 1)[0]
        names = [name.strip() for name in above[2].split(",") if name.strip()]
        return Edit(begin + above.start(2), begin + above.end(2), _joined([*names, *rules]))
    text = source.line(line)
    indentation = text[: len(text) - len(text.lstrip())]
    new = f"{indentation}# rtlint: ignore[{_joined(rules)}] {REASON}{newline(source.text)}"
    return Edit(start, start, new)


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _meaning(source: Source) -> list[object]:
    return [
        None if isinstance(document, Unreadable) else data_of(document)
        for _, document in read_documents(source)
    ]
