"""From a field's path to its schema, its value, and the releases that have it."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.api import (
    EVERY,
    NOTE,
    Range,
    definition_name,
    parse_version,
    range_of,
    ranges_of,
    releases,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rtlint.kubevirt.schema.api import Schema, Version

Parts = tuple[str | int, ...]


def value_at(data: Any, path: Parts) -> Any:
    """What stands at a path; None where nothing does."""
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def resolve(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A schema with what it refers to in place of the reference; its own keywords come first."""
    name = definition_name(schema)
    if name is None:
        return schema
    own = {key: value for key, value in schema.items() if key != "$ref"}
    return {**definitions[name], **own}


def schema_at(schema: Schema, path: Parts, definitions: Mapping[str, Schema]) -> Schema:
    """The resolved schema of the value at a path of which every part is known."""
    schema = resolve(schema, definitions)
    for part in path:
        schema = resolve(_step(schema, part) or {}, definitions)
    return schema


def lifetimes(kind: Schema, path: Parts) -> list[Range]:
    """The releases that have a field, whatever its form, oldest first; none: it never was.

    `kind` is one of `rtlint.kubevirt.schema.api.kinds`.
    """
    found = list(_forms(kind, Range()))
    for part in path:
        steps = [(_step(schema, part), range) for schema, range in found]
        found = [
            form for schema, range in steps if schema is not None for form in _forms(schema, range)
        ]
    return _joined([range for _, range in found])


def _joined(ranges: list[Range]) -> list[Range]:
    """The same releases, without a seam where one form of a field follows another."""
    joined: list[Range] = []
    for next_range in sorted(ranges, key=lambda range: range.since or (0, 0)):
        until = joined[-1].until if joined else (0, 0)
        if until is None:
            continue  # the one before has no end
        if joined and (next_range.since or (0, 0)) <= _after(until):
            joined[-1] = Range(joined[-1].since, next_range.until)
        else:
            joined.append(next_range)
    return joined


def unbroken(lives: list[Range]) -> list[Range]:
    """Lifetimes without the gap before a patch release that brought a field to its minor too.

    v1.4.1 and v1.5.1 brought `tpm.enabled`: it is there from v1.4.1, and v1.5.0 lacks it.
    """
    whole: list[Range] = []
    for life in lives:
        before = whole[-1].until if whole else None
        if before is not None and life.since is not None and life.since[:2] <= _after(before):
            whole[-1] = Range(whole[-1].since, life.until)
        else:
            whole.append(life)
    return whole


def _step(schema: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        items: Schema | None = schema.get("items")
        return items
    others = schema.get("additionalProperties")
    field: Schema | None = schema.get("properties", {}).get(part)
    return others if field is None and isinstance(others, dict) else field


def _forms(schema: Schema, range: Range) -> Iterator[tuple[Schema, Range]]:
    """Every form that a field has had, resolved, with the releases that had it."""
    note = schema.get(NOTE, {})
    for own in ranges_of(note):
        life = range.within(own)
        since: Version | None = None
        for was in note.get("was", ()):
            until = parse_version(was["until"])
            yield from _resolved(was["schema"], life.within(Range(since, until)))
            since = _after(until)
        yield from _resolved(schema, life.within(Range(since)))


def _resolved(schema: Schema, range: Range) -> Iterator[tuple[Schema, Range]]:
    full = resolve(schema, EVERY)
    name = definition_name(schema)
    if name is not None:
        range = range.within(range_of(EVERY[name].get(NOTE, {})))
    if range.since is None or range.until is None or range.since in Range(until=range.until):
        yield full, range


def _after(version: Version) -> Version:
    if len(version) > 2:
        return (*version[:2], version[2] + 1)
    minors = releases()
    return minors[minors.index(version) + 1]
