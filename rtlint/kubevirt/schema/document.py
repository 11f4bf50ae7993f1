"""The JSON Schema of a kind, complete in itself, for editors and other tools."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.api import (
    definition_name,
    definitions,
    every_kind,
    form,
    kinds,
    minor_of,
    other_kinds,
    version_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.schema.api import Schema

Served = dict[tuple[str, str], str]

# To Python alone `$` stands before a line break at the end, too. RE2, which every validator written
# in Go has, knows no such assertion and refuses the pattern.
_AT_THE_END = r"(?!\n)"
_LINE_BREAK = {"type": "string", "pattern": r"\n"}


def document(
    release: Release, kind: str | None = None, api_version: str | None = None
) -> dict[str, Any]:
    """The schema of what a release serves: all, or one kind, or one version of it.

    Raises ValueError, with what is there instead, where the release serves no such thing.
    """
    name = version_text(minor_of(release))
    served = _select(_served(release), name, kind, api_version)
    known = definitions(release)
    used = sorted(_used(set(served.values()), known))
    names = " ".join(part for part in (kind, api_version) if part)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{names or 'All kinds'} of KubeVirt {name}",
        **_dispatch(served),
        "$defs": {name: _portable(known[name]) for name in used},
    }


def _portable(schema: Schema) -> Mapping[str, Any]:
    """A definition with a pattern that RE2, JavaScript and Python read alike."""
    pattern = schema.get("pattern", "")
    if not pattern.endswith(_AT_THE_END):
        return schema
    return {**schema, "pattern": pattern.removesuffix(_AT_THE_END), "not": _LINE_BREAK}


def _served(release: Release) -> Served:
    """apiVersion and kind -> the name of its definition in a release."""
    found = {}
    for key, annotated in every_kind(release).items():
        schema = form(annotated, release)
        name = None if schema is None else definition_name(schema)
        if name is not None:
            found[key] = name
    return found


def _select(served: Served, release: str, kind: str | None, api_version: str | None) -> Served:
    if kind is not None:
        served = {key: name for key, name in served.items() if key[1] == kind}
    if not served:
        from difflib import get_close_matches

        names = sorted({name for _, name in (*kinds(), *other_kinds())})
        near = get_close_matches(kind or "", names, 1)
        hint = f"; did you mean {near[0]}?" if near and near[0] != kind else ""
        raise ValueError(f"KubeVirt {release} has no kind {kind}{hint}")
    chosen = {key: name for key, name in served.items() if api_version in (None, key[0])}
    if not chosen:
        versions = ", ".join(sorted({version for version, _ in served}))
        raise ValueError(f"KubeVirt {release} does not serve that in {api_version}; try {versions}")
    return chosen


def _dispatch(served: Served) -> dict[str, Any]:
    """The part that says what an object is; what it is not about stays open."""
    versions = sorted({version for version, _ in served})
    names = sorted({name for _, name in served})
    head: dict[str, Any] = {"type": "object", "required": ["apiVersion", "kind"]}
    if len(names) == 1:
        head["properties"] = {"apiVersion": {"enum": versions}, "kind": {"const": names[0]}}
    if len(set(served.values())) == 1:
        return {**head, "$ref": f"#/$defs/{next(iter(served.values()))}"}
    return {
        **head,
        "allOf": [
            {
                "if": {"properties": {"apiVersion": {"const": version}, "kind": {"const": kind}}},
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for (version, kind), name in served.items()
        ],
    }


def _used(names: set[str], known: Mapping[str, Schema]) -> set[str]:
    """The definitions that these need, themselves included."""
    used: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _references(known[name])
    return used


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        name = definition_name(schema)
        if name is not None:
            yield name
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
