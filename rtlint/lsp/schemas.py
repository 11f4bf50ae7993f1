"""What the target release's API has at the cursor."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubevirt.kinds import virtual_machine_spec_path, vmi_spec_path
from rtlint.kubevirt.schema.api import (
    NOTE,
    definitions,
    form,
    kinds,
    range_of,
    version_text,
)
from rtlint.kubevirt.schema.paths import lifetimes, resolve, schema_at
from rtlint.lsp.fields import FIELDS
from rtlint.lsp.other_fields import (
    ANNOTATIONS,
    INSTANCETYPE_FIELDS,
    PREFERENCE_FIELDS,
    VIRTUAL_MACHINE_FIELDS,
)
from rtlint.lsp.platform_fields import PLATFORM_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.schema.api import Schema
    from rtlint.kubevirt.schema.paths import Parts
    from rtlint.lsp.cursor import Cursor
    from rtlint.lsp.fields import Field

_INDEX = re.compile(r"\[\d+\]")


def schema(cursor: Cursor, release: Release) -> Schema:
    """The schema of the value at the cursor's path; an empty one where the release has none."""
    annotated = kinds()[cursor.api_version, cursor.kind]
    serving = range_of(annotated.get(NOTE, {})).nearest(release)
    now = form(annotated, serving)
    return {} if now is None else schema_at(now, cursor.path, definitions(serving))


def fields(cursor: Cursor, release: Release) -> Mapping[str, Schema]:
    """The fields of the mapping at the cursor's path, resolved."""
    known = definitions(release)
    found = schema(cursor, release).get("properties", {})
    return {name: resolve(field, known) for name, field in found.items()}


def releases(cursor: Cursor, path: Parts) -> str:
    """Since when, and until when, KubeVirt has a field; "" for what it never had."""
    lives = lifetimes(kinds()[cursor.api_version, cursor.kind], path)
    texts = []
    for life in lives:
        since = f"since {version_text(life.since)}" if life.since else ""
        until = f"until {version_text(life.until)}" if life.until else ""
        texts.append(" ".join(filter(None, (since, until))) or "in all releases")
    return ", ".join(texts)


def type_of(field: Schema) -> str:
    """The types of a field's value, without null."""
    types: Any = field.get("type", "any value")
    return " or ".join(t for t in types if t != "null") if isinstance(types, list) else str(types)


def effect(cursor: Cursor, path: Parts) -> Field | None:
    """What a field does to a realtime VM, as far as it is one of those that matter."""
    if path[-2:-1] == ("annotations",):
        return ANNOTATIONS.get(str(path[-1]))
    for prefix, known in _tables(cursor.kind):
        if path[: len(prefix)] == prefix:
            name = general(path[len(prefix) :])
            if name in known:
                return known[name]
    return None


def general(path: Parts) -> str:
    """A path as tables have it, in which `[]` is any item of a list."""
    return _INDEX.sub("[]", join_path(*path))


def _tables(kind: str) -> Iterator[tuple[Parts, Mapping[str, Field]]]:
    """Where in an object of a kind fields stand that matter, and which."""
    if kind.endswith("Instancetype"):
        yield ("spec",), INSTANCETYPE_FIELDS
    elif kind.endswith("Preference"):
        yield ("spec",), PREFERENCE_FIELDS
    if kind in PLATFORM_FIELDS:
        yield (), PLATFORM_FIELDS[kind]
    vmi, vm = vmi_spec_path(kind), virtual_machine_spec_path(kind)
    if vmi is not None:
        yield split_path(vmi), FIELDS
    if vm is not None:
        yield split_path(vm), VIRTUAL_MACHINE_FIELDS
