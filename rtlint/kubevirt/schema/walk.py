"""Whether an object is valid, asked the quick way.

jsonschema takes more than ten times as long. This walk knows the few keywords that KubeVirt's
schema is written in; tests hold the two against each other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubevirt.schema.api import REFERENCE, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_PREFIX = len(REFERENCE)
_NOTHING: Schema = MappingProxyType({})


def is_clean(value: Any, schema: Schema, definitions: Mapping[str, Schema]) -> bool:
    """Whether plain data is valid under a schema of `rtlint.kubevirt.schema.api.definitions`.

    A placeholder is valid everywhere.
    """
    # `type` is one name or a list of names; `in` reads both, as no name is part of another.
    types = schema.get("type")
    reference = schema.get("$ref")
    if reference is not None:
        schema = definitions[reference[_PREFIX:]]
        types = types or schema["type"]
    if types is None or value is PLACEHOLDER:
        return True
    kind = type(value)
    if kind is str:
        return "string" in types and _is_clean_text(value, schema)
    if kind is dict:
        return "object" in types and _is_clean_mapping(value, schema, definitions)
    if kind is list:
        items = schema.get("items", _NOTHING)
        return (
            "array" in types
            and not is_too_long(value, schema)
            and all(is_clean(item, items, definitions) for item in value)
        )
    if value is None:
        return "null" in types
    if kind is bool:
        return "boolean" in types
    is_number = "number" in types or ("integer" in types and _is_whole(value))
    return is_number and is_within(value, schema)


def is_within(value: float, schema: Schema) -> bool:
    """Whether a number is neither too small nor too large."""
    smallest, largest = schema.get("minimum"), schema.get("maximum")
    return not (
        (smallest is not None and value < smallest) or (largest is not None and value > largest)
    )


def is_too_long(value: list[Any], schema: Schema) -> bool:
    return "maxItems" in schema and len(value) > schema["maxItems"]


def is_placeholder(name: str) -> bool:
    """Whether a template fills in this key."""
    return "${" in name


def _is_clean_mapping(
    value: dict[str, Any], schema: Schema, definitions: Mapping[str, Schema]
) -> bool:
    fields = schema.get("properties", _NOTHING)
    others = schema.get("additionalProperties", _NOTHING)
    for name, item in value.items():
        field = fields.get(name, others)
        if field is False:
            if not is_placeholder(name):
                return False
        elif not is_clean(item, field, definitions):
            return False
    required = schema.get("required")
    return required is None or all(name in value for name in required)


def _is_clean_text(value: str, schema: Schema) -> bool:
    pattern = schema.get("pattern")
    if pattern is not None:
        return _compiled(pattern).search(value) is not None
    return "enum" not in schema or value in schema["enum"]


def _is_whole(value: float) -> bool:
    """JSON has no integers of its own: 2.0 is 2."""
    return isinstance(value, int) or value.is_integer()


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
