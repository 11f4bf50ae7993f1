"""The YAML node tree: what the text says, and where it says it.

Offsets are code points into the source's text. Aliases and merge keys are kept as written;
`Mapping.items` is what Kubernetes makes of them. Written out, not data classes: defining those
takes 1.5 ms at every start.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.yaml.scalars import BEYOND_INT64, key_of_float
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rtlint.yaml.scalars import Plain
    from rtlint.yaml.source import Listed


class Scalar:
    """A scalar: `value` as Kubernetes reads it, `text` as the YAML parser does.

    `style` is "" (plain), `'`, `"`, `|` or `>`. `start` to `end` is the text without anchor and
    tag; of a block scalar with its trailing blank lines.
    """

    __slots__ = ("end", "start", "style", "text", "value")

    def __init__(self, start: int, end: int, value: Plain, text: str, style: str) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.text = text
        self.style = style


class Sequence:
    __slots__ = ("end", "flow", "nodes", "start")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.start = start
        self.end = end
        self.flow = flow
        self.nodes: list[Node] = []


class Alias:
    """`*name`; `target` is the node that `&name` marks."""

    __slots__ = ("end", "start", "target")

    def __init__(self, start: int, end: int, target: Solid) -> None:
        self.start = start
        self.end = end
        self.target = target


class Mapping:
    """`pairs` as written, in order: keys and values in turn."""

    __slots__ = ("_is_regular", "_items", "end", "flow", "pairs", "start")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.start = start
        self.end = end
        self.flow = flow
        self.pairs: list[Node] = []
        self._items: dict[str, Entry] | None = None
        self._is_regular = True

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
                name = key_name(key)
                if name is None or name == "<<" or name in items:
                    self._is_regular = False
                    if is_merge(key):
                        items |= _merged(value)
                        continue
                if name is not None:
                    items[name] = Entry(key, value)
            self._items = items
        return self._items

    @property
    def is_regular(self) -> bool:
        """Whether the keys are all such as JSON has, differ, and none is a merge key."""
        # Reading the items tells.
        return self.items is not None and self._is_regular

    def duplicates(self) -> Iterator[tuple[str, Node, Node]]:
        """Keys that stand twice: the name, the first key node, the later key node."""
        if self.is_regular:
            return
        seen: dict[str, Node] = {}
        for key, _ in self.entries():
            name = None if is_merge(key) else key_name(key)
            if name in seen:
                yield name, seen[name], key
            elif name is not None:
                seen[name] = key


class Entry:
    """A key and its value; `merged` where a merge key brought it in."""

    __slots__ = ("key", "merged", "value")

    def __init__(self, key: Node, value: Node, merged: bool = False) -> None:
        self.key = key
        self.value = value
        self.merged = merged


_COLLECTIONS = (Mapping, Sequence)
Node = Scalar | Sequence | Mapping | Alias
Solid = Scalar | Sequence | Mapping


class Document:
    """One YAML document; `number` counts those of the file from 1.

    Of one that is read in pieces the `root` is what the piece holds: of a `listed` one a list of
    some items. `data` is what it says as Kubernetes reads it, in plain data, where that was told
    without nodes, which are read when they are asked for. Nobody may change it.
    """

    __slots__ = ("_root", "data", "listed", "number")

    def __init__(
        self,
        number: int,
        root: Node | Callable[[], Node],
        listed: Listed | None = None,
        data: Any = None,
    ) -> None:
        self.number = number
        self._root = root
        self.listed = listed
        self.data = data

    @property
    def is_regular(self) -> bool:
        """Whether it is known that no key stands twice, is a merge key, or is none of JSON's."""
        return self.data is not None

    @property
    def root(self) -> Node:
        if callable(self._root):
            self._root = self._root()
        return self._root

    def placed(self, number: int, listed: Listed | None = None) -> Document:
        """The same document elsewhere in a file."""
        return Document(number, self._root, listed, self.data)

    def within(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """A path of the document as one that begins at `root`."""
        if self.listed is None or len(path) < 2 or not isinstance(path[1], int):
            return path
        return (path[1] - self.listed.items.start, *path[2:])


def solid(node: Node) -> Solid:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, Alias) else node


def is_merge(key: Node) -> bool:
    return isinstance(key, Scalar) and key.text == "<<" and not key.style


def key_name(key: Node) -> str | None:
    """A key as JSON has it: `on` is "true", `1` is "1". None where JSON has no such key.

    Source: sigs.k8s.io/yaml v1.6.0, convertToJSONableObject, which takes no unsigned integer.
    """
    key = solid(key)
    if not isinstance(key, Scalar):
        return None
    value = key.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value < BEYOND_INT64 else None
    if isinstance(value, float):
        return key_of_float(value)
    # A date stays the string that was written.
    return None if value is None else key.text


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
                if isinstance(value, _COLLECTIONS):
                    name = None if is_merge(key) else key_name(key)
                    children.append((path if name is None else (*path, name), value))
        elif isinstance(node, Sequence):
            children = [((*path, index), child) for index, child in enumerate(node.nodes)]
        waiting += reversed(children)


def written(root: Node) -> Iterator[Node]:
    """A node and all that is written under it, keys too; what aliases stand for is left out."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Mapping):
            waiting += node.pairs
        elif isinstance(node, Sequence):
            waiting += node.nodes


def scalars(root: Node) -> Iterator[Scalar]:
    """Every scalar that is written under a node as a value; keys are left out, and what aliases
    stand for.
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            waiting += node.pairs[1::2]
        elif isinstance(node, Sequence):
            waiting += node.nodes
        elif isinstance(node, Scalar):
            yield node


def aliased(root: Node) -> Iterator[Solid]:
    """What aliases stand for, as often as one does; what stands behind them is not looked into."""
    return (node.target for node in written(root) if isinstance(node, Alias))


def irregular(root: Node) -> Iterator[Mapping]:
    """Every mapping as written under a node, in keys too, that is not regular."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Sequence):
            waiting += node.nodes
        elif isinstance(node, Mapping):
            if node.is_regular:
                # Its keys are scalars.
                waiting += node.pairs[1::2]
                continue
            yield node
            waiting += node.pairs


def odd_keys(root: Node) -> Iterator[Unreadable]:
    """Keys that JSON cannot have (a list, a mapping, null), and merge keys of no mapping."""
    for mapping in irregular(root):
        for key, value in mapping.entries():
            if is_merge(key):
                if not _can_be_merged(value):
                    message = "A merge key needs a mapping. Kubernetes refuses this."
                    yield Unreadable(message, key.start)
            elif key_name(key) is None:
                yield Unreadable("A key must be a string. Kubernetes refuses this.", key.start)


def _can_be_merged(value: Node) -> bool:
    nodes = value.nodes if isinstance(value, Sequence) else [value]
    return all(isinstance(solid(node), Mapping) for node in nodes)


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
