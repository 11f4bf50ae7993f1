"""What the target release's API has at the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubevirt.schema.api import (
    NOTE,
    definitions,
    form,
    kinds,
    minor_of,
    minor_text,
    range_of,
)
from rtlint.kubevirt.schema.paths import lifetimes, resolve, schema_at
from rtlint.kubevirt.workload import vmi_spec_path
from rtlint.lsp.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.schema.api import Schema
    from rtlint.kubevirt.schema.authority import Parts
    from rtlint.lsp.cursor import Cursor
    from rtlint.lsp.fields import Field


def schema(cursor: Cursor, release: Release) -> Schema:
    """The schema of the value at the cursor's path; an empty one where the release has none."""
    annotated = kinds()[cursor.api_version, cursor.kind]
    minor = range_of(annotated.get(NOTE, {})).nearest(minor_of(release))
    now = form(annotated, minor)
    return {} if now is None else schema_at(now, cursor.path, definitions(minor))


def fields(cursor: Cursor, release: Release) -> Mapping[str, Schema]:
    """The fields of the mapping at the cursor's path, resolved."""
    known = definitions(minor_of(release))
    found = schema(cursor, release).get("properties", {})
    return {name: resolve(field, known) for name, field in found.items()}


def releases(cursor: Cursor, path: Parts) -> str:
    """Since when, and until when, KubeVirt has a field; "" for what it never had."""
    lives = lifetimes(kinds()[cursor.api_version, cursor.kind], path)
    texts = []
    for life in lives:
        since = f"since {minor_text(life.since)}" if life.since else ""
        until = f"until {minor_text(life.until)}" if life.until else ""
        texts.append(" ".join(filter(None, (since, until))) or "in all releases")
    return ", ".join(texts)


def type_of(field: Schema) -> str:
    """The types of a field's value, without null."""
    types: Any = field.get("type", "any value")
    return " or ".join(t for t in types if t != "null") if isinstance(types, list) else str(types)


def effect(cursor: Cursor, path: Parts) -> Field | None:
    """What a field does to a realtime VM, as far as it is one of those that matter."""
    spec = vmi_spec_path(cursor.kind)
    prefix = split_path(spec) if spec else ()
    if not spec or path[: len(prefix)] != prefix or len(path) == len(prefix):
        return None
    return FIELDS.get(join_path(*path[len(prefix) :]))
