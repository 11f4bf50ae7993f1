"""`--baseline` and `--write-baseline`: the file with what is known."""

from __future__ import annotations

import os
from datetime import date

from rtlint import TYPE_CHECKING
from rtlint.config.read import Problem, read
from rtlint.lint.baseline import Entry, Key, compare, record, render
from rtlint.project.files import Unusable
from rtlint.project.write import refuse_other_than_files, write_whole
from rtlint.report.text import count

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from rtlint.config.read import Text
    from rtlint.lint.linted import Linted

DEFAULT = ".rtlint-baseline.yaml"
_TEXTS = ("rule", "resource", "field", "path")
_KEYS = (*_TEXTS, "count", "reason", "expires")
# More would bury what is new.
_SHOWN = 10


def load_baseline(path: str) -> list[Entry]:
    """The entries of a baseline file. Raises Unusable, with file and line."""
    if not os.path.exists(path):
        raise Unusable(f"{path}: there is no such baseline; --write-baseline writes it")
    try:
        text = read(path)
        entries = text.values.get("findings")
        if text.values.get("version") != 1 or not isinstance(entries, list):
            raise Problem(f"{path}:1: not a baseline; `rtlint check --write-baseline` writes one")
        return [_entry(text, index, entry) for index, entry in enumerate(entries)]
    except Problem as problem:
        raise Unusable(problem.messages[0]) from None


def _entry(text: Text, index: int, given: Any) -> Entry:
    def wrong(what: str, *key: str) -> Problem:
        return Problem(f"{text.path}:{text.line(('findings', index, *key))}: {what}")

    if not isinstance(given, dict):
        raise wrong("an entry is a mapping")
    for key in given:
        if key not in _KEYS:
            raise wrong(f"`{key}` is not a key of an entry; the keys are {', '.join(_KEYS)}", key)
    for key in _TEXTS:
        if not isinstance(given.get(key), str):
            raise wrong(f"an entry has a text as `{key}`", key)
    number, expires = given.get("count", 1), given.get("expires")
    if type(number) is not int or number < 1:
        raise wrong("`count` must be a whole number from 1", "count")
    try:
        day = None if expires is None else date.fromisoformat(str(expires))
    except ValueError:
        raise wrong(f"`expires` is a date such as 2031-12-31, not `{expires}`", "expires") from None
    reason = given.get("reason")
    key = Key(given["rule"], given["resource"], given["field"])
    return Entry(key, given["path"], number, None if reason is None else str(reason), day)


def hide_known(
    files: tuple[Linted, ...],
    path: str,
    rules: Collection[str],
    note: Callable[[str], None],
) -> tuple[Linted, ...]:
    """The files with only those findings that the baseline does not know; notes on the others."""
    found = [diagnostic for linted in files for diagnostic in linted.result.diagnostics]
    paths = {linted.source.path for linted in files}
    compared = compare(found, load_baseline(path), paths, rules, date.today())
    if compared.hidden:
        note(f"{count(compared.hidden, 'known finding')} hidden by {path}")
    if compared.expired:
        note(
            f"{len(compared.expired)} of its entries expired, so their findings are reported again"
        )
    _tell_gone(compared.gone, path, note)
    new = {id(diagnostic) for diagnostic in compared.new}
    return tuple(_only(linted, new) for linted in files)


def _only(linted: Linted, ids: Collection[int]) -> Linted:
    found = linted.result.diagnostics
    kept = [diagnostic for diagnostic in found if id(diagnostic) in ids]
    result = linted.result.with_diagnostics(kept)
    result.known = len(found) - len(kept)
    return linted._replace(result=result)


def _tell_gone(gone: list[Entry], path: str, note: Callable[[str], None]) -> None:
    if not gone:
        return
    some = "entry no longer occurs" if len(gone) == 1 else "entries no longer occur"
    note(f"{path}: {len(gone)} {some}; --write-baseline drops what is gone:")
    for entry in gone[:_SHOWN]:
        note(f"  {entry.key.rule} {entry.key.resource} {entry.key.field} ({entry.path})")
    if len(gone) > _SHOWN:
        note(f"  and {len(gone) - _SHOWN} more")


def write_baseline(files: tuple[Linted, ...], path: str, note: Callable[[str], None]) -> None:
    """Record what was found. Raises Unwritten, and Unusable where a file there is no baseline."""
    refuse_other_than_files(path)
    before = _content(path)
    old = [] if before is None else load_baseline(path)
    found = [diagnostic for linted in files for diagnostic in linted.result.diagnostics]
    entries = record(found, old, {linted.source.path for linted in files})
    # Whole or not at all: the reasons in it stand nowhere else.
    write_whole(path, render(entries).encode("utf-8", "backslashreplace"), before)
    note(f"wrote {count(sum(entry.number for entry in entries), 'finding')} to {path}")


def _content(path: str) -> bytes | None:
    """What stands in the file; None where there is none. Raises Unusable."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
