"""From text to documents of nodes, without recursion and within limits.

The parsers' own composers are not used: the C one crashes the process on deep nesting, and both
copy what an alias stands for.
"""

from __future__ import annotations

import re
from functools import partial

from rtlint import TYPE_CHECKING
from rtlint.limits import Limits
from rtlint.yaml.lines import read_data, read_nodes
from rtlint.yaml.nodes import Alias, Document, Mapping, Node, Scalar, Sequence, Solid
from rtlint.yaml.scalars import resolve, resolve_tagged
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# Compiling a pattern costs more than reading a VM: what most files have no need of is left to
# functions of `re`, which compile at the first use.
_PROPERTIES = (
    r"(?:(?:&[^\s,\[\]{}?:%@`]*|!(?:<[^>\s]*>|[^\s{}]*))"
    r"(?:\s+(?:#[^\r\n]*\s+)*|(?=[,\]}?:%@`])|\Z))+"
)
# A search for the line break first is ten times faster than one for the beginning of a line.
_DOCUMENT_MARK = r"\n(?:(---)(?=[ \t\r\n]|\Z)|\.\.\.(?:[ \t\r][^\n]*)?(?:(?=\n)|\Z))"
# Directives, comments and blank lines.
_PROLOGUE = r"(?:(?:%[^\n]*|[ \t\r]*(?:#[^\n]*)?)\n)+"
# JSON may write a character past U+FFFF as two escapes, which no YAML parser takes.
_SURROGATE_ESCAPE = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"

_COLON = r"\s*:(?=[\s,\]}]|\Z)"
_LIMITS = Limits()


def compose(
    text: str, pure: bool = False, number: int = 0, limits: Limits = _LIMITS
) -> Iterator[Document | Unreadable]:
    """The documents of a text in order; what cannot be read comes as Unreadable in its place.

    Of a document that cannot be read the rest is passed over. `number` is how many documents stand
    above the text. `pure` takes ruamel.yaml's pure parser even where the C one is installed.
    """
    if text.lstrip()[:1] in ("{", "[") and "\\u" in text:
        text = re.sub(_SURROGATE_ESCAPE, r"\\ufffd\\ufffd", text)
    base = 0
    for piece in cut(text):
        try:
            if len(piece) > limits.document_size:
                raise Unreadable(_too_large(limits), base)
            for root, data in _roots(piece, text, base, limits, pure):
                number += 1
                yield Document(number, root, data=data)
        except Unreadable as problem:
            number += 1
            yield problem
        base += len(piece)


def cut(text: str) -> Iterator[str]:
    """The text in pieces that can be read one by one, which hold a document each as a rule.

    At the beginning of a line `---` opens a document and `...` closes one, whatever stands around
    them (YAML 1.1, c-forbidden). Directives and comments above a document go with it.
    """
    if "\n---" not in text:
        yield from (text,) if text else ()
        return
    prologue = re.compile(_PROLOGUE)
    start = closed = 0
    for mark in re.finditer(_DOCUMENT_MARK, text):
        if not mark[1]:
            closed = mark.end() + 1
            continue
        end = mark.start() + 1
        end = closed if prologue.fullmatch(text, closed, end) else end
        if end > start:
            yield text[start:end]
        start = closed = end
    if start < len(text):
        yield text[start:]


def documents_in(text: str, limits: Limits) -> int:
    """How many documents a piece of a file holds, without reading it where it begins plainly."""
    is_plain = text.startswith("---") or text[:1].isalpha()
    if text and is_plain and "\n..." not in text:
        return 1
    return sum(1 for _ in compose(text, limits=limits))


def _too_large(limits: Limits) -> str:
    return (
        f"The document is larger than {limits.document_size} characters, so it is not read. Split "
        "it, or raise `--limit document-size`."
    )


def _too_many(limits: Limits) -> str:
    return (
        f"The aliases expand to more than {limits.aliases} nodes. Write the values out, "
        "or raise `--limit aliases`."
    )


def _roots(
    piece: str, text: str, base: int, limits: Limits, pure: bool
) -> Iterator[tuple[Node | Callable[[], Node], Any]]:
    """The root node of each document of a piece, which begins at `base` in the text, and its data;
    see Document.

    `pure` takes ruamel.yaml's pure parser. Raises Unreadable.
    """
    end = base + len(piece)
    data = None if pure else read_data(text, base, end, limits.depth)
    if data is not None:
        yield partial(read_nodes, text, base, end), data
        return
    from rtlint.yaml.parse import parse, read

    def parsed(pure: bool) -> Iterator[Node]:
        events = parse(piece, base, pure)
        for event in events:
            if type(event).__name__ == "DocumentStartEvent":
                yield _compose_document(events, text, base, limits)

    for root in read(parsed, pure):
        yield root, None


def _compose_document(events: Iterator[Any], text: str, base: int, limits: Limits) -> Node:
    top: list[Node] = []
    # The collection that is being filled, its children, and those it stands in.
    children = top
    open_nodes: list[tuple[Mapping | Sequence, list[Node], int, str | None]] = []
    anchors: dict[str, tuple[Solid, int] | None] = {}
    written = size = 0
    for event in events:
        kind = type(event).__name__
        start = event.start_mark.index + base
        if kind == "ScalarEvent":
            node = _scalar(event, text, start, event.end_mark.index + base, children)
            written += 1
            size += 1
            if event.anchor is not None:
                anchors[event.anchor] = (node, 1)
            children.append(node)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(open_nodes) >= limits.depth:
                raise Unreadable(f"The nesting is deeper than {limits.depth} levels.", start)
            written += 1
            size += 1
            if event.tag is not None or event.anchor is not None:
                start = _skip_properties(text, start)
            collection: Mapping | Sequence
            if kind == "MappingStartEvent":
                collection = Mapping(start, start, bool(event.flow_style))
                inner = collection.pairs
            else:
                collection = Sequence(start, start, bool(event.flow_style))
                inner = collection.nodes
            if event.anchor is not None:
                anchors[event.anchor] = None
            children.append(collection)
            open_nodes.append((collection, children, size, event.anchor))
            children = inner
        elif kind == "AliasEvent":
            alias, weight = _alias(event, start, event.end_mark.index + base, anchors)
            written += 1
            size += weight
            if size > limits.aliases + 10 * written:
                raise Unreadable(_too_many(limits), start)
            children.append(alias)
        elif kind == "DocumentEndEvent":
            break
        else:
            closed, children, before, anchor = open_nodes.pop()
            closed.end = _collection_end(closed, event.end_mark.index + base)
            if anchor is not None:
                anchors[anchor] = (closed, size - before + 1)
    return top[0]


def _scalar(event: Any, text: str, start: int, end: int, before: list[Node]) -> Scalar:
    written: str = event.value
    style: str = event.style or ""
    tag = event.tag
    if tag is not None or event.anchor is not None:
        start = min(_skip_properties(text, start), end)
    elif not style and not written:
        start = end = _empty_value(text, start, before)
    if tag is None:
        return Scalar(start, end, written if style else resolve(written), written, style)
    try:
        return Scalar(start, end, resolve_tagged(tag, written), written, style)
    except ValueError as error:
        raise Unreadable(f"Kubernetes refuses this value: {error}.", start) from None


def _empty_value(text: str, offset: int, before: list[Node]) -> int:
    """Where an absent value would begin: the parsers differ, this is right behind the `:`."""
    if before:
        match = re.compile(_COLON).match(text, before[-1].end)
        # Behind the place that the parser tells stands what comes next, as in `?` above `:}: a`.
        if match is not None and match.end() <= offset:
            return match.end()
    return offset


def _alias(
    event: Any, start: int, end: int, anchors: dict[str, tuple[Solid, int] | None]
) -> tuple[Alias, int]:
    if event.anchor not in anchors:
        raise Unreadable(f"The alias `*{event.anchor}` has no anchor before it.", start)
    anchored = anchors[event.anchor]
    if anchored is None:
        raise Unreadable(f"The alias `*{event.anchor}` is inside its own anchor.", start)
    target, weight = anchored
    return Alias(start, end, target), weight


def _skip_properties(text: str, start: int) -> int:
    """Past `&anchor` and `!tag`, to where the node itself begins."""
    match = re.compile(_PROPERTIES).match(text, start)
    return start if match is None else match.end()


def _collection_end(node: Mapping | Sequence, end: int) -> int:
    """The parser ends a block collection at the next token; here it ends with its last child."""
    children = node.pairs if isinstance(node, Mapping) else node.nodes
    return end if node.flow or not children else children[-1].end
