"""Patches that stand in a kustomization itself, as the objects that they are parts of.

They are read in the lines in which they stand, so that places are those of the file. Source:
kustomize v5.5.0, api/types (Patch) and PatchTransformer: a list is a JSON patch (RFC 6902), all
else is merged.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.objects import Object, objects, plain
from rtlint.kubevirt.kinds import GROUPS
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document, Mapping, Node, Scalar, Sequence, solid
from rtlint.yaml.source import Above, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.limits import Limits

_KEYS = ("patches", "patchesJson6902", "patchesStrategicMerge")
_SEPARATOR = re.compile(r"^ *---[ \t]*$", re.MULTILINE)
# What a target that names no kind can be told from.
_KINDS = {"/spec/template/spec/": "VirtualMachine", "/spec/domain/": "VirtualMachineInstance"}

# Fields by their names, each with the path that an operation names it by.
_Tree = dict[str, tuple[Scalar, "_Tree | Node"]]


class Patch(NamedTuple):
    """A patch: the lines in which it stands, the document that they are, KubeVirt's objects in it.

    `number` is that of the kustomization's own document.
    """

    source: Source
    document: Document | Unreadable
    objects: tuple[Object, ...]
    number: int


def inline_patches(source: Source, document: Document, limits: Limits) -> Iterator[Patch]:
    """The patches in a kustomization, in order."""
    number = document.number
    for text, target in _patches(document.root):
        for piece in _pieces(source, text, number):
            for inner in compose(piece.text, number=number - 1, limits=limits):
                yield Patch(piece, inner, tuple(_objects(piece, inner, target)), number)


def _objects(
    piece: Source, document: Document | Unreadable, target: Mapping | None
) -> Iterator[Object]:
    if isinstance(document, Unreadable):
        return
    root = solid(document.root)
    if isinstance(root, Sequence):
        yield from _operations(piece, document, root, target)
    else:
        yield from objects(piece, document, GROUPS)


def _patches(root: Node) -> Iterator[tuple[Scalar, Mapping | None]]:
    """The texts of patches, each with what it is for, where that stands beside it."""
    for key in _KEYS:
        entries = _below(root, key)
        for entry in entries.nodes if isinstance(entries, Sequence) else ():
            text = solid(entry) if key == "patchesStrategicMerge" else _below(entry, "patch")
            target = _below(entry, "target")
            if isinstance(text, Scalar):
                yield text, target if isinstance(target, Mapping) else None


def _pieces(source: Source, node: Scalar, number: int) -> Iterator[Source]:
    """The lines of a text, of each of its documents: indented YAML is YAML all the same."""
    text, start, end = source.text, node.start, node.end
    if node.style == "|":
        start = text.index("\n", start) + 1 if "\n" in text[start:end] else end
        for separator in (*_SEPARATOR.finditer(text, start, end), None):
            stop = end if separator is None else separator.start()
            yield _piece(source, start, text[start:stop], number)
            # The separator's line is the next document's first, and holds nothing else.
            start = end if separator is None else separator.end()
            start = text.find("\n", start, end) + 1 or end
    elif node.style and text[start + 1 : end - 1] == node.text:
        begin, column = start, source.position(start).column
        yield _piece(source, begin - column + 1, " " * column + node.text, number)


def _piece(source: Source, start: int, text: str, number: int) -> Source:
    lines = source.position(start).line - 1
    return Source(source.path, text, Above(source.above.offset + start, lines, number - 1))


def _operations(
    piece: Source, document: Document, patch: Sequence, target: Mapping | None
) -> Iterator[Object]:
    """What a JSON patch adds and replaces, as the part of the object that it is for.

    What goes into a list is left out: which item it is hangs on the others.
    """
    tree: _Tree = {}
    kind = _text(target, "kind")
    for operation in patch.nodes:
        path, value = _below(operation, "path"), _below(operation, "value")
        if _text(operation, "op") not in ("add", "replace") or value is None:
            continue
        if not isinstance(path, Scalar) or not path.text.startswith("/"):
            continue
        kind = kind or next((_KINDS[start] for start in _KINDS if path.text.startswith(start)), "")
        parts = [part.replace("~1", "/").replace("~0", "~") for part in path.text[1:].split("/")]
        if not any(part == "-" or part.isdecimal() for part in parts):
            _put(tree, path, parts, value)
    group = _text(target, "group") or "kubevirt.io"
    if group not in GROUPS or not kind or not tree:
        return
    api_version = f"{group}/{_text(target, 'version') or 'v1'}"
    data = {"apiVersion": api_version, "kind": kind, **plain(_mapping(patch, tree))}
    name = _below(target, "name")
    if isinstance(name, Scalar):
        # It may be a pattern, and is none of the object's own content.
        _put(tree, name, ["metadata", "name"], name)
    made = Document(document.number, _mapping(patch, tree))
    yield Object(piece, made, "", api_version, kind, data)


def _put(tree: _Tree, at: Scalar, parts: list[str], value: Node) -> None:
    """Give a field this value; the keys to it stand where its path is written."""
    for part in parts[:-1]:
        below = tree.get(part, (at, None))[1]
        if not isinstance(below, dict):
            below = {}
            tree[part] = at, below
        tree = below
    tree[parts[-1]] = at, value


def _mapping(at: Node, tree: _Tree) -> Mapping:
    made = Mapping(at.start, at.end, flow=False)
    for name, (path, value) in tree.items():
        key = Scalar(path.start, path.end, name, name, path.style)
        made.pairs += [key, _mapping(path, value) if isinstance(value, dict) else value]
    return made


def _below(node: Node | None, key: str) -> Node | None:
    mapping = None if node is None else solid(node)
    entry = mapping.items.get(key) if isinstance(mapping, Mapping) else None
    return None if entry is None else solid(entry.value)


def _text(node: Node | None, key: str) -> str:
    value = _below(node, key)
    return value.text if isinstance(value, Scalar) else ""
