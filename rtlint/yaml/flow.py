"""Edits inside braces and brackets: YAML's flow style, and JSON."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.yaml.layout import children, column, line_start, newline, next_line
from rtlint.yaml.nodes import Mapping, Node, Scalar, Sequence, key_name
from rtlint.yaml.render import Raw, Style, flow_entry, render_flow
from rtlint.yaml.text_edit import Edit, Slot, Withheld

if TYPE_CHECKING:
    from typing import Any

_COMMA = re.compile(r"(?:\s|#[^\r\n]*(?=[\r\n]))*,")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_COMMENT_BEHIND = re.compile(r"[ \t]*,?[ \t]*#")
# What may stand behind an entry that has its lines to itself.
_LINE_REST = re.compile(r"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?=[\r\n])")


def append(
    text: str, node: Mapping | Sequence, part: str | int, value: Any, style: Style
) -> list[Edit]:
    """A new entry or item, behind the last or where Kubernetes' order has it. Raises Withheld."""
    inside = children(node)
    # `[a: b]` holds a mapping without braces; those of `[{a: b}: c]` are its key's.
    if text[node.start] not in "{[" or (inside and inside[0].start == node.start):
        raise Withheld("The mapping has no braces; change it by hand")
    entry = _entry(text, node, part, value, style)
    slot = Slot(0, id(node), part)
    if not inside:
        space = " " if text[node.start + 1] == "#" else ""
        return [Edit(node.start + 1, node.start + 1, entry + space)]
    gap = _gap(text, node)
    spec = _spec(text, node) if part == "metadata" else None
    if spec is not None:
        return [Edit(spec.start, spec.start, f"{entry},{gap or ''}", slot)]
    last = inside[-1]
    comma = _COMMA.match(text, last.end, node.end)
    end = comma.end() if comma else last.end
    comment = _COMMENT.match(text, end, node.end)
    if comment is not None and not gap.strip(" \t"):
        gap = newline(text) + " " * column(text, inside[0].start)
    # A comment stays behind the value that it stands behind.
    offset = comment.end() if comment else end
    if comma is not None:
        return [Edit(offset, offset, f"{gap}{entry},", slot)]
    separator = " ," if _ends_with_nothing(text, node, end) else ","
    if comment is not None:
        return [Edit(end, end, separator), Edit(offset, offset, gap + entry)]
    return [Edit(end, end, f"{separator}{gap}{entry}", slot)]


def _ends_with_nothing(text: str, node: Mapping | Sequence, end: int) -> bool:
    """Whether a collection's last entry ends there with a colon, an anchor or a tag of nothing.

    A comma would be one with it: go-yaml reads `{a:, b: c}` as a key `a:` with no value, and the
    tag of `{a: !b, c: d}` as `!b,`.
    """
    inside = children(node)
    if isinstance(inside[-1], Mapping) and inside[-1].pairs:
        inside = inside[-1].pairs
    if inside[-1].start < inside[-1].end or text[end - 1].isspace():
        return False
    return len(inside) < 2 or inside[-2].end < end


def remove_entry(text: str, parent: Mapping, key: Node, node: Node) -> list[Edit]:
    """A field with the comma that it no longer needs. Raises Withheld."""
    keys = parent.pairs[::2]
    index = next(i for i, other in enumerate(keys) if other is key)
    before = text[parent.start if index == 0 else parent.pairs[2 * index - 1].end : key.start]
    if not re.search(r"(?:\A\{|,)(?:\s|#[^\r\n]*(?=[\r\n]))*\Z", before):
        raise Withheld("The key is written in an unusual way; remove it by hand")
    comma = _COMMA.match(text, node.end, parent.end)
    is_last = index + 1 == len(keys)
    lines = _own_lines(text, key, node, comma)
    if lines is not None:
        previous = _COMMA.match(text, parent.pairs[2 * index - 1].end) if index else None
        if previous is None or not is_last or comma is not None:
            return [lines]
        if not re.search(r"[\r\n]", previous[0]):
            return [Edit(previous.end() - 1, previous.end(), ""), lines]
    if not is_last:
        start, end = key.start, keys[index + 1].start
    elif index == 0:
        start, end = key.start, comma.end() if comma else node.end
    else:
        start, end = parent.pairs[2 * index - 1].end, node.end
    if "#" in text[start : key.start] + text[node.end : end]:
        raise Withheld("A comment is in the way; remove the field by hand")
    return [Edit(start, end, "")]


def raw(text: str, key: Node, node: Node) -> Raw:
    """What stands behind a key, to stand behind another one elsewhere. Raises Withheld."""
    behind = text[key.end : node.end]
    if "\n" in behind or "\r" in behind:
        raise Withheld("The value takes several lines; move it by hand")
    if ":" not in behind or _COMMENT_BEHIND.match(text, node.end):
        raise Withheld("The value is written in an unusual way; move it by hand")
    return Raw((behind,), inline=True)


def has_quoted_keys(node: Node | None) -> bool:
    """Whether a mapping in braces is written as JSON is."""
    if not isinstance(node, Mapping) or not node.flow or not node.pairs:
        return False
    return isinstance(node.pairs[0], Scalar) and node.pairs[0].style == '"'


def _own_lines(text: str, key: Node, node: Node, comma: re.Match[str] | None) -> Edit | None:
    """The whole lines of an entry that has them to itself, with the comment behind it.

    None where the comma behind it stands on a further line.
    """
    start = line_start(text, key.start)
    rest = _LINE_REST.match(text, node.end)
    if text[start : key.start].strip() or rest is None:
        return None
    if comma is not None and comma.end() > rest.end():
        return None
    return Edit(start, next_line(text, rest.end()), "")


def _entry(text: str, node: Mapping | Sequence, part: str | int, value: Any, style: Style) -> str:
    as_json = style.json or has_quoted_keys(node)
    colon = style.colon
    if isinstance(node, Mapping) and node.pairs:
        between = text[node.pairs[0].end : node.pairs[1].start]
        # Without a blank it takes quotes around the key.
        colon = between if re.fullmatch(r" *: +" if not as_json else r" *: *", between) else colon
    if isinstance(node, Sequence):
        return render_flow(value, as_json, colon)
    return flow_entry(str(part), value, as_json, colon)


def _spec(text: str, node: Mapping | Sequence) -> Node | None:
    """The key `spec`, which metadata stands before, where it begins its line or the braces."""
    for key in node.pairs[::2] if isinstance(node, Mapping) else ():
        before = text[line_start(text, key.start) : key.start].rstrip()
        if key_name(key) == "spec" and (not before or before.endswith(("{", ","))):
            return key
    return None


def _gap(text: str, node: Mapping | Sequence) -> str:
    """What stands between a comma and the next entry: a blank, or a new line with its indent."""
    firsts = node.pairs[::2] if isinstance(node, Mapping) else node.nodes
    start = firsts[-1].start
    indent = text[line_start(text, start) : start]
    if not indent.strip() and line_start(text, start) > node.start:
        return newline(text) + indent
    if len(firsts) > 1 and text[start - 1] == ",":
        return ""
    is_tight = isinstance(node, Mapping) and text[node.pairs[0].end : node.pairs[1].start] == ":"
    return "" if is_tight and has_quoted_keys(node) else " "
