"""The YAML node tree: what the text says, and where it says it.

Offsets are code points into the source's text. Aliases and merge keys are kept as written;
`Mapping.items` is what Kubernetes makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.yaml.scalars import Plain


@dataclass(slots=True, eq=False)
class Scalar:
    """A scalar: `value` as Kubernetes reads it, `text` as the YAML parser does.

    `style` is "" (plain), `'`, `"`, `|` or `>`. `start` to `end` is the text without anchor and
    tag; of a block scalar with its trailing blank lines.
    """

    start: int
    end: int
    value: Plain
    text: str
    style: str


@dataclass(slots=True, eq=False)
class Sequence:
    start: int
    end: int
    flow: bool
    nodes: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Alias:
    """`*name`; `target` is the node that `&name` marks."""

    start: int
    end: int
    target: Scalar | Sequence | Mapping


@dataclass(slots=True, eq=False)
class Mapping:
    """`pairs` as written, in order: keys and values in turn."""

    start: int
    end: int
    flow: bool
    pairs: list[Node] = field(default_factory=list)
    _items: dict[str, Entry] | None = None

    def entries(self) -> Iterator[tuple[Node, Node]]:
        """The key and value nodes as written, merge keys and duplicates with them."""
        each = iter(self.pairs)
        return zip(each, each, strict=True)

    @property
    def items(self) -> dict[str, Entry]:
        """The entries by key, as Kubernetes reads them.

        Of a key that stands twice the last counts. A merge key acts where it stands, so it
        overrides what stands above it (go-yaml v2, decode.go; go-yaml v3 and YAML 1.1 do not).
        """
        if self._items is None:
            items: dict[str, Entry] = {}
            for key, value in self.entries():
                if is_merge(key):
                    items |= _merged(value)
                else:
                    name = key_name(key)
                    if name is not None:
                        items[name] = Entry(key, value)
            self._items = items
        return self._items

    def duplicates(self) -> Iterator[tuple[str, Node, Node]]:
        """Keys that stand twice: the name, the first key node, the later key node."""
        seen: dict[str, Node] = {}
        for key, _ in self.entries():
            name = None if is_merge(key) else key_name(key)
            if name in seen:
                yield name, seen[name], key
            elif name is not None:
                seen[name] = key


@dataclass(slots=True, eq=False)
class Entry:
    """A key and its value; `merged` where a merge key brought it in."""

    key: Node
    value: Node
    merged: bool = False


Node = Scalar | Sequence | Mapping | Alias
Solid = Scalar | Sequence | Mapping


@dataclass(slots=True, eq=False)
class Document:
    """One YAML document; `number` counts those of the file from 1."""

    number: int
    root: Node


def solid(node: Node) -> Solid:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, Alias) else node


def is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.text == "<<" and not key.style


def key_name(key: Node) -> str | None:
    """A key as JSON has it: `on` is "true", `1` is "1". None where JSON has no such key.

    Source: sigs.k8s.io/yaml, convertToJSONableObject.
    """
    key = solid(key)
    if not isinstance(key, Scalar):
        return None
    value = key.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return None


def mappings(root: Node) -> Iterator[tuple[tuple[str | int, ...], Mapping]]:
    """Every mapping as written under a node, in order, with the path to it.

    What stands behind an alias or a merge key belongs to its anchor's place and is left out.
    """
    waiting: list[tuple[tuple[str | int, ...], Node]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        children: list[tuple[tuple[str | int, ...], Node]] = []
        if isinstance(node, Mapping):
            yield path, node
            for key, value in node.entries():
                name = None if is_merge(key) else key_name(key)
                children.append((path if name is None else (*path, name), value))
        elif isinstance(node, Sequence):
            children = [((*path, index), child) for index, child in enumerate(node.nodes)]
        waiting += reversed(children)


def odd_keys(root: Node) -> Iterator[Unreadable]:
    """Keys that JSON cannot have: a list, a mapping, null."""
    for _, mapping in mappings(root):
        for key, _ in mapping.entries():
            if key_name(key) is None and not is_merge(key):
                yield Unreadable("A key must be a string here; Kubernetes refuses this.", key.start)


def _merged(value: Node) -> dict[str, Entry]:
    target = solid(value)
    if isinstance(target, Mapping):
        return {k: Entry(e.key, e.value, merged=True) for k, e in target.items.items()}
    items: dict[str, Entry] = {}
    if isinstance(target, Sequence):
        # The first of several takes precedence.
        for node in reversed(target.nodes):
            items |= _merged(node)
    return items
