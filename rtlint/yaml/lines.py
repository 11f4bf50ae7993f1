"""Documents in the style that manifests are mostly written in, read line by line.

Importing ruamel.yaml with its C parser is a quarter of a run on one file, and the parser's events
are half of what composing takes. Here one pattern reads a line: entries of block mappings and
lists, scalars on one line, literal blocks, `{}` and `[]`. A document with anything else in it,
right or wrong, is left to the parser; tests hold that what is read here is read alike there.
"""

from __future__ import annotations

import re
from functools import cache

from rtlint.yaml.nodes import Mapping, Node, Scalar, Sequence
from rtlint.yaml.scalars import resolve

# The text is printable, so all white space is blanks and line breaks. A plain scalar holds no `: `
# and no ` #`, and begins with no indicator.
_LINE = r"""(?x)
    (\ *+) ((?:-\ ++){0,20}+)
    (?:([A-Za-z0-9_./][A-Za-z0-9_./-]*+|"[^"\\\n]*+"|'[^'\n]*+'):(?:\ ++|(?=\n|\Z)))?+
    (?:
        ((?:[^-,\[\]{}&*!|>'"%@`?\s:#]|-(?=[\w.])) (?:[^\s:]++|:++(?=[^\s:])|\ ++(?=[^\s:#]))*+)
        | ("[^"\\\n]*+"|'[^'\n]*+')
        | (\{\ *+\}|\[\ *+\])
        | (\|-?)
    )?+
    \ *+ (?:(?<!\S)\#[^\n]*+)? (?:\n|\Z)
"""
# The groups of a line, of which it has one last: all have the first two.
_DASHES, _KEY, _PLAIN, _QUOTED, _EMPTY, _LITERAL = range(2, 8)
# libyaml takes no longer one.
_LONGEST_KEY = 1024


class _Other(Exception):  # noqa: N818 - no error: a parser is to read the document
    """The document is not in the style that is read here."""


# A collection that is not at its end, its children, and the column of its entries. The outermost is
# no part of the document, which is its only entry.
_Open = tuple[Mapping | Sequence, list[Node], int]


def read_lines(text: str, start: int, end: int, depth: int) -> Node | None:
    """The root of the one document between two offsets; None where a parser is to read it.

    `depth` is how deep collections may stand in each other.
    """
    if not text[start:end].replace("\n", "").isprintable():
        return None
    try:
        return _read(text, start, end, depth)
    except _Other:
        return None


@cache
def _line() -> re.Pattern[str]:
    return re.compile(_LINE)


def _read(text: str, position: int, end: int, depth: int) -> Node:
    match = _line().match
    whole = Sequence(position, position, flow=False)
    within: list[_Open] = [(whole, whole.nodes, -1)]
    if text.startswith("---\n", position):
        position += len("---\n")
    while position < end:
        line = match(text, position, end)
        if line is None:
            raise _Other
        first, position, last = position, line.end(), line.lastindex or 0
        begin, content = line.span(_DASHES)
        key = line[_KEY]
        if begin < content:
            children = _items(text, first, begin, content, within)
            if key:
                children = _opened(within, Mapping, content, content - first)
        elif key:
            children = _inside(within, Mapping, begin, begin - first)
        elif last == _DASHES:
            # A comment, or nothing.
            continue
        else:
            # A scalar of several lines, or one that is all of the document.
            raise _Other
        if key:
            children.append(_scalar(key, content))
        if len(within) > depth or (key and len(key) > _LONGEST_KEY):
            raise _Other
        if last == _LITERAL:
            value, position = _literal(text, line.start(last), position, end, within[-1][2])
            children.append(value)
        elif last > _KEY:
            children.append(_value(line[last], line.start(last), last))
        elif last == _DASHES:
            # An item without a value.
            raise _Other
    if not whole.nodes:
        raise _Other
    while len(within) > 1:
        _close(within)
    return whole.nodes[0]


def _items(text: str, first: int, begin: int, content: int, within: list[_Open]) -> list[Node]:
    """Enter the lists whose dashes stand in a line; returns the items of the innermost."""
    items = _inside(within, Sequence, begin, begin - first)
    for offset in range(begin + 1, content):
        if text[offset] == "-":
            items = _opened(within, Sequence, offset, offset - first)
    return items


def _inside(
    within: list[_Open], kind: type[Mapping | Sequence], start: int, column: int
) -> list[Node]:
    """The children of the collection that has an entry at a column: what stands deeper has ended.

    Where there is none it is opened, as what a key's value is.
    """
    while True:
        node, children, outer = within[-1]
        is_of_kind = type(node) is kind
        if outer == column and is_of_kind:
            _complete(node, children)
            return children
        if column > outer or (column == outer and kind is Sequence):
            if not _waits(node, children):
                raise _Other
            return _opened(within, kind, start, column)
        _close(within)


def _opened(
    within: list[_Open], kind: type[Mapping | Sequence], start: int, column: int
) -> list[Node]:
    """Open a collection as the next child of the innermost; returns its children."""
    node: Mapping | Sequence
    if kind is Mapping:
        node = Mapping(start, start, flow=False)
        children = node.pairs
    else:
        node = Sequence(start, start, flow=False)
        children = node.nodes
    within[-1][1].append(node)
    within.append((node, children, column))
    return children


def _close(within: list[_Open]) -> None:
    node, children, _ = within.pop()
    _complete(node, children)
    node.end = children[-1].end


def _waits(node: Mapping | Sequence, children: list[Node]) -> bool:
    """Whether the last key has no value yet, or the document is yet to come."""
    return len(children) % 2 == 1 if type(node) is Mapping else not children


def _complete(node: Mapping | Sequence, children: list[Node]) -> None:
    """Give the last key, where it has no value, null behind its colon."""
    if type(node) is Mapping and len(children) % 2:
        behind = children[-1].end + 1
        children.append(Scalar(behind, behind, None, "", ""))


def _scalar(written: str, start: int) -> Scalar:
    end = start + len(written)
    style = written[0]
    if style in "\"'":
        text = written[1:-1]
        return Scalar(start, end, text, text, style)
    return Scalar(start, end, resolve(written), written, "")


def _value(written: str, start: int, what: int) -> Node:
    if what != _EMPTY:
        return _scalar(written, start)
    kind = Mapping if written[0] == "{" else Sequence
    node = kind(start, start, flow=True)
    node.end = start + len(written)
    return node


def _literal(text: str, start: int, position: int, end: int, column: int) -> tuple[Scalar, int]:
    """The literal block whose `|` is at `start`, and where the line behind it begins.

    Its first line is at `position`; it stands in a collection of which the entries are at `column`.
    """
    rows: list[str] = []
    indent = 0
    while position < end:
        line_end = text.find("\n", position, end)
        row = text[position:line_end]
        if line_end < 0:
            raise _Other
        if not rows:
            indent = len(row) - len(row.lstrip(" "))
            if indent <= column or indent == len(row):
                raise _Other
        elif row[:indent].strip(" "):
            break
        rows.append(row[indent:])
        position = line_end + 1
    if not rows:
        raise _Other
    value = "\n".join(rows).rstrip("\n")
    if text[start + 1] != "-":
        value += "\n"
    return Scalar(start, position, value, value, "|"), position
