"""Where things stand in the text: lines, columns, ends, and the style of what is there."""

from __future__ import annotations

import re
from bisect import bisect_right

from rtlint.yaml.nodes import Mapping, Node, Scalar, Sequence, mappings, written
from rtlint.yaml.render import Style


def line_start(text: str, offset: int) -> int:
    """The offset at which the offset's line begins."""
    start = text.rfind("\n", 0, offset) + 1
    # Not before `start`: a text without `\r` would be searched whole, each time.
    return max(start, text.rfind("\r", start, offset) + 1)


def line_end(text: str, offset: int) -> int:
    """The offset of the line's ending, or of the text's end."""
    match = re.compile(r"\r?\n|\r|\Z").search(text, offset)
    assert match is not None
    return match.start()


def next_line(text: str, offset: int) -> int:
    """The offset at which the next line begins, or the text's end."""
    match = re.compile(r"\r\n|\n|\r|\Z").search(text, offset)
    assert match is not None
    return match.end()


def line_break_before(text: str, start: int) -> int:
    """Where the line ending before a line's start begins."""
    if text[start - 1 : start] == "\n":
        start -= 1
    return start - 1 if text[start - 1 : start] == "\r" else start


def column(text: str, offset: int) -> int:
    """How many code points stand before the offset on its line."""
    return offset - line_start(text, offset)


def newline(text: str) -> str:
    """The line ending that the text uses: its first."""
    match = re.search(r"\r\n|\n|\r", text)
    return match[0] if match else "\n"


def odd_break(text: str, root: Node) -> str | None:
    """A character in a document that ends a line to YAML, and to no editor; None without one.

    Inside a string, or with nothing behind it on its line, it does no harm.
    """
    if text.isascii():
        return None
    start, end = line_start(text, root.start), line_end(text, root.end)
    breaks = re.compile("[\x85\u2028\u2029][^\\S\r\n]*").finditer(text, start, end)
    found = [match for match in breaks if text[match.end() : match.end() + 1] not in "\r\n"]
    if not found:
        return None
    strings = sorted((n.start, n.end) for n in written(root) if isinstance(n, Scalar))
    for match in found:
        index = bisect_right(strings, (match.start(), len(text))) - 1
        if index < 0 or match.start() >= strings[index][1]:
            return match[0][0]
    return None


def children(node: Mapping | Sequence) -> list[Node]:
    return node.pairs if isinstance(node, Mapping) else node.nodes


def tail(node: Node) -> Node:
    """The last node that a block collection ends with; a node of another kind itself."""
    while isinstance(node, Mapping | Sequence) and not node.flow and children(node):
        node = children(node)[-1]
    return node


def is_block_scalar(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style in ("|", ">")


def is_kept_block(text: str, node: Node) -> bool:
    """Whether the node is a block scalar that keeps the blank lines behind it (`|+`)."""
    if not is_block_scalar(node):
        return False
    header = text[node.start : line_end(text, node.start)].partition("#")[0]
    return "+" in header


def content_end(text: str, node: Node) -> int:
    """Where what the node says ends.

    A parser ends a block scalar at the next token, behind blank lines and indentation that are no
    part of it unless it keeps them.
    """
    last = tail(node)
    if is_kept_block(text, last):
        return line_start(text, last.end) if last.end < len(text) else last.end
    if is_block_scalar(last):
        return last.start + len(text[last.start : last.end].rstrip())
    if last.start == last.end and not text.endswith(":", 0, last.end):
        return _end_before(text, last.end)
    return last.end


def _end_before(text: str, offset: int) -> int:
    """Where the last thing before an offset ends: blanks and lines of comments do not count.

    A parser puts an empty item, or a key without a colon, at the next token.
    """
    end = _past_blanks(text, offset)
    while text[(start := line_start(text, end)) : end].lstrip().startswith("#"):
        end = _past_blanks(text, start)
    return end


def _past_blanks(text: str, offset: int) -> int:
    """Where the last character before an offset ends that is no white space."""
    while offset and text[offset - 1].isspace():
        offset -= 1
    return offset


def comments_above(text: str, start: int, indent: int) -> int:
    """Where the comment lines right above a line begin, as far as they are indented like it."""
    while start > 0:
        above = line_start(text, line_break_before(text, start))
        if text[above : above + indent].strip() or text[above + indent] != "#":
            break
        start = above
    return start


def past_inner_comments(text: str, end: int, indent: int) -> int:
    """The end of the last of the comment lines below a line's end that are indented deeper.

    They belong to what stands above: a new line at `indent` would cut them off from it, and a
    block scalar that it leaves them to would take them for its text.
    """
    following = end
    while following < len(text):
        start = next_line(text, following)
        following = line_end(text, start)
        line = text[start:following]
        if not line.strip():
            continue
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) <= indent:
            break
        end = following
    return end


def is_json(root: Node) -> bool:
    """Whether a document is written as JSON: braces, and keys in double quotes."""
    if isinstance(root, Mapping) and root.flow and root.pairs:
        key = root.pairs[0]
        return isinstance(key, Scalar) and key.style == '"'
    return isinstance(root, Sequence) and root.flow and any(is_json(node) for node in root.nodes)


def style(text: str, root: Node) -> Style:
    """The indentation that a document uses for nested mappings and lists, its newline, its form.

    Where it has none of a kind that is two blanks.
    """
    step, dash = indents(text, root)
    as_json = is_json(root)
    return Style(
        json=as_json,
        step=step or 2,
        dash=2 if dash is None else dash,
        newline=newline(text),
        colon=":" if as_json and _is_minified(text, root) else ": ",
    )


def indents(text: str, root: Node) -> tuple[int | None, int | None]:
    """How far a document indents nested mappings, and lists: the first that it has in blocks."""
    step = dash = None
    for _, mapping in mappings(root):
        if mapping.flow or (step is not None and dash is not None):
            continue
        for key, value in mapping.entries():
            deeper = column(text, value.start) - column(text, key.start)
            if isinstance(value, Mapping) and not value.flow and step is None and deeper > 0:
                step = deeper
            if isinstance(value, Sequence) and not value.flow and dash is None and deeper >= 0:
                dash = deeper
    return step, dash


def _is_minified(text: str, root: Node) -> bool:
    pairs = (mapping.pairs for _, mapping in mappings(root) if mapping.pairs)
    return all(text[pair[0].end : pair[1].start] == ":" for pair in pairs)
