"""Bytes to documents: spans are exact, both parsers agree, and ruamel.yaml reads the same."""

from __future__ import annotations

import re
from typing import Any

from fuzz import texts
from fuzz.target import Target
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Alias, Document, Mapping, Node, Scalar, Sequence, solid
from rtlint.yaml.parse import c_parser
from rtlint.yaml.source import Source, Unreadable, decode


def check(data: bytes) -> None:
    try:
        text = decode(data)
    except Unreadable as problem:
        assert problem.message
        assert problem.offset is None or 0 <= problem.offset <= len(data)
        return
    read = list(compose(text))
    for document in read:
        if isinstance(document, Unreadable):
            _check_problem(document, text)
    if any(isinstance(document, Unreadable) for document in read):
        return
    _check_values(read, text)
    for document in read:
        _check_spans(document.root, text, 0, len(text))
    # The columns behind a byte order mark in the text, a comment with no blank before it, a tab
    # behind what looks like a tag or the head of a block, and the place of a key that is not there;
    # and a tab that begins a line of a word, which the pure parser refuses.
    odd = r"\ufeff|[|>][-+0-9]*#|\s(!\S*|[|>][-+0-9]*)\t|\?\s+[,}\]]|[\r\n\x85\u2028\u2029] *\t"
    if re.search(odd, text):
        return
    # A block that is a whole document: to the pure parser no line ends it.
    if any(_is_block(document.root) for document in read):
        return
    # What libyaml refuses the pure parser may take: keys that are not there.
    pure = list(compose(text, pure=True))
    ours, theirs = _shapes(read, text), _shapes(pure, text)
    assert ours == theirs, _first_difference(ours, theirs)


def _is_block(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style in ("|", ">")


def _check_problem(problem: Unreadable, text: str) -> None:
    assert problem.message and "\n" not in problem.message, problem.message
    if problem.offset is not None:
        position = Source("x", text).position(problem.offset)
        assert 0 <= problem.offset <= len(text) and min(position) >= 1


def _check_spans(node: Node, text: str, start: int, end: int) -> None:
    """The node's span lies in its parent's and holds just what the node is written with."""
    assert start <= node.start <= node.end <= end, (start, node.start, node.end, end)
    here = text[node.start : node.end]
    if isinstance(node, Alias):
        assert re.fullmatch(r"\*\S+", here), here
    elif isinstance(node, Scalar):
        _check_scalar(node, here)
    else:
        # `[a: b]` holds a mapping without braces, and so do `[? a : b]`, `[&c a: b]`, `[!c a: b]`.
        is_pair = isinstance(node, Mapping) and node.pairs and node.pairs[0].start == node.start
        if node.flow and not (is_pair or here[0] in "?&!"):
            assert here[0] + here[-1] == ("{}" if isinstance(node, Mapping) else "[]"), here
        children = node.pairs if isinstance(node, Mapping) else node.nodes
        position = node.start
        for child in children:
            _check_spans(child, text, position, node.end)
            position = child.end


def _check_scalar(node: Scalar, here: str) -> None:
    if node.style in ("'", '"'):
        assert here[0] == here[-1] == node.style and len(here) > 1, here
    elif node.style:
        assert here.startswith(node.style), here
    else:
        assert here == here.strip(" \t\r\n"), here
        lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", here)
        assert node.text == here or len(lines) > 1, (node.text, here)
        assert node.text.split() == here.split(), (node.text, here)


def _shapes(documents: list[Document | Unreadable], text: str) -> list[Any]:
    """The trees with the text of each node, and `None` for what cannot be read."""
    return [None if isinstance(d, Unreadable) else _shape(d.root, text) for d in documents]


def _shape(node: Node, text: str) -> Any:
    # Trailing blank lines of a block scalar are told differently, and told by nobody.
    here = (node.start, node.start + len(text[node.start : node.end].rstrip()))
    if isinstance(node, Scalar):
        return (node.style, repr(node.value), node.text, here)
    if isinstance(node, Alias):
        return ("*", here)
    children = node.pairs if isinstance(node, Mapping) else node.nodes
    return (type(node).__name__, node.flow, here, [_shape(child, text) for child in children])


def _first_difference(one: Any, other: Any) -> Any:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        return next(
            (_first_difference(a, b) for a, b in zip(one, other, strict=True) if a != b), None
        )
    return one, other


def _check_values(read: list[Document | Unreadable], text: str) -> None:
    """ruamel.yaml's own composer makes the same of the same events."""
    # JSON may have characters as pairs of escapes, which YAML does not know.
    if re.search(r"\\u[dD]", text):
        return
    # Alone the pure parser reads less than rtlint has it read: see pure.py.
    if c_parser() is None:
        return
    from ruamel.yaml.cyaml import CBaseLoader
    from ruamel.yaml.error import MarkedYAMLError

    loader = CBaseLoader(text)
    expected = []
    try:
        while loader.check_node():
            expected.append(_texts_of_ruamel(loader.get_node()))
    except MarkedYAMLError:
        return  # an anchor given anew, a colon in braces: both are right
    found = [_texts(document.root) for document in read if isinstance(document, Document)]
    assert found == expected, _first_difference(found, expected)


def _texts(node: Node) -> Any:
    node = solid(node)
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_texts(child) for child in node.nodes]
    return [(_texts(key), _texts(value)) for key, value in node.entries()]


def _texts_of_ruamel(node: Any) -> Any:
    if isinstance(node.value, str):
        return node.value
    if node.id == "sequence":
        return [_texts_of_ruamel(child) for child in node.value]
    return [(_texts_of_ruamel(key), _texts_of_ruamel(value)) for key, value in node.value]


TARGET = Target(check, texts.EXAMPLES, texts.WORDS, texts.seeds)
