"""Changes of fields, turned into the smallest edits of the text.

The one place that edits text. An edit touches no byte that its change does not name; where it
could change a value for somebody else (an anchor with aliases, a merge key) it is withheld.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.yaml import block, flow
from rtlint.yaml.layout import (
    content_end,
    is_block_scalar,
    is_kept_block,
    line_end,
    odd_break,
    style,
)
from rtlint.yaml.nodes import (
    Alias,
    Mapping,
    Node,
    Scalar,
    Sequence,
    aliased,
    is_merge,
    key_name,
    solid,
    written,
)
from rtlint.yaml.render import Raw, Style, render_flow, render_key, render_scalar
from rtlint.yaml.text_edit import Edit, Withheld

if TYPE_CHECKING:
    from typing import Any

Path = tuple[str | int, ...]

_SHARED = "The value is shared by an anchor and its alias; change it by hand"
_PROPERTY = re.compile(r"(?:^|[\s,\[{:-])([&!])")
_COMMENT = re.compile(r"#[^\r\n]*")
_COMMENT_INSIDE = re.compile(r"[\s,\[\]{}]#")
_TIGHT_COLON = re.compile(r"\s*:(?=\S)")
_HEADER = re.compile(r"[|>][-+0-9]*")


class Ground(NamedTuple):
    """The document to change; `shared` are the ids of the nodes that aliases stand for.

    `odd_break` is a character that ends a line of it to YAML, and to no editor.
    """

    text: str
    root: Node
    shared: frozenset[int]
    style: Style
    odd_break: str | None


class _Place(NamedTuple):
    """A node, its key, and the collection that holds it."""

    node: Node
    key: Node | None
    parent: Node | None


@lru_cache(maxsize=1)
def ground(text: str, root: Node) -> Ground:
    """What changes of a document go by; all fixes of one are resolved one after the other."""
    shared = frozenset(map(id, aliased(root)))
    return Ground(text, root, shared, style(text, root), odd_break(text, root))


def set_value(on: Ground, path: Path, value: Any) -> list[Edit]:
    """Give the field this value; parents that are missing are made. Raises Withheld."""
    trail = _follow(on, path)
    rest = path[len(trail) - 1 :]
    if not rest:
        return _replace(on, trail[-1], value)
    for part in reversed(rest[1:]):
        value = [value] if isinstance(part, int) else {part: value}
    return _insert(on, trail, rest[0], value)


def remove(on: Ground, path: Path) -> list[Edit]:
    """Take the field out, with the comments that belong to it. Raises Withheld."""
    trail = _existing(on, path)
    node, key, parent = trail[-1]
    if key is None or not isinstance(parent, Mapping):
        raise Withheld("An item of a list is not removed")
    if _merges(parent, str(path[-1])):
        raise Withheld(f"A merge key brings `{path[-1]}` too; remove it by hand")
    if parent.flow:
        return flow.remove_entry(on.text, parent, key, node)
    return block.remove(on.text, parent, trail[-2].key, key, node)


def move(on: Ground, path: Path, to: Path) -> list[Edit]:
    """Let the field stand at `to`; within one mapping only its key changes.

    The edits may conflict where both places touch. Raises Withheld.
    """
    if path[:-1] == to[:-1]:
        return _rename(on, path, str(to[-1]))
    return [*remove(on, path), *set_value(on, to, taken(on, path, to))]


def taken(on: Ground, path: Path, to: Path) -> Raw:
    """A field's text, to be the value of `to`. Raises Withheld."""
    node, key, parent = _existing(on, path)[-1]
    if len(_follow(on, to)) > len(to):
        raise Withheld(f"`{to[-1]}` is already there")
    if key is None or not isinstance(parent, Mapping):
        raise Withheld("Only a field can be moved")
    if any(isinstance(inner, Alias) for inner in written(node)):
        raise Withheld("An alias cannot come before its anchor; move the field by hand")
    return flow.raw(on.text, key, node) if parent.flow else block.raw(on.text, parent, key, node)


def _rename(on: Ground, path: Path, name: str) -> list[Edit]:
    _, key, parent = _existing(on, path)[-1]
    if not isinstance(key, Scalar) or not isinstance(parent, Mapping):
        raise Withheld("Only a field can be renamed")
    if name in parent.items:
        raise Withheld(f"`{name}` is already there")
    if _merges(parent, str(path[-1])):
        raise Withheld(f"A merge key brings `{path[-1]}` too; rename it by hand")
    # `'a':1` takes its value right behind the colon, `a:1` is a word.
    is_tight = key.style and _TIGHT_COLON.match(on.text, key.end)
    return [Edit(key.start, key.end, render_key(name, key.style == '"' or bool(is_tight)))]


def _merges(parent: Mapping, name: str) -> bool:
    """Whether a merge key brings the field, beside one of the mapping's own."""
    return any(
        name in brought.items
        for key, value in parent.entries()
        if is_merge(key)
        for brought in map(solid, value.nodes if isinstance(value, Sequence) else [value])
        if isinstance(brought, Mapping)
    )


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
        own = _count_keys(node, part)
        if own > 1:
            raise Withheld(f"`{part}` is a duplicate key; keep one of them first")
        entry = node.items.get(part)
        if entry is not None and entry.merged and own:
            raise Withheld(f"A merge key overrides `{part}`; change it by hand")
        # A key of its own overrides what a merge key brought, for nobody else.
        if entry is None or (entry.merged and is_last):
            return None
        if entry.merged:
            raise Withheld(f"`{part}` comes from a merge key; change it by hand")
        return _Place(entry.value, entry.key, node)
    if isinstance(node, Scalar) and node.value is None:
        return None
    raise Withheld("Another kind of value is in the way")


def _count_keys(node: Mapping, name: str) -> int:
    """How often a key is written in a mapping; what merge keys bring is not."""
    if node.is_regular:
        return int(name in node.items)
    return [key_name(key) for key, _ in node.entries() if not is_merge(key)].count(name)


def _existing(on: Ground, path: Path) -> list[_Place]:
    trail = _follow(on, path)
    if len(trail) <= len(path):
        raise Withheld("The field is not written here")
    _, key, _ = trail[-1]
    _refuse_shared(on, trail[-1].node, *([key] if key else []))
    return trail


def _refuse_shared(on: Ground, *nodes: Node) -> None:
    """Raise Withheld where an alias stands for something in what would go away."""
    if any(id(inner) in on.shared for node in nodes for inner in written(node)):
        raise Withheld(_SHARED)


def _replace(on: Ground, place: _Place, value: Any) -> list[Edit]:
    node = place.node
    _refuse_shared(on, node)
    if "!" in _properties(on.text, place):
        raise Withheld("The value has a tag; change it by hand")
    is_block = isinstance(node, Mapping | Sequence) and not node.flow
    if is_block and isinstance(node, Sequence) and isinstance(value, list):
        edit = block.drop_item(on.text, node, value)
        if edit is not None:
            return [edit]
    if isinstance(node, Scalar) and node.style == "|" and isinstance(value, str):
        edits = block.change_lines(on.text, node, value)
        if edits:
            return edits
    if isinstance(value, Raw) or is_block or is_kept_block(on.text, node):
        raise Withheld("The value is a block; change it by hand")
    if node.start == node.end:
        return [_fill_in(on, place, render_flow(value, on.style.json, on.style.colon))]
    if isinstance(node, Mapping | Sequence) and _COMMENT_INSIDE.search(
        on.text, node.start, node.end
    ):
        raise Withheld("There is a comment in the value; change it by hand")
    quote = node.style if isinstance(node, Scalar) and node.style in ("'", '"') else ""
    as_json = on.style.json or flow.has_quoted_keys(place.parent)
    if isinstance(value, dict | list):
        text = render_flow(value, as_json, on.style.colon)
    else:
        text = render_scalar(value, '"' if as_json else quote)
    end = content_end(on.text, node)
    if not is_block_scalar(node):
        return [Edit(node.start, end, text)]
    # A comment behind the header stays behind the new value.
    header = _HEADER.match(on.text, node.start)
    assert header is not None
    body = min(end, line_end(on.text, node.start))
    if not on.text[header.end() : body].strip():
        return [Edit(node.start, end, text)]
    edits = [Edit(node.start, header.end(), text), Edit(body, end, "")]
    return edits if body < end else edits[:1]


def _properties(text: str, place: _Place) -> set[str]:
    """The marks of the properties before a node: `&` of an anchor, `!` of a tag."""
    node, key, parent = place
    start = 0 if parent is None else parent.start
    if key is not None:
        start = key.end
    elif isinstance(parent, Sequence) and parent.nodes[0] is not node:
        start = parent.nodes[parent.nodes.index(node) - 1].end
    between = _COMMENT.sub("", text[start : node.start])
    return set(_PROPERTY.findall(between))


def _fill_in(on: Ground, place: _Place, text: str) -> Edit:
    """A value for a key that has nothing behind it."""
    node = place.node
    behind = _COMMENT.sub("", on.text[node.end : line_end(on.text, node.end)])
    if on.text[node.end - 1 : node.end] != ":" or "&" in behind or "!" in behind:
        raise Withheld("The value is empty in an unusual way; fill it by hand")
    return Edit(node.start, node.end, f" {text}")


def _insert(on: Ground, trail: list[_Place], part: str | int, value: Any) -> list[Edit]:
    """A new entry or item in the last collection of the trail."""
    node, key, parent = trail[-1]
    if isinstance(node, Mapping | Sequence):
        if node.flow:
            return flow.append(on.text, node, part, value, on.style)
        return block.append(on.text, node, part, value, on.style)
    is_in_block = isinstance(parent, Mapping) and not parent.flow
    if node.start == node.end and key is not None and is_in_block:
        return [block.fill(on.text, key, node, part, value, on.style)]
    whole = [value] if isinstance(part, int) else {part: value}
    return _replace(on, trail[-1], whole)
