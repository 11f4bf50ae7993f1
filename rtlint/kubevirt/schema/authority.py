"""Where an object is not valid, in jsonschema's judgement.

What is wrong most often is a field's name, and to import jsonschema takes longer than all the rest
of a run: where only keys are wrong, a walk finds them. Tests hold the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubevirt.schema.paths import resolve
from rtlint.kubevirt.schema.walk import is_clean, is_placeholder, is_too_long
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rtlint.kubevirt.schema.api import Schema
    from rtlint.kubevirt.schema.paths import Parts


class Faults(NamedTuple):
    """Paths of mappings that have a key too many or too few, and paths of values that are wrong."""

    mappings: tuple[Parts, ...]
    values: tuple[Parts, ...]


def faults(data: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Faults:
    """The faults of plain data under a schema; each path once."""
    mappings: list[Parts] = []
    if _is_clean_but_for_keys(data, schema, definitions, (), mappings):
        return Faults(tuple(mappings), ())
    return judge(data, schema, definitions)


def judge(data: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Faults:
    """The same, asked of jsonschema."""
    from jsonschema import Draft202012Validator

    mappings: dict[Parts, None] = {}
    values: dict[Parts, None] = {}
    for error in Draft202012Validator({**schema, "$defs": definitions}).iter_errors(data):
        if error.instance is not PLACEHOLDER:
            is_mapping = error.validator in ("additionalProperties", "required")
            (mappings if is_mapping else values)[tuple(error.absolute_path)] = None
    return Faults(tuple(mappings), tuple(values))


def _is_clean_but_for_keys(
    value: Any, schema: Schema, definitions: Mapping[str, Schema], path: Parts, found: list[Parts]
) -> bool:
    """Whether nothing is wrong but keys; `found` gets the mappings that they are wrong in."""
    known = resolve(schema, definitions)
    types = known.get("type", ())
    if isinstance(value, list) and "array" in types:
        items = known.get("items", {})
        return not is_too_long(value, known) and all(
            _is_clean_but_for_keys(item, items, definitions, (*path, index), found)
            for index, item in enumerate(value)
        )
    if not isinstance(value, dict) or "object" not in types:
        return is_clean(value, schema, definitions)
    fields, others = known.get("properties", {}), known.get("additionalProperties", {})
    # In jsonschema's order: that of the schema's fields, and what is inside of one first.
    members = [(name, fields[name]) for name in fields if name in value]
    further = [name for name in value if name not in fields and not is_placeholder(name)]
    if others is not False:
        members += [(name, others) for name in further]
        further = []
    is_clean_inside = all(
        _is_clean_but_for_keys(value[name], field, definitions, (*path, name), found)
        for name, field in members
    )
    if further or any(name not in value for name in known.get("required", ())):
        found.append(path)
    return is_clean_inside
