"""The schema of KubeVirt's API, and what of it a release has.

`schemas/kubevirt.schema.json` holds every release at once. Its annotation `x-kubevirt` says when:
`since` and `until` are the first and last release that has a definition, a field or a kind
(absent: from the first, to the newest), `also` the patch releases that brought it to older minor
releases, `was` lists earlier forms of a field in order, each with the release `until` which it
held, and `required` is the range in which a field that is optional today was required. `v1.5` is
all of a minor release, `v1.5.1` a patch release. The schema itself reads as the newest release with
every field that ever was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.kubevirt.releases import Release, newest_of
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

    Schema = Mapping[str, Any]
else:
    Schema = Mapping

# A minor release (1, 5), or a patch release (1, 5, 1).
Version = tuple[int, ...]

NOTE = "x-kubevirt"
REFERENCE = "#/$defs/"
# The comment of an enumeration that KubeVirt's webhooks do not check, but the API server does.
CRD_ONLY = "CRD only"


class Range(NamedTuple):
    """The releases that have something; None: from the first, to the newest."""

    since: Version | None = None
    until: Version | None = None

    def __contains__(self, release: object) -> bool:
        assert isinstance(release, tuple)
        return (self.since is None or release >= self.since) and (
            # All patches of the last minor release are in it.
            self.until is None or release[: len(self.until)] <= self.until
        )

    def nearest(self, release: Version) -> Version:
        """The release itself, or the end of the range that is nearest to it."""
        if self.since is not None and release < self.since:
            return self.since
        return release if release in self or self.until is None else newest_of(self.until)

    def within(self, other: Range) -> Range:
        """What both ranges have in common."""
        since = [end for end in (self.since, other.since) if end is not None]
        until = [end for end in (self.until, other.until) if end is not None]
        return Range(max(since, default=None), min(until, default=None))


def minor_of(release: Release) -> Version:
    return (release.major, release.minor)


def parse_version(text: str) -> Version:
    """`v1.5` as (1, 5), `v1.5.1` as (1, 5, 1)."""
    return tuple(map(int, text.removeprefix("v").split(".")))


def version_text(version: Version) -> str:
    return "v" + ".".join(map(str, version))


def range_of(note: Mapping[str, Any]) -> Range:
    """The range that an annotation, or one of its parts, tells."""
    since, until = note.get("since"), note.get("until")
    return Range(since and parse_version(since), until and parse_version(until))


def ranges_of(note: Mapping[str, Any]) -> tuple[Range, ...]:
    """All ranges of a field, newest first: that, and the older minor releases that got it too."""
    patches = map(parse_version, note.get("also", ()))
    return (range_of(note), *(Range(patch, patch[:2]) for patch in patches))


@cache
def api() -> Schema:
    """The schema of all releases, of the kinds that make VMs and decide on them."""
    return _read("kubevirt")


@cache
def others() -> Schema:
    """The schema of KubeVirt's other kinds, such as snapshots, as the newest release has them.

    What they were in older releases is not known.
    """
    return _read("kubevirt-others")


def _read(name: str) -> Schema:
    with open(f"{rtlint.DATA}/schemas/{name}.schema.json", encoding="utf-8") as file:
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
def releases() -> tuple[Version, ...]:
    """The minor releases that the schema knows, oldest first."""
    return tuple(map(parse_version, api()[NOTE]["releases"]))


class _Every(Mapping[str, Schema]):
    """The definitions of both schemas; the other kinds' are read where one of them is needed."""

    def __getitem__(self, name: str) -> Schema:
        found: Schema
        try:
            found = api()["$defs"][name]
        except KeyError:
            found = others()["$defs"][name]
        return found

    def __iter__(self) -> Iterator[str]:
        yield from api()["$defs"]
        yield from others()["$defs"]

    def __len__(self) -> int:
        return len(api()["$defs"]) + len(others()["$defs"])


EVERY: Mapping[str, Schema] = _Every()

Kinds = Mapping[tuple[str, str], Schema]


@cache
def kinds() -> Kinds:
    """apiVersion and kind -> a reference to the definition, annotated as a field is."""
    return _kinds(api())


@cache
def other_kinds() -> Kinds:
    """The same of KubeVirt's other kinds."""
    return _kinds(others())


def kind_of(api_version: str, kind: str, release: Version) -> Schema | None:
    """A kind's reference; None where nobody knows it, or what it was in that release."""
    annotated = kinds().get((api_version, kind))
    if annotated is None:
        # Of what a version was that went before them the other kinds' schema says nothing.
        other = other_kinds().get((api_version, kind))
        is_known = other is not None and release in range_of(others()[NOTE])
        return other if is_known and other and release in range_of(other[NOTE]) else None
    return annotated


def every_kind(release: Version) -> Kinds:
    """All kinds of which something is known for a release."""
    return {**kinds(), **other_kinds()} if release in range_of(others()[NOTE]) else kinds()


def _kinds(schema: Schema) -> Kinds:
    found = {}
    for branch in schema["allOf"]:
        tests = branch["if"]["properties"]
        found[tests["apiVersion"]["const"], tests["kind"]["const"]] = branch["then"]
    return found


class _Definitions(Mapping[str, Schema]):
    """The definitions of a release, each made when it is asked for: one VM needs few of them."""

    def __init__(self, release: Version) -> None:
        self._release = release
        self._made: dict[str, Schema] = {}

    def __getitem__(self, name: str) -> Schema:
        if name not in self._made:
            schema = EVERY[name]
            if not self._has(schema):
                raise KeyError(name)
            self._made[name] = _definition(schema, self._release)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, schema in EVERY.items() if self._has(schema))

    def __len__(self) -> int:
        return sum(map(self._has, EVERY.values()))

    def _has(self, schema: Schema) -> bool:
        return self._release in range_of(schema.get(NOTE, {}))


@cache
def definitions(release: Version) -> Mapping[str, Schema]:
    """The definitions of one release by name, without annotations."""
    return _Definitions(release)


def form(schema: Schema, release: Version) -> Schema | None:
    """What a field's schema is in a release, without annotation; None where it has no such field.

    In a range in which the field was required it does not take null.
    """
    note = schema.get(NOTE)
    if note is None:
        return schema
    if not any(release in range for range in ranges_of(note)):
        return None
    now: Schema = {key: value for key, value in schema.items() if key != NOTE}
    for earlier in note.get("was", ()):
        if release in Range(until=parse_version(earlier["until"])):
            now = earlier["schema"]
            break
    return not_null(now, EVERY) if _was_required(note, release) else now


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


def _definition(schema: Schema, release: Version) -> Schema:
    kept = {key: value for key, value in schema.items() if key != NOTE}
    if "properties" not in schema:
        return kept
    fields = schema["properties"]
    forms = {name: form(field, release) for name, field in fields.items()}
    kept["properties"] = {name: now for name, now in forms.items() if now is not None}
    required = [
        name
        for name in kept["properties"]
        if name in schema.get("required", ()) or _was_required(fields[name].get(NOTE, {}), release)
    ]
    return {**kept, "required": required} if required else kept


def _was_required(note: Mapping[str, Any], release: Version) -> bool:
    return "required" in note and release in range_of(note["required"])
