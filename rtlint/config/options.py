"""The options of single rules, held against the defaults that a rule declares."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint import TYPE_CHECKING
from rtlint.config.read import nearest_of
from rtlint.lint.registry import load_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.config.read import Path
    from rtlint.lint.registry import Name


def option_problems(name: Name, options: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What is wrong with a rule's options: the path of each, and what to write instead."""
    known = load_rule(name).rule.options
    if options and not known:
        yield (), f"`{name.slug}` has no options"
        return
    yield from _mapping(options, known, f"options of `{name.slug}`", ())


def _mapping(
    given: Mapping[str, Any], known: Mapping[str, Any], what: str, path: Path
) -> Iterator[tuple[Path, str]]:
    for key, value in given.items():
        if key in known:
            yield from _value(value, known[key], (*path, key))
        else:
            yield (*path, key), f"`{key}` is none of the {what}{nearest_of(key, list(known))}"


def _value(given: Any, default: Any, path: Path) -> Iterator[tuple[Path, str]]:
    key = path[-1]
    if isinstance(default, Mapping):
        if not isinstance(given, Mapping):
            yield path, f"`{key}` must be a mapping, not `{given}`"
        elif default:
            yield from _mapping(given, default, f"keys of `{key}`", path)
        elif not all(isinstance(value, str) for value in given.values()):
            yield path, f"`{key}` must be a mapping of names to text; put numbers in quotes"
    elif isinstance(default, tuple | list):
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            yield path, f"`{key}` must be a list of text, not `{given}`"
    elif type(given) is not type(default):
        yield path, f"`{key}` must be like `{default}`, not `{given}`"
