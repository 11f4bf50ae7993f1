"""Kubernetes objects in a YAML document: alone, in a List, or in an OpenShift Template."""

from __future__ import annotations

from collections.abc import Callable

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, join_path, split_path
from rtlint.yaml.locate import Span, span
from rtlint.yaml.nodes import Alias, Document, Mapping, Node, Scalar, Sequence, Solid, solid
from rtlint.yaml.scalars import BEYOND_INT64

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.yaml.source import Source


class Object:
    """One object: `node` in its document, `data` the same as plain values.

    `path` is where in the document it stands: "" for the document itself, `items[2]`,
    `objects[0]`. Field paths of findings begin there.
    """

    __slots__ = ("api_version", "data", "document", "kind", "node", "path", "source")

    def __init__(
        self,
        source: Source,
        document: Document,
        path: str,
        node: Mapping,
        api_version: str,
        kind: str,
        data: dict[str, Any],
    ) -> None:
        self.source = source
        self.document = document
        self.path = path
        self.node = node
        self.api_version = api_version
        self.kind = kind
        self.data = data

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
        scalar = _scalar_at(self.node, "metadata", field)
        return scalar.text if scalar is not None and scalar.value is not None else None

    def with_data(self, data: dict[str, Any]) -> Object:
        """The object as it would be with other content; the node still says what is written."""
        return Object(
            self.source, self.document, self.path, self.node, self.api_version, self.kind, data
        )

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
    of a list and objects of a Template are taken out; all else is passed over unread. `literal`: no
    value is a placeholder.

    kubectl, Flux and Argo CD take what has a list `items` for a list, whatever its kind. Items that
    say neither apiVersion nor kind have for kubectl those of the list, less `List`. Source:
    k8s.io/apimachinery v0.36.0, unstructured (IsList, decodeToList).
    """
    root, listed = document.root, document.listed
    if listed is None or not isinstance(root, Sequence):
        yield from _objects(source, document, root, "", ("", ""), groups, further, literal)
        return
    passed_on = (listed.api_version, listed.kind)
    for index, item in zip(listed.items, root.nodes, strict=True):
        at = join_path("items", index)
        yield from _objects(source, document, item, at, passed_on, groups, further, literal)


def _objects(
    source: Source,
    document: Document,
    node: Node,
    path: str,
    inherited: tuple[str, str],
    groups: frozenset[str],
    further: Further,
    literal: bool,
) -> Iterator[Object]:
    target = solid(node)
    if not isinstance(target, Mapping):
        return
    said = word(target, "apiVersion"), word(target, "kind")
    api_version, kind = said if any(said) else inherited
    is_wanted = api_version.rpartition("/")[0] in groups and bool(kind)
    if not kind.endswith("List") and (is_wanted or (said[1] and further(api_version, kind))):
        data = plain(target, literal)
        assert isinstance(data, dict)
        if not any(said):
            data |= {"apiVersion": api_version, "kind": kind}
        yield Object(source, document, path, target, api_version, kind, data)
    below = (api_version, kind.removesuffix("List"))
    for member, passed_on in (("items", below), ("objects", ("", ""))):
        if member == "objects" and kind != "Template":
            return
        entry = target.items.get(member)
        collection = None if entry is None else solid(entry.value)
        if isinstance(collection, Sequence):
            for index, item in enumerate(collection.nodes):
                at = join_path(*split_path(path), member, index)
                yield from _objects(source, document, item, at, passed_on, groups, further, literal)


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


def plain(node: Node, literal: bool = False) -> Any:
    """The node as Kubernetes reads it: dict, list, string, number, boolean, None.

    A scalar with `${…}` or `{{…}}` in it is PLACEHOLDER: an OpenShift Template, envsubst, Flux,
    Helm or Ansible fills it in later; so is `$NAME`. With `literal` it is what it says. A
    date is the string that was written, as go-yaml v2 hands it on. A float without a fraction
    (`4.0`, `1e9`) is an integer, as JSON has it. What two aliases share is one object.
    """
    return _plain(node, {}, literal)


_OF_JSON = (bool, int)


def _plain(node: Node, shared: dict[int, Any], literal: bool) -> Any:
    if isinstance(node, Scalar):
        value = node.value
        if type(value) is str:
            return PLACEHOLDER if not literal and _is_placeholder(value) else value
        if type(value) is float:
            return _number(value)
        if type(value) is int and value >= BEYOND_INT64:
            # apimachinery has integers of 64 bits with a sign, and floats (sigs.k8s.io/json).
            return _number(float(value))
        # What is left is a date.
        return value if value is None or type(value) in _OF_JSON else node.text
    if isinstance(node, Alias):
        target: Solid = node.target
        if id(target) not in shared:
            shared[id(target)] = _plain(target, shared, literal)
        return shared[id(target)]
    if isinstance(node, Mapping):
        return {name: _plain(entry.value, shared, literal) for name, entry in node.items.items()}
    return [_plain(child, shared, literal) for child in node.nodes]


def _number(value: float) -> float:
    """The number as kubectl's JSON has it: below 10^21 Go writes 4.0 as `4` (encoding/json)."""
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def _is_placeholder(text: str) -> bool:
    """Not a script in cloud-init user data, which is full of `${…}`, and is known."""
    if "${" in text or "{{" in text or "{%" in text:
        return "\n" not in text
    return text[:1] == "$" and text[1:].isidentifier()
