"""Changes of fields, turned into the smallest edits of the text.

The one place that edits text. An edit touches no byte that its change does not name; where it
could change a value for somebody else (an anchor with aliases, a merge key) it is withheld.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from rtlint.yaml import flow
from rtlint.yaml.layout import (
    column,
    content_end,
    is_kept_block,
    line_break_before,
    line_end,
    line_start,
    next_line,
    style,
    tail,
)
from rtlint.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, aliased, key_name
from rtlint.yaml.render import (
    Raw,
    Style,
    render_entry,
    render_flow,
    render_item,
    render_key,
    render_scalar,
)
from rtlint.yaml.text_edit import Edit, Withheld

Path = tuple[str | int, ...]

_SHARED = "The value is shared by an anchor and its alias; change it by hand"


class Ground(NamedTuple):
    """The document to change; `shared` are the ids of the nodes that aliases stand for."""

    text: str
    root: Node
    shared: frozenset[int]
    style: Style


class _Place(NamedTuple):
    """A node, its key, and the collection that holds it."""

    node: Node
    key: Node | None
    parent: Node | None


@lru_cache(maxsize=1)
def ground(text: str, root: Node) -> Ground:
    """What changes of a document go by; all fixes of one are resolved one after the other."""
    return Ground(text, root, frozenset(map(id, aliased(root))), style(text, root))


def set_value(on: Ground, path: Path, value: Any) -> list[Edit]:
    """Give the field this value; parents that are missing are made. Raises Withheld."""
    trail = _follow(on, path)
    rest = path[len(trail) - 1 :]
    if not rest:
        return [_replace(on, trail[-1].node, value)]
    for part in reversed(rest[1:]):
        value = [value] if isinstance(part, int) else {part: value}
    return _insert(on, trail, rest[0], value)


def remove(on: Ground, path: Path) -> list[Edit]:
    """Take the field out, with the comments that belong to it. Raises Withheld."""
    trail = _existing(on, path)
    node, key, parent = trail[-1]
    if key is None or not isinstance(parent, Mapping):
        raise Withheld("An item of a list is not removed")
    if parent.flow:
        return [flow.remove_entry(on.text, parent, key, node)]
    return _remove_lines(on, trail, key, parent)


def move(on: Ground, path: Path, to: Path) -> list[Edit]:
    """Let the field stand at `to`; within one mapping only its key changes. Raises Withheld."""
    node, key, parent = _existing(on, path)[-1]
    if len(_follow(on, to)) > len(to):
        raise Withheld(f"`{to[-1]}` is already there")
    if not isinstance(key, Scalar) or not isinstance(parent, Mapping):
        raise Withheld("Only a field can be moved")
    if path[:-1] == to[:-1]:
        return [Edit(key.start, key.end, render_key(str(to[-1]), key.style == '"'))]
    raw = _raw(on.text, parent, key, node)
    return [*remove(on, path), *set_value(on, to, raw)]


def _follow(on: Ground, path: Path) -> list[_Place]:
    """The places from the root on, as far as the path leads. Raises Withheld at a shared one."""
    trail = [_Place(on.root, None, None)]
    for position, part in enumerate(path):
        node = trail[-1].node
        if isinstance(node, Alias) or id(node) in on.shared:
            raise Withheld(_SHARED)
        place = _child(node, part, is_last=position == len(path) - 1)
        if place is None:
            break
        trail.append(place)
    return trail


def _child(node: Node, part: str | int, is_last: bool) -> _Place | None:
    if isinstance(node, Sequence) and isinstance(part, int):
        return _Place(node.nodes[part], None, node) if part < len(node.nodes) else None
    if isinstance(node, Mapping) and isinstance(part, str):
        if [key_name(key) for key, _ in node.entries()].count(part) > 1:
            raise Withheld(f"`{part}` stands there twice; keep one of them first")
        entry = node.items.get(part)
        # A key of its own overrides what a merge key brought, for nobody else.
        if entry is None or (entry.merged and is_last):
            return None
        if entry.merged:
            raise Withheld(f"`{part}` comes from a merge key; change it by hand")
        return _Place(entry.value, entry.key, node)
    if isinstance(node, Scalar) and node.value is None:
        return None
    raise Withheld("Another kind of value stands in the way")


def _existing(on: Ground, path: Path) -> list[_Place]:
    trail = _follow(on, path)
    if len(trail) <= len(path):
        raise Withheld("The field is not written here")
    if id(trail[-1].node) in on.shared:
        raise Withheld(_SHARED)
    return trail


def _replace(on: Ground, node: Node, value: Any) -> Edit:
    if id(node) in on.shared:
        raise Withheld(_SHARED)
    before = on.text[line_start(on.text, node.start) : node.start]
    if re.search(r"(?:^|\s)!\S*\s+$", before):
        raise Withheld("The value has a tag; change it by hand")
    is_block = isinstance(node, Mapping | Sequence) and not node.flow
    if isinstance(value, Raw) or is_block or is_kept_block(on.text, node):
        raise Withheld("A block stands there; change it by hand")
    if isinstance(value, dict | list):
        text = render_flow(value, on.style.json)
    else:
        quote = node.style if isinstance(node, Scalar) and node.style in ("'", '"') else ""
        text = render_scalar(value, '"' if on.style.json else quote)
    if node.start == node.end:
        return Edit(node.start, node.end, f" {text}")
    return Edit(node.start, content_end(on.text, node), text)


def _insert(on: Ground, trail: list[_Place], part: str | int, value: Any) -> list[Edit]:
    """A new entry or item in the last collection of the trail."""
    node = trail[-1].node
    if isinstance(node, Scalar):
        return [_fill(on, trail[-1], part, value)]
    assert isinstance(node, Mapping | Sequence)
    if node.flow:
        return flow.append(on.text, node, part, value, on.style.json)
    first = node.start if isinstance(node, Sequence) else node.pairs[0].start
    indent = column(on.text, first)
    return [_new_line(on, node, indent, _rendered(part, value, indent, on.style), part)]


def _rendered(part: str | int, value: Any, indent: int, as_in: Style) -> str:
    if isinstance(part, int):
        return render_item(value, indent, as_in)
    return render_entry(part, value, indent, as_in)


def _new_line(on: Ground, node: Node, indent: int, entry: str, part: str | int) -> Edit:
    """The entry on a line of its own behind what the collection ends with."""
    line = " " * indent + entry
    offset = content_end(on.text, node)
    slot = (id(node), part)
    if is_kept_block(on.text, tail(node)) and on.text[:offset].endswith(("\n", "\r")):
        return Edit(offset, offset, line + on.style.newline, slot)
    offset = line_end(on.text, offset)
    return Edit(offset, offset, on.style.newline + line, slot)


def _fill(on: Ground, place: _Place, part: str | int, value: Any) -> Edit:
    """A first entry for a field that holds null."""
    node, key, parent = place
    if node.start == node.end and key is not None and not getattr(parent, "flow", True):
        deeper = on.style.dash if isinstance(part, int) else on.style.step
        indent = column(on.text, key.start) + deeper
        entry = _rendered(part, value, indent, on.style)
        offset = line_end(on.text, node.end)
        line = on.style.newline + " " * indent + entry
        return Edit(offset, offset, line, (id(node), part))
    if parent is None or isinstance(value, Raw):
        raise Withheld("There is nothing to add the field to; add it by hand")
    whole = render_flow([value] if isinstance(part, int) else {part: value}, on.style.json)
    return Edit(node.start, node.end, whole if node.start < node.end else f" {whole}")


def _remove_lines(on: Ground, trail: list[_Place], key: Node, parent: Mapping) -> list[Edit]:
    """A field of a block mapping: its lines, and the comments right above it."""
    text = on.text
    node = trail[-1].node
    start = line_start(text, key.start)
    end = content_end(text, node)
    is_only = len(parent.pairs) == 2
    if text[start : key.start].strip():
        return [_remove_behind_dash(text, parent, key, node)]
    stop = end if is_kept_block(text, tail(node)) else next_line(text, end)
    if key is not parent.pairs[0]:
        start = _comments_above(text, start, column(text, key.start))
    if stop == len(text) and not text.endswith(("\n", "\r")):
        # The last line has no line ending: the one before it goes.
        start = line_break_before(text, start)
    edits = [Edit(start, stop, "")]
    if is_only:
        edits.insert(0, _leave_empty(on, trail[-2], start))
    return edits


def _leave_empty(on: Ground, place: _Place, before: int) -> Edit:
    """`{}` for a mapping that loses its only field: without it the value would be null."""
    match = re.compile(r"\s*:[ \t]*(?=#|\r|\n|\Z)").match(
        on.text, place.key.end if place.key else 0
    )
    if place.key is None or match is None or match.end() > before:
        raise Withheld("Nothing would be left of the mapping; change it by hand")
    offset = on.text.index(":", place.key.end) + 1
    return Edit(offset, offset, " {}")


def _remove_behind_dash(text: str, parent: Mapping, key: Node, node: Node) -> Edit:
    """A field that stands on the line of its list item's dash."""
    if len(parent.pairs) == 2:
        return Edit(key.start, content_end(text, node), "{}")
    following = next((k for k, _ in parent.entries() if k.start > key.start), None)
    if following is None or "#" in text[content_end(text, node) : following.start]:
        raise Withheld("A comment stands in the way; remove the field by hand")
    return Edit(key.start, following.start, "")


def _comments_above(text: str, start: int, indent: int) -> int:
    """Where the comment lines right above a line begin, as far as they are indented like it."""
    while start > 0:
        above = line_start(text, line_break_before(text, start))
        if text[above : above + indent].strip() or text[above + indent] != "#":
            break
        start = above
    return start


def _raw(text: str, parent: Mapping, key: Node, node: Node) -> Raw:
    """What stands behind a key, to stand behind another one elsewhere."""
    if parent.flow:
        behind = text[key.end : node.end]
        if "\n" in behind:
            raise Withheld("The value takes several lines; move it by hand")
        return Raw((behind,))
    indent = column(text, key.start)
    end = content_end(text, node)
    lines = re.split(r"\r\n|\n|\r", text[key.end : line_end(text, end)])
    if any(line[:indent].strip() for line in lines[1:]):
        raise Withheld("The value is indented less than its key; move it by hand")
    return Raw((lines[0], *(line[indent:] for line in lines[1:])))
