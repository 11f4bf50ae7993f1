"""Where an object is not valid, in jsonschema's judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rtlint.kubevirt.schema.api import Schema

Parts = tuple[str | int, ...]


class Faults(NamedTuple):
    """Paths of mappings that have a key too many or too few, and paths of values that are wrong."""

    mappings: tuple[Parts, ...]
    values: tuple[Parts, ...]


def faults(data: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Faults:
    """The faults of plain data under a schema; each path once."""
    # Slow to import, and most runs never need it.
    from jsonschema import Draft202012Validator

    mappings: dict[Parts, None] = {}
    values: dict[Parts, None] = {}
    for error in Draft202012Validator({**schema, "$defs": definitions}).iter_errors(data):
        if error.instance is not PLACEHOLDER:
            is_mapping = error.validator in ("additionalProperties", "required")
            (mappings if is_mapping else values)[tuple(error.absolute_path)] = None
    return Faults(tuple(mappings), tuple(values))
