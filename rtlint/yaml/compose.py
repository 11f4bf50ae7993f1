"""From text to documents of nodes, without recursion and within limits.

ruamel.yaml's parsers give the events: the C one where it is installed, else the pure one. Their
own composers are not used: the C one crashes the process on deep nesting, and both copy what an
alias stands for.
"""

from __future__ import annotations

import re
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from rtlint.limits import Limits
from rtlint.yaml.nodes import Alias, Document, Mapping, Node, Scalar, Sequence, Solid
from rtlint.yaml.scalars import resolve, resolve_tagged
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Compiling a pattern costs more than reading a VM: what most files have no need of is left to
# functions of `re`, which compile at the first use.
_PROPERTIES = (
    r"(?:(?:&[^\s,\[\]{}?:%@`]*|!(?:<[^>\s]*>|[^\s{}]*))"
    r"(?:\s+(?:#[^\r\n]*\s+)*|(?=[,\]}?:%@`])|\Z))+"
)
# What YAML does not admit in a stream (YAML 1.1, c-printable).
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
# A search for the line break first is ten times faster than one for the beginning of a line.
_DOCUMENT_MARK = r"\n(?:(---)(?=[ \t\r\n]|\Z)|\.\.\.(?:[ \t\r][^\n]*)?(?:(?=\n)|\Z))"
# Directives, comments and blank lines.
_PROLOGUE = r"(?:(?:%[^\n]*|[ \t\r]*(?:#[^\n]*)?)\n)+"
# JSON may write a character past U+FFFF as two escapes, which no YAML parser takes.
_SURROGATE_ESCAPE = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"

_COLON = r"\s*:(?=[\s,\]}]|\Z)"
# Of `{image: registry:5000/x}`, which go-yaml takes, and the pure parser too (go-yaml v2,
# scannerc.go, yaml_parser_scan_plain_scalar).
_COLON_IN_FLOW = "found unexpected ':'"
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
            for root in _read(partial(_roots, piece, text, base, limits), pure):
                number += 1
                yield Document(number, root)
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


def _too_large(limits: Limits) -> str:
    return (
        f"The document is larger than {limits.document_size} characters, so it is not read; split "
        "it, or raise `--limit document-size`."
    )


def events(text: str) -> Iterator[Any]:
    """The parser's events, as far as the text can be read. Raises Unreadable there."""
    return _read(partial(_events, text, 0), False)


def _read(read: Callable[[bool], Iterator[Any]], pure: bool) -> Iterator[Any]:
    """What is read with the C parser, and from where that is too strict on with the pure one."""
    given = 0
    try:
        for each in read(pure):
            yield each
            given += 1
    except Unreadable as problem:
        if pure or problem.message != _explain(_COLON_IN_FLOW):
            raise
        yield from islice(read(True), given, None)


def _events(text: str, base: int, pure: bool) -> Iterator[Any]:
    """The parser's events of a text that begins at offset `base`. Raises Unreadable."""
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from _pure_events(text, base) if pure else _c_events(text, base)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "it cannot be parsed"
        raise Unreadable(_explain(what), None if mark is None else mark.index + base) from None
    except (ReaderError, UnicodeError):
        # Raised for characters that YAML does not admit, each parser with a place of its own.
        found = re.search(_UNPRINTABLE, text)
        offset = None if found is None else found.start() + base
        shown = "a character" if found is None else f"U+{ord(found[0]):04X}"
        message = f"The file holds {shown}, which YAML does not admit; remove it or escape it."
        raise Unreadable(message, offset) from None
    except (ValueError, OverflowError) as error:
        raise Unreadable(_explain(str(error))) from None


def _explain(problem: str) -> str:
    return f"This is no valid YAML: {problem}."


@cache
def c_parser() -> Any:
    """ruamel.yaml's C parser, None where it is not installed."""
    try:
        from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return None
    return CParser


def _c_events(text: str, base: int) -> Iterator[Any]:
    parser = c_parser()
    if parser is None:
        return _pure_events(text, base)
    # libyaml takes a byte order mark at the beginning for the encoding's, and its offsets begin
    # behind it; a line break in its place means as little, and counts.
    if text.startswith("\ufeff"):
        text = f"\n{text[1:]}"
    # No generator: an event comes by it every few characters of the text.
    return iter(parser(text).get_event, None)


def _pure_events(text: str, base: int) -> Iterator[Any]:
    from rtlint.yaml.pure import pure_events

    for event in pure_events(text):
        value = getattr(event, "value", "")
        # The pure parser takes half a character from an escape; nobody else does.
        if not value.isascii() and re.search("[\ud800-\udfff]", value):
            problem = "found invalid Unicode character escape code"
            raise Unreadable(_explain(problem), event.start_mark.index + base)
        yield event


def _too_many(limits: Limits) -> str:
    return (
        f"The aliases stand for more than {limits.aliases} nodes; write out what they stand for, "
        "or raise `--limit aliases`."
    )


def _roots(piece: str, text: str, base: int, limits: Limits, pure: bool) -> Iterator[Node]:
    """Compose the root node of each document of a piece, which begins at `base` in the text."""
    events = _events(piece, base, pure)
    for event in events:
        if type(event).__name__ == "DocumentStartEvent":
            yield _compose_document(events, text, base, limits)


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
        raise Unreadable(f"The alias `*{event.anchor}` stands inside its own anchor.", start)
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
