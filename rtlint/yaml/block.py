"""Edits of block style: entries on lines of their own."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.yaml.layout import (
    children,
    column,
    comments_above,
    content_end,
    is_block_scalar,
    is_kept_block,
    line_break_before,
    line_end,
    line_start,
    next_line,
    past_inner_comments,
    tail,
)
from rtlint.yaml.nodes import Mapping, Node, Scalar, Sequence, key_name
from rtlint.yaml.render import Raw, Style, render_entry, render_item
from rtlint.yaml.text_edit import Edit, Slot, Withheld

if TYPE_CHECKING:
    from typing import Any

# What may stand before a key on its line: blanks, and the dashes of list items that it begins.
_MARGIN = re.compile(r" *(?:- +)*")
_NOTHING_BEHIND = re.compile(r"\s*:[ \t]*(?=#|\r|\n|\Z)")


def append(
    text: str, node: Mapping | Sequence, part: str | int, value: Any, style: Style
) -> list[Edit]:
    """A new last entry or item on a line of its own. Raises Withheld."""
    indent = _indent(text, node.start)
    lines = _render(part, value, indent, style)
    slot = Slot(indent, id(node), part)
    following = _following(text, node, part)
    if following is not None:
        offset = _with_comments(text, node, following)
        return [Edit(offset, offset, lines + style.newline, slot)]
    offset = content_end(text, node)
    if is_kept_block(text, tail(node)) and text.endswith(("\n", "\r"), 0, offset):
        return [Edit(offset, offset, lines + style.newline, slot)]
    offset = past_inner_comments(text, line_end(text, offset), indent)
    return [Edit(offset, offset, style.newline + lines, slot)]


def fill(text: str, key: Node, node: Node, part: str | int, value: Any, style: Style) -> Edit:
    """A first entry below a key that has nothing behind it. Raises Withheld."""
    deeper = style.dash if isinstance(part, int) else style.step
    indent = _indent(text, key.start) + deeper
    offset = line_end(text, node.end)
    if text[node.end - 1] != ":" or re.match(r"\s*[^\s#]", text[node.end : offset]):
        raise Withheld("Something follows the empty field on its line; fill it by hand")
    lines = _render(part, value, indent, style)
    return Edit(offset, offset, style.newline + lines, Slot(indent, id(node), part))


def remove(text: str, parent: Mapping, owner: Node | None, key: Node, node: Node) -> list[Edit]:
    """A field with its lines and the comments right above it; `owner` is its parent's key.

    Raises Withheld.
    """
    indent = _indent(text, key.start)
    if not _is_first_on_line(text, key):
        return [_remove_behind_dash(text, parent, key, node)]
    stop = next_line(text, _last_line_end(text, node, indent))
    index = parent.pairs.index(key)
    start = line_start(text, key.start)
    # What stands above the first key of a document is about the document.
    if index or owner is not None:
        start = _with_comments(text, parent, key)
    is_last = stop == len(text) and not text.endswith(("\n", "\r"))
    # Where the last line has no ending the one before it goes, unless a block scalar lives on it.
    if is_last and not (index and is_block_scalar(tail(parent.pairs[index - 1]))):
        start = line_break_before(text, start)
    edits = [Edit(start, stop, "")]
    if len(parent.pairs) == 2:
        edits.insert(0, _leave_empty(text, owner, start))
    return edits


def drop_item(text: str, node: Sequence, left: list[Any]) -> Edit | None:
    """What takes a scalar with its line out of a list, so that these are left.

    None where that is not all, or where a comment above may be about the item.
    """
    items = [item for item in node.nodes if isinstance(item, Scalar)]
    values = [item.value for item in items]
    if not left or len(items) < len(node.nodes) or len(left) != len(items) - 1:
        return None
    index = next((i for i, _ in enumerate(items) if values[:i] + values[i + 1 :] == left), None)
    if index is None:
        return None
    item = items[index]
    start, stop = line_start(text, item.start), next_line(text, line_end(text, item.end))
    is_own_line = text[start : item.start].strip() == "-" and start == line_start(text, item.end)
    above = text[line_start(text, line_break_before(text, start)) : start]
    if not is_own_line or above.lstrip().startswith("#") or not text[:stop].endswith("\n"):
        return None
    return Edit(start, stop, "")


def change_lines(text: str, node: Scalar, value: str) -> list[Edit]:
    """The lines of a literal block scalar that differ in a value of as many lines.

    None of them where more than that differs, or the lines are not written as they are read.
    """
    if not isinstance(node.value, str):
        return []
    old, new = node.value.split("\n"), value.split("\n")
    # One line stands as well behind the key.
    if len(old) != len(new) or "\n" not in value.strip("\n"):
        return []
    at = next_line(text, node.start)
    edits = []
    for was, becomes in zip(old, new, strict=True):
        end = line_end(text, at)
        if was != becomes:
            indent = text[at:end].removesuffix(was)
            if indent.strip() or at + len(indent) + len(was) != end or not becomes.strip():
                return []
            edits.append(Edit(at + len(indent), end, becomes))
        at = next_line(text, end)
    return edits


def raw(text: str, parent: Mapping, key: Node, node: Node) -> Raw:
    """What stands behind a key, with the comments above it, to stand elsewhere. Raises Withheld."""
    indent = _indent(text, key.start)
    first = line_start(text, key.start)
    comments = text[_with_comments(text, parent, key) : first]
    if is_kept_block(text, tail(node)):
        raise Withheld("The value is a block that keeps its blank lines; move it by hand")
    lines = re.split(r"\r\n|\n|\r", text[key.end : _last_line_end(text, node, indent)])
    if any(line[:indent].strip() for line in lines[1:]):
        raise Withheld("The value is indented less than its key; move it by hand")
    above = tuple(line.strip() for line in re.split(r"\r\n|\n|\r", comments)[:-1])
    kept = tuple(line[indent:] for line in lines[1:])
    return Raw((lines[0], *kept), above, inline=not (above or kept) and _is_inline(text, node))


def _last_line_end(text: str, node: Node, indent: int) -> int:
    """Where the last line of a value ends, the comments with it that are deeper than its key."""
    end = content_end(text, node)
    if is_kept_block(text, tail(node)) and text.endswith(("\n", "\r"), 0, end):
        end = line_break_before(text, end)
    return past_inner_comments(text, line_end(text, end), indent)


def _is_inline(text: str, node: Node) -> bool:
    """Whether a value on one line means the same in braces."""
    if text[node.end : line_end(text, node.end)].strip():
        return False
    is_flow = isinstance(node, Mapping | Sequence) or (isinstance(node, Scalar) and node.style)
    return bool(is_flow) or not re.search(r"[,\[\]{}]", text[node.start : node.end])


def _indent(text: str, offset: int) -> int:
    """The column of a key or an item. Raises Withheld where no line could be indented like it."""
    if not _MARGIN.fullmatch(text, line_start(text, offset), offset):
        raise Withheld("The key is not alone on its line; change it by hand")
    return column(text, offset)


def _render(part: str | int, value: Any, indent: int, style: Style) -> str:
    if isinstance(part, int):
        return " " * indent + render_item(value, indent, style)
    return " " * indent + render_entry(part, value, indent, style)


def _following(text: str, node: Mapping | Sequence, part: str | int) -> Node | None:
    """The key that the new entry stands before; None for the end."""
    if isinstance(node, Mapping) and part == "metadata":
        # Kubernetes' order: metadata, then spec.
        for key, _ in node.entries():
            if key_name(key) == "spec" and _is_first_on_line(text, key):
                return key
    last = tail(node)
    if last.end < len(text) or text.endswith(("\n", "\r")) or not is_block_scalar(last):
        return None
    # A line behind a block scalar that ends with the text would change it.
    if isinstance(node, Mapping) and _is_first_on_line(text, node.pairs[-2]):
        return node.pairs[-2]
    raise Withheld("The text ends within a block; end it with a newline first")


def _is_first_on_line(text: str, key: Node) -> bool:
    return not text[line_start(text, key.start) : key.start].strip()


def _with_comments(text: str, parent: Mapping | Sequence, key: Node) -> int:
    """Where a key's line begins, or the comments right above it that are indented like it.

    Behind the end of what stands before: a quoted scalar may have lines that look like comments.
    """
    start = line_start(text, key.start)
    above = comments_above(text, start, column(text, key.start))
    index = children(parent).index(key)
    if not index:
        return above
    before = children(parent)[index - 1]
    end = content_end(text, before)
    floor = end if is_kept_block(text, tail(before)) else next_line(text, end)
    return min(start, max(above, floor))


def _leave_empty(text: str, owner: Node | None, before: int) -> Edit:
    """`{}` for a mapping that loses its only field: without it the value would be null."""
    match = None if owner is None else _NOTHING_BEHIND.match(text, owner.end)
    if owner is None or match is None or match.end() > before:
        raise Withheld("Nothing would be left of the mapping; change it by hand")
    offset = text.index(":", owner.end) + 1
    return Edit(offset, offset, " {}")


def _remove_behind_dash(text: str, parent: Mapping, key: Node, node: Node) -> Edit:
    """A field that stands on the line of its list item's dash."""
    end = content_end(text, node)
    if len(parent.pairs) == 2:
        if is_kept_block(text, tail(node)):
            raise Withheld("The value is a block that keeps its blank lines; remove it by hand")
        return Edit(key.start, end, "{}")
    following = parent.pairs[2]
    if "#" in text[end : following.start]:
        raise Withheld("A comment is in the way; remove the field by hand")
    if not _is_first_on_line(text, following):
        raise Withheld("The next key is not alone on its line; remove the field by hand")
    return Edit(key.start, following.start, "")
