"""Suppressions: comments and annotations that keep findings out of the report.

The parser drops comments, so they are found in the text; one that stands inside a string is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, split_path
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.workload import GROUPS, metadata_paths
from rtlint.lint.registry import matches, rule_names
from rtlint.tuples import NamedTuple
from rtlint.yaml.locate import Span
from rtlint.yaml.nodes import Scalar, written
from rtlint.yaml.source import Unreadable
from rtlint.yaml.text_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rtlint.kubernetes.objects import Object
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.registry import Name
    from rtlint.yaml.nodes import Document, Node
    from rtlint.yaml.source import Source

ANNOTATION = "rtlint.io/ignore"
# What every suppression holds: a text without it needs no further look.
MARK = "rtlint"
_COMMENT = re.compile(
    r"(?:(?<=\s)|\A)#[ \t]*rtlint:[ \t]*ignore(?P<file>-file)?(?![-\w])"
    r"(?:[ \t]*\[(?P<names>[^\]\r\n\x85\u2028\u2029]*)\])?[^\r\n\x85\u2028\u2029]*"
)
_ITEM = re.compile(r"\[\d+\]")
_OWN_RULE = "RT003"


# A line, an object (its document's number, its path in there), or None for the whole file.
Place = int | tuple[int, str] | None


class Suppression(NamedTuple):
    """`names` (ids, slugs, prefixes) at a `span` of the `source`.

    It is about the findings that begin on `line`, or about those of the resource `obj` (then
    `path` is its annotation), or else about the whole file. `inner` is where the names stand in a
    comment. `is_late`: it speaks of the file, but not before the first document.
    """

    names: tuple[str, ...]
    source: Source
    span: Span
    line: int | None = None
    obj: Object | None = None
    path: str = ""
    inner: Span | None = None
    is_late: bool = False

    @property
    def offset(self) -> int:
        """Where in the file it stands, in code points."""
        return self.source.above.offset + self.span.start

    @property
    def place(self) -> Place:
        """What it is about, whatever the rule."""
        return self.line if self.obj is None else (self.obj.document.number, self.obj.path)


class Unused(NamedTuple):
    """A suppression with the names in it that suppress nothing; of these `unknown` are no rules.

    `edit` takes them out of a comment; None for an annotation, which is a field.
    """

    suppression: Suppression
    names: tuple[str, ...]
    unknown: tuple[str, ...]
    edit: Edit | None

    @property
    def rest(self) -> tuple[str, ...]:
        """The names that stay."""
        idle = frozenset(self.names)
        return tuple(name for name in self.suppression.names if name not in idle)


def read_suppressions(
    source: Source, documents: Sequence[Document | Unreadable]
) -> list[Suppression]:
    """All suppressions of a file or a piece of it, in no special order."""
    return [*_comments(source, documents), *_annotations(source, documents)]


def split(
    found: Iterable[Diagnostic], suppressions: Iterable[Suppression]
) -> tuple[list[Diagnostic], set[tuple[int, str]]]:
    """The diagnostics that no suppression is about, and the names that suppressed others."""
    by_place: dict[Place, list[Suppression]] = {}
    for suppression in suppressions:
        if not suppression.is_late:
            by_place.setdefault(suppression.place, []).append(suppression)
    # Asked once for each rule at each place: there may be many of both, findings and suppressions.
    uses: dict[tuple[Place, Name], set[tuple[int, str]]] = {}
    kept, used = [], set()
    for diagnostic in found:
        keys = [(place, _name(diagnostic)) for place in _places(diagnostic) if place in by_place]
        for key in keys:
            if key not in uses:
                place, rule = key
                uses[key] = {
                    (suppression.offset, name)
                    for suppression in by_place[place]
                    for name in suppression.names
                    if matches(rule, name)
                }
                used |= uses[key]
        if not any(uses[key] for key in keys):
            kept.append(diagnostic)
    return kept, used


def _places(found: Diagnostic) -> Iterator[Place]:
    """All that a suppression of the diagnostic may be about."""
    yield None
    yield found.start.line
    yield (found.document, "")
    field = found.field or ""
    for match in _ITEM.finditer(field):
        yield (found.document, field[: match.end()])


def unused(
    suppressions: Iterable[Suppression],
    used: set[tuple[int, str]],
    ran: tuple[Name, ...],
) -> Iterator[Unused]:
    """The suppressions with names that suppress nothing; what did not run may have its reasons."""
    for suppression in suppressions:
        idle = [name for name in suppression.names if (suppression.offset, name) not in used]
        unknown = dict.fromkeys(name for name in idle if not _rules(name))
        names = tuple(n for n in idle if suppression.is_late or n in unknown or _ran(n, ran))
        if names or not suppression.names:
            yield Unused(suppression, names, tuple(unknown), _edit(suppression, names))


def _rules(name: str) -> list[Name]:
    return [rule for rule in rule_names() if matches(rule, name)]


def _ran(name: str, ran: tuple[Name, ...]) -> bool:
    """Whether all rules that the name stands for have run; RT003 itself runs last of all."""
    return all(rule in ran and rule.id != _OWN_RULE for rule in _rules(name))


def _name(diagnostic: Diagnostic) -> Name:
    from rtlint.lint.registry import Name

    return Name(diagnostic.rule, diagnostic.name, "")


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _annotations(
    source: Source, documents: Sequence[Document | Unreadable]
) -> Iterator[Suppression]:
    for document in documents:
        if isinstance(document, Unreadable):
            continue
        for obj in objects(source, document, GROUPS):
            for metadata in metadata_paths(obj):
                path = join_path(*split_path(metadata), "annotations", ANNOTATION)
                try:
                    text = Fields(obj.data).string(path)
                except UnknownValue:
                    continue
                if text is not None:
                    yield Suppression(_names(text), source, obj.span(path), obj=obj, path=path)


def _comments(source: Source, documents: Sequence[Document | Unreadable]) -> Iterator[Suppression]:
    found = list(_COMMENT.finditer(source.text))
    if not found:
        return
    roots = [document.root for document in documents if not isinstance(document, Unreadable)]
    strings = sorted(span for root in roots for span in _strings(root, source))
    first = _first_content(source)
    # The line that the last comment was about; one that stands before it is about it too.
    about = 0
    for match in found:
        if _is_inside(match.start(), strings):
            continue
        inner = Span(*match.span("names")) if match["names"] is not None else None
        place = Span(*match.span())
        names = _names(match["names"] or "")
        if match["file"]:
            is_late = source.position(place.start).line > first
            yield Suppression(names, source, place, inner=inner, is_late=is_late)
        else:
            if source.position(place.start).line > about:
                about = _line_of(source, place.start)
            yield Suppression(names, source, place, about, inner=inner)


def _strings(root: Node, source: Source) -> Iterator[Span]:
    """The spans of all scalars; of block scalars without their first line, which may end in a
    comment."""
    for node in written(root):
        if not isinstance(node, Scalar):
            continue
        if node.style in ("|", ">"):
            header = source.text.find("\n", node.start, node.end)
            body = source.text[node.start : node.end].rstrip()
            yield Span(header, node.start + len(body))
        else:
            yield Span(node.start, node.end)


def _is_inside(offset: int, spans: list[Span]) -> bool:
    index = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return index >= 0 and offset < spans[index].end


def _first_content(source: Source) -> int:
    """The number of the file's first line that is no comment, nor `---` or a directive.

    Of a piece below others it is a line above them all.
    """
    first = source.above.lines + 1
    if source.above.documents:
        return first - 1
    last = first + len(source.line_starts)
    for number in range(first, last):
        line = source.line(number).strip()
        if line and not line.startswith(("#", "---", "%")):
            return number
    return last


def _line_of(source: Source, offset: int) -> int:
    """The line that a comment is about: its own, or the next where it has one for itself."""
    number = source.position(offset).line
    if not _is_comment(source.line(number)):
        return number
    last = source.above.lines + len(source.line_starts)
    while number < last and _is_comment(source.line(number)):
        number += 1
    return number


def _is_comment(line: str) -> bool:
    return line.lstrip()[:1] in ("", "#")


def _edit(suppression: Suppression, names: tuple[str, ...]) -> Edit | None:
    """What takes the names out of a comment, or the comment out of the text with the last."""
    if suppression.obj is not None:
        return None
    text = suppression.source.text
    idle = frozenset(names)
    rest = [name for name in suppression.names if name not in idle]
    if rest and suppression.inner is not None:
        return Edit(*suppression.inner, ", ".join(rest))
    start, end = suppression.span
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] not in "\r\n":
        return Edit(start, end, "")
    end += 2 if text.startswith("\r\n", end) else end < len(text)
    return Edit(start, end, "")
