"""A baseline: findings that a team knows, by rule, resource and field, so that edits keep them."""

from __future__ import annotations

import json
from datetime import date

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rtlint.lint.diagnostic import Diagnostic

_HEAD = """\
# Findings that are known: `rtlint check --baseline` reports only what is not in here. An entry may
# have a `reason`, and a date that it `expires` on: from the day after it counts again.
"""


class Key(NamedTuple):
    """What makes a finding the same after edits; the file stands for text without a resource."""

    rule: str
    resource: str
    field: str


class Entry(NamedTuple):
    """A known finding, or `number` of them that look the same; `path` is where it was found."""

    key: Key
    path: str
    number: int = 1
    reason: str | None = None
    expires: date | None = None


class Compared(NamedTuple):
    """The findings that are new, how many are hidden, and what became of the other entries."""

    new: list[Diagnostic]
    hidden: int
    gone: list[Entry]
    expired: list[Entry]


def key_of(found: Diagnostic) -> Key:
    resource = found.resource
    if resource is None:
        return Key(found.rule, found.path, found.field or "")
    group = resource.api_version.rpartition("/")[0]
    name = "/".join(part for part in (resource.namespace, resource.name) if part)
    return Key(found.rule, f"{resource.kind}.{group} {name}".strip(), found.field or "")


def compare(
    found: Iterable[Diagnostic],
    entries: Iterable[Entry],
    paths: Collection[str],
    rules: Collection[str],
    today: date,
) -> Compared:
    """Hold findings against a baseline.

    `paths` and `rules` are what was looked at: of other entries nobody knows whether they occur.
    """
    by_key = {entry.key: entry for entry in entries}
    left = {key: entry.number for key, entry in by_key.items() if not _is_expired(entry, today)}
    new, seen = [], set()
    hidden = 0
    for diagnostic in found:
        key = key_of(diagnostic)
        seen.add(key)
        if left.get(key, 0) > 0:
            left[key] -= 1
            hidden += 1
        else:
            new.append(diagnostic)
    gone = [
        entry
        for entry in by_key.values()
        if entry.key not in seen and entry.path in paths and entry.key.rule in rules
    ]
    expired = [e for e in by_key.values() if e.key in seen and _is_expired(e, today)]
    return Compared(new, hidden, gone, expired)


def _is_expired(entry: Entry, today: date) -> bool:
    return entry.expires is not None and entry.expires < today


def record(
    found: Iterable[Diagnostic], old: Iterable[Entry], paths: Collection[str]
) -> list[Entry]:
    """The baseline for what was found; reasons and dates stay, and entries of other files."""
    before = {entry.key: entry for entry in old}
    made: dict[Key, Entry] = {}
    for diagnostic in found:
        key = key_of(diagnostic)
        known = before.get(key)
        if key in made:
            made[key] = made[key]._replace(number=made[key].number + 1)
        else:
            fresh = Entry(key, diagnostic.path)
            made[key] = known._replace(path=diagnostic.path, number=1) if known else fresh
    kept = [entry for entry in before.values() if entry.path not in paths and entry.key not in made]
    return sorted([*made.values(), *kept], key=lambda entry: (entry.path, entry.key))


def render(entries: Iterable[Entry]) -> str:
    """The baseline as YAML, an entry after the other, so that changes read well."""
    texts = [_entry(entry) for entry in entries]
    return f"{_HEAD}version: 1\nfindings:{'' if texts else ' []'}\n{''.join(texts)}"


def _entry(entry: Entry) -> str:
    rows: list[tuple[str, object]] = [
        ("rule", entry.key.rule),
        ("resource", entry.key.resource),
        ("field", entry.key.field),
        ("path", entry.path),
    ]
    if entry.number > 1:
        rows.append(("count", entry.number))
    if entry.reason is not None:
        rows.append(("reason", entry.reason))
    if entry.expires is not None:
        rows.append(("expires", entry.expires.isoformat()))
    lines = (f"{name}: {_value(value)}\n" for name, value in rows)
    return "  - " + "    ".join(lines)


def _value(value: object) -> str:
    """A text or number in YAML, without characters that YAML does not admit."""
    if isinstance(value, str):
        # A path's bytes that are no UTF-8 come as surrogates.
        value = value.encode("utf-8", "backslashreplace").decode()
    text = json.dumps(value, ensure_ascii=not str(value).isprintable())
    return text.replace("\x7f", "\\u007f")
