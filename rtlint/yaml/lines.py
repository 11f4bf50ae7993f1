"""Documents in the style that manifests are mostly written in, read line by line.

Importing ruamel.yaml with its C parser is a quarter of a run on one file, and the parser's events
take longer than all that is done here. One pattern reads a line: entries of block mappings and
lists, scalars on one line, literal blocks, `{}` and `[]`. A document with anything else in it,
right or wrong, is left to the parser; tests hold that what is read here is read alike there.

Most documents have nothing that is to be marked in the text, so first their data is read alone, and
their nodes when somebody asks for them.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rtlint import TYPE_CHECKING
from rtlint.yaml.nodes import Mapping, Node, Scalar, Sequence
from rtlint.yaml.scalars import as_json, resolve

if TYPE_CHECKING:
    from typing import Any

# The text is printable, so all white space is blanks and line breaks. A plain scalar holds no `: `
# and no ` #`, and begins with no indicator. A literal block is what stands deeper than its line
# begins, behind a dash deeper than the key.
_LINE = r"""(?x)
    (\ *+) (-\ ++)?+
    (?:([A-Za-z0-9_./][A-Za-z0-9_./-]*+|"[^"\\\n]*+"|'[^'\n]*+'):(?:\ ++|(?=\n|\Z)))?+
    (?:
        (
            (?:[^-,\[\]{}&*!|>'"%@`?\s:#]|-(?=[\w.])) (?:[^\s:]++|:++(?=[^\s:])|\ ++(?=[^\s:#]))*+
            | "[^"\\\n]*+" | '[^'\n]*+'
            | \{\ *+\} | \[\ *+\]
        )
        | (\|-?)
    )?+
    \ *+ (?:(?<!\S)\#[^\n]*+)? (?:\n|\Z)
    (?(5)((?:\ *+\n | (?(2)(?(3)\1\ {3}|\1\ )|\1\ )[^\n]*+(?:\n|\Z) | \ ++\Z)*+))
    | ([\s\S]+)
"""
_BEGIN, _DASH, _KEY, _VALUE, _LITERAL, _ROWS = range(1, 7)
# libyaml takes no longer one.
_LONGEST_KEY = 1024


class _Other(Exception):  # noqa: N818 - no error: a parser is to read the document
    """The document is not in the style that is read here."""


def read_data(text: str, start: int, end: int, depth: int) -> Any:
    """What the one document between two offsets says, in plain data; None where a parser is to
    read it.

    It is a dict or a list, and no key in it stands twice. `depth` is how deep collections may
    stand in each other.
    """
    if not text[start:end].replace("\n", "").isprintable():
        return None
    try:
        return _data(text, _first(text, start), end, depth)
    except _Other:
        return None


def read_nodes(text: str, start: int, end: int) -> Node:
    """The root of a document whose data was read."""
    whole = Sequence(start, start, flow=False)
    # As in `_data`, with the children of the collection.
    node: Mapping | Sequence = whole
    children, column = whole.nodes, -1
    around: list[tuple[Mapping | Sequence, list[Node], int]] = []
    for line in _line().finditer(text, _first(text, start), end):
        if line.lastindex == _BEGIN:
            continue
        begin, offset = line.span(_BEGIN)
        at, key = offset - begin, line[_KEY]
        kind = Sequence if line[_DASH] else Mapping
        while at < column or (at == column and type(node) is not kind and not _waits(children)):
            node.end = children[-1].end
            node, children, column = around.pop()
        if at > column or type(node) is not kind:
            around.append((node, children, column))
            node, children, column = *_opened(offset, kind, children), at
        if line[_DASH] and key:
            around.append((node, children, column))
            offset = line.start(_KEY)
            node, children, column = *_opened(offset, Mapping, children), offset - begin
        if key:
            children.append(_scalar(key, offset))
        children.append(_value(line))
    while around:
        node.end = children[-1].end
        node, children, _ = around.pop()
    return whole.nodes[0]


@cache
def _line() -> re.Pattern[str]:
    return re.compile(_LINE)


def _first(text: str, start: int) -> int:
    return start + len("---\n") if text.startswith("---\n", start) else start


def _data(text: str, start: int, end: int, depth: int) -> Any:
    whole: list[Any] = []
    # The collection that is filled, the column of its entries, its last key, and whether that has
    # no value yet; and what is around it. The outermost is no part of the document, which is its
    # only entry.
    node: Any = whole
    column, name, waits = -1, "", True
    around: list[tuple[Any, int]] = []
    for begin, dash, key, value, literal, rows, rest in _line().findall(text, start, end):
        if not dash and not key:
            if value or literal or rest:
                # A scalar of several lines, or one that is all of the document.
                raise _Other
            continue
        at, kind = len(begin), list if dash else dict
        # What stands deeper has ended, and a list beside keys.
        while at < column or (at == column and type(node) is not kind and not (dash and waits)):
            node, column = around.pop()
            waits = False
        if at > column or type(node) is not kind:
            if not waits:
                raise _Other
            around.append((node, column))
            node, column = _put(node, name, kind()), at
        if dash and key:
            around.append((node, column))
            node, column = _put(node, name, {}), at + len(dash)
        if len(around) >= depth or not (key or value or literal):
            # An item may be without a value.
            raise _Other
        waits = not value and not literal
        read = _read(value) if value else _literal(rows, literal, column) if literal else None
        if not key:
            node.append(read)
            continue
        name = _name(key)
        if name in node:
            raise _Other
        node[name] = read
    if len(whole) != 1:
        raise _Other
    return whole[0]


def _put(node: Any, name: str, value: Any) -> Any:
    """Add an item, or a field; returns its value."""
    if type(node) is list:
        node.append(value)
    else:
        node[name] = value
    return value


# There are few, and they come again and again.
@lru_cache(maxsize=1024)
def _name(key: str) -> str:
    name = key[1:-1] if key[0] in "\"'" else resolve(key)
    if type(name) is not str or len(key) > _LONGEST_KEY:
        raise _Other
    return name


def _read(value: str) -> Any:
    """What a scalar on one line says, `{}` or `[]`."""
    first = value[0]
    if first not in "\"'{[":
        read = resolve(value)
        return read if type(read) is str else as_json(read, value)
    return value[1:-1] if first in "\"'" else {} if first == "{" else []


def _literal(rows: str, literal: str, column: int) -> str:
    """What a literal block says, in a collection of which the entries are at a column."""
    lines = rows.split("\n")
    if lines.pop() or not lines:
        # The text ends in the block, or it has no row.
        raise _Other
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    if indent <= column or indent == len(lines[0]):
        raise _Other
    if any(line[:indent].strip(" ") for line in lines):
        raise _Other
    text = "\n".join(line[indent:] for line in lines).rstrip("\n")
    return text if literal == "|-" else f"{text}\n"


def _waits(children: list[Node]) -> bool:
    """Whether the last of them is what stands for a value that a key seems to lack."""
    last = children[-1]
    return type(last) is Scalar and last.start == last.end


def _opened(
    offset: int, kind: type[Mapping | Sequence], children: list[Node]
) -> tuple[Mapping | Sequence, list[Node]]:
    """Open a collection, in the place of such a value; returns it and its children."""
    node = kind(offset, offset, flow=False)
    if children and _waits(children):
        children.pop()
    children.append(node)
    return node, node.pairs if isinstance(node, Mapping) else node.nodes


def _scalar(written: str, start: int) -> Scalar:
    end = start + len(written)
    style = written[0]
    if style in "\"'":
        text = written[1:-1]
        return Scalar(start, end, text, text, style)
    return Scalar(start, end, resolve(written), written, "")


def _value(line: re.Match[str]) -> Node:
    """The value in a line; behind its key where it has none."""
    if line[_LITERAL]:
        text = _literal(line[_ROWS], line[_LITERAL], -1)
        return Scalar(line.start(_LITERAL), line.end(_ROWS), text, text, "|")
    written = line[_VALUE]
    if not written:
        behind = line.end(_KEY) + 1
        return Scalar(behind, behind, None, "", "")
    start = line.start(_VALUE)
    if written[0] not in "{[":
        return _scalar(written, start)
    node = (Mapping if written[0] == "{" else Sequence)(start, start, flow=True)
    node.end = start + len(written)
    return node
