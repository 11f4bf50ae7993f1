"""Edits inside braces and brackets: YAML's flow style, and JSON."""

from __future__ import annotations

import re
from typing import Any

from rtlint.yaml.layout import children, column, line_end, line_start, newline
from rtlint.yaml.nodes import Mapping, Node, Sequence
from rtlint.yaml.render import Raw, render_flow, render_key
from rtlint.yaml.text_edit import Edit, Withheld

_COMMA = re.compile(r"(?:\s|#[^\r\n]*(?=[\r\n]))*,")


def append(
    text: str, node: Mapping | Sequence, part: str | int, value: Any, as_json: bool
) -> list[Edit]:
    """A new last entry or item. Raises Withheld."""
    entry = _entry(text, node, part, value, as_json)
    inside = children(node)
    if not inside:
        return [Edit(node.start + 1, node.start + 1, entry)]
    last = inside[-1]
    gap = _gap(text, node)
    comma = _COMMA.match(text, last.end, node.end)
    if comma is not None:
        return [Edit(comma.end(), comma.end(), f"{gap}{entry},")]
    end = line_end(text, last.end)
    comment = text[last.end : min(end, node.end)].strip()
    if comment.startswith("#"):
        # The comment stays behind the value that it stands behind.
        if not gap.strip(" \t"):
            gap = newline(text) + " " * column(text, inside[0].start)
        return [Edit(last.end, last.end, ","), Edit(end, end, gap + entry)]
    return [Edit(last.end, last.end, f",{gap}{entry}", (id(node), part))]


def remove_entry(text: str, parent: Mapping, key: Node, node: Node) -> Edit:
    """A field with the comma that it no longer needs. Raises Withheld."""
    keys = parent.pairs[::2]
    index = next(i for i, other in enumerate(keys) if other is key)
    comma = _COMMA.match(text, node.end, parent.end)
    if index + 1 < len(keys):
        start, end = key.start, keys[index + 1].start
    elif index == 0:
        start, end = key.start, comma.end() if comma else node.end
    else:
        start, end = parent.pairs[2 * index - 1].end, node.end
    outside = text[start : key.start] + text[node.end : end]
    if "#" in outside:
        raise Withheld("A comment stands in the way; remove the field by hand")
    return Edit(start, end, "")


def _entry(text: str, node: Mapping | Sequence, part: str | int, value: Any, as_json: bool) -> str:
    colon = ": "
    if isinstance(node, Mapping) and node.pairs:
        between = text[node.pairs[0].end : node.pairs[1].start]
        colon = between if re.fullmatch(r" *: *", between) else colon
    if isinstance(value, Raw):
        behind = value.lines[0].rstrip()
        if len(value.lines) > 1 or "#" in behind:
            raise Withheld("The field does not fit inside the braces; move it by hand")
        return render_key(str(part), as_json) + behind
    rendered = render_flow(value, as_json, colon)
    if isinstance(node, Sequence):
        return rendered
    return f"{render_key(str(part), as_json)}{colon}{rendered}"


def _gap(text: str, node: Mapping | Sequence) -> str:
    """What stands between a comma and the next entry: a blank, or a new line with its indent."""
    firsts = node.pairs[::2] if isinstance(node, Mapping) else node.nodes
    start = firsts[-1].start
    indent = text[line_start(text, start) : start]
    if not indent.strip() and line_start(text, start) > node.start:
        return newline(text) + indent
    if len(firsts) > 1 and text[start - 1] == ",":
        return ""
    return " "
