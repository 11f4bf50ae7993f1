"""The schema of KubeVirt's API, and what of it a release has.

`schemas/kubevirt.schema.json` holds every release at once. Its annotation `x-kubevirt` says when:
`since` and `until` are the first and last minor release that has a definition, a field or a kind
(absent: from the first, to the newest), `was` lists earlier forms of a field in order, each with
the release `until` which it held, and `required` is the range in which a field that is optional
today was required. The schema itself reads as the newest release with every field that ever was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import rtlint
from rtlint.kubevirt.releases import Release
from rtlint.tuples import NamedTuple

Schema = Mapping[str, Any]
Minor = tuple[int, int]

NOTE = "x-kubevirt"
REFERENCE = "#/$defs/"


class Range(NamedTuple):
    """The minor releases that have something; None: from the first, to the newest."""

    since: Minor | None = None
    until: Minor | None = None

    def __contains__(self, release: object) -> bool:
        assert isinstance(release, tuple)
        return (self.since is None or release >= self.since) and (
            self.until is None or release <= self.until
        )

    def nearest(self, release: Minor) -> Minor:
        """The release itself, or the end of the range that is nearest to it."""
        if self.since is not None and release < self.since:
            return self.since
        return release if release in self or self.until is None else self.until

    def within(self, other: Range) -> Range:
        """What both ranges have in common."""
        since = [end for end in (self.since, other.since) if end is not None]
        until = [end for end in (self.until, other.until) if end is not None]
        return Range(max(since, default=None), min(until, default=None))


def minor_of(release: Release) -> Minor:
    return (release.major, release.minor)


def parse_minor(text: str) -> Minor:
    """`v1.5` as (1, 5)."""
    major, minor = text.removeprefix("v").split(".")
    return (int(major), int(minor))


def minor_text(minor: Minor) -> str:
    return f"v{minor[0]}.{minor[1]}"


def range_of(note: Mapping[str, Any]) -> Range:
    """The range that an annotation, or one of its parts, tells."""
    since, until = note.get("since"), note.get("until")
    return Range(since and parse_minor(since), until and parse_minor(until))


@cache
def api() -> Schema:
    """The schema of all kinds and releases, as the file has it."""
    with open(f"{rtlint.DATA}/schemas/kubevirt.schema.json", encoding="utf-8") as file:
        head, begin, lines = file.read().partition(' "$defs": {\n')
    schema: Schema = json.loads(f"{head}{begin}}}}}")
    return {**schema, "$defs": _Lines(lines.splitlines()[:-2])}


class _Lines(Mapping[str, Schema]):
    """The definitions as the file has them, a line each, parsed when it is asked for.

    One VM needs thirty of three hundred.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = {line.split('"', 2)[1]: line for line in lines}
        self._parsed: dict[str, Schema] = {}

    def __getitem__(self, name: str) -> Schema:
        if name not in self._parsed:
            self._parsed.update(json.loads(f"{{{self._lines[name].rstrip(',')}}}"))
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@cache
def releases() -> tuple[Minor, ...]:
    """The minor releases that the schema tells apart, oldest first."""
    return tuple(parse_minor(text) for text in api()[NOTE]["releases"])


@cache
def kinds() -> Mapping[tuple[str, str], Schema]:
    """apiVersion and kind -> a reference to the definition, annotated as a field is."""
    found = {}
    for branch in api()["allOf"]:
        tests = branch["if"]["properties"]
        found[tests["apiVersion"]["const"], tests["kind"]["const"]] = branch["then"]
    return found


class _Definitions(Mapping[str, Schema]):
    """The definitions of a release, each made when it is asked for: one VM needs few of them."""

    def __init__(self, minor: Minor) -> None:
        self._minor = minor
        self._every: Mapping[str, Schema] = api()["$defs"]
        self._made: dict[str, Schema] = {}

    def __getitem__(self, name: str) -> Schema:
        if name not in self._made:
            schema = self._every[name]
            if not self._has(schema):
                raise KeyError(name)
            self._made[name] = _definition(schema, self._minor)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, schema in self._every.items() if self._has(schema))

    def __len__(self) -> int:
        return sum(map(self._has, self._every.values()))

    def _has(self, schema: Schema) -> bool:
        return self._minor in range_of(schema.get(NOTE, {}))


@cache
def definitions(minor: Minor) -> Mapping[str, Schema]:
    """The definitions of one release by name, without annotations."""
    return _Definitions(minor)


def form(schema: Schema, minor: Minor) -> Schema | None:
    """What a field's schema is in a release, without annotation; None where it has no such field.

    In a range in which the field was required it does not take null.
    """
    note = schema.get(NOTE)
    if note is None:
        return schema
    if minor not in range_of(note):
        return None
    now: Schema = {key: value for key, value in schema.items() if key != NOTE}
    for earlier in note.get("was", ()):
        if minor <= parse_minor(earlier["until"]):
            now = earlier["schema"]
            break
    return not_null(now, api()["$defs"]) if _was_required(note, minor) else now


def not_null(schema: Schema, every: Mapping[str, Schema]) -> Schema:
    """The same schema for a value that must be there: null is taken for absent elsewhere."""
    types = schema["type"] if "type" in schema else every[_name(schema)]["type"]
    kept = [name for name in types if name != "null"] if isinstance(types, list) else [types]
    strict = {**schema, "type": kept[0] if len(kept) == 1 else kept}
    if "enum" in schema:
        # An empty string is "not set" too: Go leaves such a field out.
        strict["enum"] = [value for value in schema["enum"] if value]
    return strict


def definition_name(schema: Schema) -> str | None:
    """The definition that a schema refers to."""
    return _name(schema) if "$ref" in schema else None


def _name(schema: Schema) -> str:
    reference: str = schema["$ref"]
    return reference.removeprefix(REFERENCE)


def _definition(schema: Schema, minor: Minor) -> Schema:
    kept = {key: value for key, value in schema.items() if key != NOTE}
    if "properties" not in schema:
        return kept
    fields = schema["properties"]
    forms = {name: form(field, minor) for name, field in fields.items()}
    kept["properties"] = {name: now for name, now in forms.items() if now is not None}
    required = [
        name
        for name in kept["properties"]
        if name in schema.get("required", ()) or _was_required(fields[name].get(NOTE, {}), minor)
    ]
    return {**kept, "required": required} if required else kept


def _was_required(note: Mapping[str, Any], minor: Minor) -> bool:
    return "required" in note and minor in range_of(note["required"])
