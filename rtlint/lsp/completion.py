"""Fields and values that the target release takes at the cursor."""

from __future__ import annotations

from lsprotocol import types

from rtlint import TYPE_CHECKING
from rtlint.lsp.schemas import effect, fields, general, releases, schema, type_of
from rtlint.platform.fields import names_at

if TYPE_CHECKING:
    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.schema.api import Schema
    from rtlint.lsp.cursor import Cursor


def completions(cursor: Cursor, release: Release) -> list[types.CompletionItem]:
    if cursor.is_foreign:
        return _of_platform(cursor)
    return _keys(cursor, release) if cursor.is_key else _values(cursor, release)


def _of_platform(cursor: Cursor) -> list[types.CompletionItem]:
    """What rules know of another API's fields and their values."""
    if not cursor.is_key:
        known = effect(cursor, cursor.path)
        values = known.values if known else ()
        return [types.CompletionItem(v, kind=types.CompletionItemKind.EnumMember) for v in values]
    return [
        _foreign_key(cursor, name)
        for name in names_at(cursor.kind, general(cursor.path))
        if name not in cursor.known
    ]


def _foreign_key(cursor: Cursor, name: str) -> types.CompletionItem:
    known = effect(cursor, (*cursor.path, name))
    return types.CompletionItem(
        name,
        kind=types.CompletionItemKind.Field,
        documentation=known.effect if known else None,
        insert_text=f"{name}: ",
        sort_text=f"{0 if known else 1}{name}",
    )


def _keys(cursor: Cursor, release: Release) -> list[types.CompletionItem]:
    """The mapping's fields that are not there yet."""
    return [
        _key(cursor, name, field)
        for name, field in fields(cursor, release).items()
        if name not in cursor.known
    ]


def _key(cursor: Cursor, name: str, field: Schema) -> types.CompletionItem:
    path = (*cursor.path, name)
    known = effect(cursor, path)
    kind = type_of(field)
    return types.CompletionItem(
        name,
        kind=types.CompletionItemKind.Field,
        detail=f"{kind}, {releases(cursor, path)}",
        documentation=known.effect if known else None,
        insert_text=f"{name}:" if kind in ("object", "array") else f"{name}: ",
        # What matters to a realtime VM comes first.
        sort_text=f"{0 if known else 1}{name}",
    )


def _values(cursor: Cursor, release: Release) -> list[types.CompletionItem]:
    found = schema(cursor, release)
    known = effect(cursor, cursor.path)
    values = [value for value in found.get("enum", ()) if value]
    if not values and type_of(found) == "boolean":
        values = ["true", "false"]
    if not values and found and known:
        values = list(known.values)
    return [types.CompletionItem(v, kind=types.CompletionItemKind.EnumMember) for v in values]
