"""What a value should have been."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.schema.api import CRD_ONLY
from rtlint.kubevirt.schema.names import near_names
from rtlint.kubevirt.schema.paths import value_at
from rtlint.kubevirt.schema.problem import WrongType
from rtlint.kubevirt.schema.walk import is_clean, is_too_long, is_within
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Scalar, solid
from rtlint.yaml.scalars import resolve

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.schema.api import Schema
    from rtlint.kubevirt.schema.paths import Parts

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
}
_LONGEST_VALUE = 40


def wrong_type(obj: Object, path: Parts, schema: Schema) -> WrongType:
    """The problem of a value that its schema (resolved) does not take."""
    value = value_at(obj.data, path)
    return WrongType(
        join_path(*path),
        value,
        _wanted(value, schema),
        _given(value),
        _near(schema, value),
        _requoted(obj, path, schema),
        "KubeVirt" if path[0] == "spec" and _only_kubevirt_minds(value, schema) else "Kubernetes",
    )


def _only_kubevirt_minds(value: Any, schema: Schema) -> bool:
    """Whether the value passes the CRD, and KubeVirt's webhooks refuse it.

    They alone know the enumerations of Kubernetes' own types, Go's unsigned integers, and to v1.4
    quantities that must be strings (pkg/util/openapi).
    """
    if "enum" in schema:
        return isinstance(value, str) and schema.get("$comment") != CRD_ONLY
    if type(value) is not int:
        return False
    return value < 0 == schema.get("minimum") or "pattern" in schema


def _wanted(value: Any, schema: Schema) -> str:
    if isinstance(value, list) and is_too_long(value, schema):
        return f"at most {schema['maxItems']} items"
    if type(value) is int and not is_within(value, schema):
        return f"a whole number from {schema['minimum']} to {schema['maximum']}"
    if "pattern" in schema:
        return "a quantity such as `4Gi`, `500m` or `2`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{text}`" for text in schema["enum"] if text)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_TYPES[name] for name in types if name != "null")


def _near(schema: Schema, value: Any) -> str | None:
    if not isinstance(value, str) or "enum" not in schema:
        return None
    near = near_names(value, [text for text in schema["enum"] if text])
    return near[0] if near else None


def _given(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"the boolean `{str(value).lower()}`"
    if isinstance(value, str):
        is_short = len(value) <= _LONGEST_VALUE and "\n" not in value
        return f"the string `{value}`" if is_short and value else "a string"
    return f"the number `{value}`"


def _requoted(obj: Object, path: Parts, schema: Schema) -> Any:
    """The value with or without quotes, whichever the field takes; None where neither helps."""
    node = solid(find(obj.node, path).node)
    if not isinstance(node, Scalar) or not node.text:
        return None
    other = resolve(node.text) if isinstance(node.value, str) else node.text
    # Nothing but text, numbers and booleans: a date is a string in quotes or without.
    if type(other) not in (str, int, float, bool) or other == node.value:
        return None
    if "pattern" in schema and not _is_same_quantity(other, node.value):
        return None
    return other if is_clean(other, schema, {}) else None


def _is_same_quantity(one: object, other: object) -> bool:
    """Whether quotes change nothing: `010` is 8 without them, and 10 with them."""
    left, right = parse_quantity(one), parse_quantity(other)
    return left is not None and right is not None and left.nano == right.nano
