"""Kubernetes objects in a YAML document: alone, in a List, or in an OpenShift Template."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, join_path, split_path
from rtlint.yaml.locate import Span, find, span
from rtlint.yaml.nodes import Alias, Document, Mapping, Node, Scalar, Solid, solid
from rtlint.yaml.scalars import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.yaml.source import Source


class Object:
    """One object, its `data` in plain values.

    `path` is where in the document it stands: "" for the document itself, `items[2]`,
    `objects[0]`. Field paths of findings begin there.
    """

    __slots__ = ("api_version", "data", "document", "kind", "path", "source")

    def __init__(
        self,
        source: Source,
        document: Document,
        path: str,
        api_version: str,
        kind: str,
        data: dict[str, Any],
    ) -> None:
        self.source = source
        self.document = document
        self.path = path
        self.api_version = api_version
        self.kind = kind
        self.data = data

    @property
    def node(self) -> Mapping:
        """Where in the text it stands."""
        return _node_at(self.document, self.path)

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def namespace(self) -> str | None:
        return self._metadata("namespace")

    @property
    def name(self) -> str | None:
        """The name, or what `generateName` begins it with."""
        return self._metadata("name") or self._metadata("generateName")

    def _metadata(self, field: str) -> str | None:
        # Of a patch in a kustomization only its nodes have the name: the one that it is for.
        if self.document.data is not None:
            metadata = self.data.get("metadata")
            found = metadata.get(field) if isinstance(metadata, dict) else None
            if found is None or type(found) is str:
                return found
        scalar = _scalar_at(self.node, "metadata", field)
        return scalar.text if scalar is not None and scalar.value is not None else None

    def with_data(self, data: dict[str, Any]) -> Object:
        """The object as it would be with other content; the node still says what is written."""
        return Object(self.source, self.document, self.path, self.api_version, self.kind, data)

    def full_path(self, path: str) -> str:
        """A path within the object as a path within its document."""
        return join_path(*split_path(self.path), *split_path(path))

    def span(self, path: str, on_key: bool = False) -> Span:
        """What a finding about the field marks; see `rtlint.yaml.locate.span`."""
        return span(self.node, split_path(path), self.source.text, on_key)


Further = Callable[[str, str], bool]


def _none_further(*_: str) -> bool:
    return False


def objects(
    source: Source,
    document: Document,
    groups: frozenset[str],
    further: Further = _none_further,
    literal: bool = False,
) -> Iterator[Object]:
    """The objects of a document whose API group is one of `groups`, in order.

    Those that `further` takes by their apiVersion, which may be missing, and kind come too. Items
    of a list and objects of a Template are taken out; all else is passed over. `literal`: no
    value is a placeholder.

    kubectl, Flux and Argo CD take what has a list `items` for a list, whatever its kind. Items that
    say neither apiVersion nor kind have for kubectl those of the list, less `List`. Source:
    k8s.io/apimachinery v0.36.0, unstructured (IsList, decodeToList).
    """
    data, listed = data_of(document), document.listed
    wanted = partial(_objects, source, document, groups, further, literal)
    if listed is None or not isinstance(data, list):
        yield from wanted(data, "", ("", ""))
        return
    passed_on = (listed.api_version, listed.kind)
    for index, item in zip(listed.items, data, strict=True):
        yield from wanted(item, join_path("items", index), passed_on)


def _objects(
    source: Source,
    document: Document,
    groups: frozenset[str],
    further: Further,
    literal: bool,
    data: Any,
    path: str,
    inherited: tuple[str, str],
) -> Iterator[Object]:
    if not isinstance(data, dict):
        return
    said = _word(document, path, data, "apiVersion"), _word(document, path, data, "kind")
    api_version, kind = said if any(said) else inherited
    is_wanted = api_version.rpartition("/")[0] in groups and bool(kind)
    if not kind.endswith("List") and (is_wanted or (said[1] and further(api_version, kind))):
        is_known = literal or not _may_hold_placeholders(document, source.text)
        content = data if is_known else _with_placeholders(data, {})
        if not any(said):
            content = {**content, "apiVersion": api_version, "kind": kind}
        yield Object(source, document, path, api_version, kind, content)
    below = (api_version, kind.removesuffix("List"))
    for member, passed_on in (("items", below), ("objects", ("", ""))):
        if member == "objects" and kind != "Template":
            return
        items = data.get(member)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            at = join_path(*split_path(path), member, index)
            yield from _objects(source, document, groups, further, literal, item, at, passed_on)


def _word(document: Document, path: str, data: dict[str, Any], key: str) -> str:
    """What an object says there; of what is no string as it is written."""
    value = data.get(key)
    if value is None or isinstance(value, dict | list):
        return ""
    return value if type(value) is str else word(_node_at(document, path), key)


def _node_at(document: Document, path: str) -> Mapping:
    node = solid(find(document.root, document.within(split_path(path))).node)
    assert isinstance(node, Mapping)
    return node


def word(node: Mapping, key: str) -> str:
    """What a mapping says there, as it is read and not as it is written: `!!binary` has base64."""
    scalar = _scalar_at(node, key)
    if scalar is None or scalar.value is None:
        return ""
    return scalar.value if type(scalar.value) is str else scalar.text


def _scalar_at(node: Mapping, *keys: str) -> Scalar | None:
    current: Node = node
    for key in keys:
        target = solid(current)
        if not isinstance(target, Mapping) or key not in target.items:
            return None
        current = target.items[key].value
    target = solid(current)
    return target if isinstance(target, Scalar) else None


def data_of(document: Document) -> Any:
    """A document in plain data, literally; see `plain`. Nobody may change it."""
    return plain(document.root, literal=True) if document.data is None else document.data


def plain(node: Node, literal: bool = False) -> Any:
    """The node as Kubernetes reads it: dict, list, string, number, boolean, None.

    A scalar with `${…}` or `{{…}}` in it is PLACEHOLDER: an OpenShift Template, envsubst, Flux,
    Helm or Ansible fills it in later; so is `$NAME`. With `literal` it is what it says. What two
    aliases share is one object.
    """
    data = _plain(node, {})
    return data if literal else _with_placeholders(data, {})


def _plain(node: Node, shared: dict[int, Any]) -> Any:
    if isinstance(node, Scalar):
        value = node.value
        return value if type(value) is str else as_json(value, node.text)
    if isinstance(node, Alias):
        target: Solid = node.target
        if id(target) not in shared:
            shared[id(target)] = _plain(target, shared)
        return shared[id(target)]
    if isinstance(node, Mapping):
        return {name: _plain(entry.value, shared) for name, entry in node.items.items()}
    return [_plain(child, shared) for child in node.nodes]


def _may_hold_placeholders(document: Document, text: str) -> bool:
    # A parser reads them from escapes too.
    return document.data is None or any(mark in text for mark in ("$", "{{", "{%"))


def _with_placeholders(value: Any, shared: dict[int, Any]) -> Any:
    if type(value) is str:
        return PLACEHOLDER if _is_placeholder(value) else value
    if not isinstance(value, dict | list):
        return value
    if id(value) not in shared:
        shared[id(value)] = (
            {name: _with_placeholders(each, shared) for name, each in value.items()}
            if isinstance(value, dict)
            else [_with_placeholders(each, shared) for each in value]
        )
    return shared[id(value)]


def _is_placeholder(text: str) -> bool:
    """Not a script in cloud-init user data, which is full of `${…}`, and is known."""
    if "${" in text or "{{" in text or "{%" in text:
        return "\n" not in text
    return text[:1] == "$" and text[1:].isidentifier()
