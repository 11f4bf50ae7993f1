"""Which versions of a kind a release serves."""

from __future__ import annotations

from rtlint.kubernetes.objects import Object
from rtlint.kubevirt.releases import Release
from rtlint.kubevirt.schema.api import (
    NOTE,
    Range,
    Schema,
    Version,
    definitions,
    every_kind,
    form,
    kind_of,
    range_of,
)
from rtlint.kubevirt.schema.walk import is_clean
from rtlint.tuples import NamedTuple


class NotServed(NamedTuple):
    """A version of a kind that the target does not serve.

    `range` are the releases that do, None where none ever did; `instead` is the newest apiVersion
    that the target serves the kind in, `is_valid` whether the object is valid as that.
    """

    range: Range | None
    instead: str | None
    is_valid: bool


def not_served(obj: Object, release: Release) -> NotServed | None:
    """What is wrong with an object's apiVersion and kind; None for kinds that nobody knows."""
    annotated = kind_of(obj.api_version, obj.kind, release)
    if annotated is not None and form(annotated, release) is not None:
        return None
    known = every_kind(release)
    annotated = known.get((obj.api_version, obj.kind))
    versions = {version: note for (version, kind), note in known.items() if kind == obj.kind}
    if not versions:
        return None
    instead = newest_served(obj.kind, release)
    if instead is None:
        # No version of the kind at all: the oldest tells when it came, the newest when it went.
        ranges = [range_of(note.get(NOTE, {})) for note in versions.values()]
        last = [each.until for each in ranges if each.until is not None]
        until = max(last) if len(last) == len(ranges) else None
        first = min(ranges, key=lambda each: each.since or (0, 0))
        return NotServed(Range(first.since, until), None, False)
    range = None if annotated is None else range_of(annotated.get(NOTE, {}))
    api_version, schema = instead
    return NotServed(range, api_version, is_clean(obj.data, schema, definitions(release)))


def newest_served(kind: str, release: Version) -> tuple[str, Schema] | None:
    """The newest apiVersion that a release serves a kind in, and its schema."""
    served = {
        version: form(annotated, release)
        for (version, name), annotated in every_kind(release).items()
        if name == kind
    }
    for version in sorted(served, key=_maturity, reverse=True):
        schema = served[version]
        if schema is not None:
            return version, schema
    return None


def _maturity(api_version: str) -> tuple[bool, bool, str]:
    return ("alpha" not in api_version, "beta" not in api_version, api_version)
