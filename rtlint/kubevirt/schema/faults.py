"""Where an object is not valid; tests hold what is found against jsonschema.

A library that judges any schema would be loaded for a single mistyped value, which takes longer
than all the rest of a run, and there is none that a browser can load.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.paths import resolve
from rtlint.kubevirt.schema.walk import is_clean, is_placeholder, is_too_long
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rtlint.kubevirt.schema.api import Schema
    from rtlint.kubevirt.schema.paths import Parts


class Faults(NamedTuple):
    """Paths of mappings that have a key too many or too few, and paths of values that are wrong."""

    mappings: tuple[Parts, ...]
    values: tuple[Parts, ...]


def faults(data: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Faults:
    """The faults of plain data under a schema; each path once."""
    mappings: list[Parts] = []
    values: list[Parts] = []
    _gather(data, schema, definitions, (), mappings, values)
    return Faults(tuple(mappings), tuple(values))


def _gather(
    value: Any,
    schema: Schema,
    definitions: Mapping[str, Schema],
    path: Parts,
    mappings: list[Parts],
    values: list[Parts],
) -> None:
    """Append the faults in and below a value, which stands at a path."""
    known = resolve(schema, definitions)
    types = known.get("type", ())
    if isinstance(value, list) and "array" in types:
        if is_too_long(value, known):
            values.append(path)
        for index, item in enumerate(value):
            below = (*path, index)
            _gather(item, known.get("items", {}), definitions, below, mappings, values)
    elif isinstance(value, dict) and "object" in types:
        is_right, members = _members(value, known)
        for name, field in members:
            _gather(value[name], field, definitions, (*path, name), mappings, values)
        if not is_right:
            mappings.append(path)
    elif not is_clean(value, schema, definitions):
        values.append(path)


def _members(value: dict[str, Any], known: Schema) -> tuple[bool, list[tuple[str, Schema]]]:
    """Whether a mapping has the keys that it should have, and the schemas of its members."""
    fields, others = known.get("properties", {}), known.get("additionalProperties", {})
    members = [(name, fields[name]) for name in fields if name in value]
    further = [name for name in value if name not in fields]
    if others is False:
        further = [name for name in further if not is_placeholder(name)]
    else:
        members += [(name, others) for name in further]
        further = []
    lacks = any(name not in value for name in known.get("required", ()))
    return not (further or lacks), members
