"""Finding the suppressions of a text.

The parser drops comments, so they are found in the text; one that stands inside a string is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, split_path
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS, metadata_paths
from rtlint.lint.suppressions import Suppression
from rtlint.platform.objects import is_of_platform
from rtlint.yaml.locate import Span
from rtlint.yaml.nodes import Scalar, written
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.yaml.nodes import Document, Node
    from rtlint.yaml.source import Source

ANNOTATION = "rtlint.io/ignore"
_COMMENT = re.compile(
    r"(?:(?<=\s)|\A)#[ \t]*rtlint:[ \t]*ignore(?P<file>-file)?(?![-\w])"
    r"(?:[ \t]*\[(?P<names>[^\]\r\n\x85\u2028\u2029]*)\])?[^\r\n\x85\u2028\u2029]*"
)


def read_suppressions(
    source: Source, documents: Sequence[Document | Unreadable]
) -> list[Suppression]:
    """All suppressions of a file or a piece of it, in no special order."""
    above = _above(source, documents) if source.comments else ()
    return [*_comments(source, documents), *_annotations(source, documents), *above]


def _above(source: Source, documents: Sequence[Document | Unreadable]) -> Iterator[Suppression]:
    """What the comments of the file say of all that stands in this text."""
    for comment in source.comments:
        for found in _comments(comment, ()):
            if found.line is None:
                yield found._replace(is_late=source.above.documents > 0)
            else:
                for number in range(1, len(documents) + 1):
                    yield found._replace(line=None, document=source.above.documents + number)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _annotations(
    source: Source, documents: Sequence[Document | Unreadable]
) -> Iterator[Suppression]:
    for document in documents:
        if isinstance(document, Unreadable):
            continue
        for obj in objects(source, document, GROUPS, is_of_platform):
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
    if source.above.documents or source.above.listed is not None:
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
