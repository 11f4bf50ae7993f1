"""A configuration file, read and validated."""

from __future__ import annotations

import os
from decimal import Decimal
from functools import reduce

from rtlint import TYPE_CHECKING
from rtlint.config.extend import chain, merged
from rtlint.config.limits import read_limits
from rtlint.config.options import option_problems
from rtlint.config.patterns import is_pattern
from rtlint.config.read import Path, Problem, nearest_of, split_names
from rtlint.kubernetes.fields import join_path
from rtlint.kubevirt.releases import parse_release
from rtlint.lint.registry import Name, find_rule, matches, rule_names, unknown_rule
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pydantic_core import ErrorDetails

    from rtlint.config.read import Text

# Keys whose values are paths, which are meant from the configuration's folder.
_PATHS = ("baseline", "cluster")
_PATH_LISTS = ("instancetypes", "rule-paths")
# Mistakes to tell of: finding the line of one takes a look at the whole file.
_MOST = 50


class Loaded(NamedTuple):
    """A valid configuration: what it says under the keys that it has.

    `texts` are its file and those that it extends, the nearest first.
    """

    path: str
    values: dict[str, Any]
    texts: tuple[Text, ...]

    def place(self, *where: str) -> str:
        """File and line of a value."""
        text = self._text(where)
        return f"{text.path}:{text.line(where)}"

    def folder(self, *where: str) -> str:
        """The folder of the file in which a value stands, from which its patterns are meant."""
        return os.path.dirname(os.path.abspath(self._text(where).path))

    def _text(self, where: tuple[str, ...]) -> Text:
        return next((text for text in self.texts if _holds(text.values, where)), self.texts[0])

    def names(self, key: str) -> tuple[str, ...]:
        """Selectors of rules, which may be one text with commas."""
        return split_names(self.values.get(key, ()))


def load(path: str, further: tuple[Name, ...] = ()) -> Loaded:
    """Load a configuration file with what it extends; `further` are rules beside rtlint's own.

    Raises Problem, with all that is wrong in these files.
    """
    found, problems = chain(path)
    texts = tuple(map(_as_meant, found))
    problems = [*(line for text in texts for line in _mistakes(text, further)), *problems]
    if problems:
        raise Problem(*problems)
    values = reduce(merged, map(_with_paths, reversed(texts)))
    return Loaded(path, values, texts)


def _as_meant(text: Text) -> Text:
    """A bare `1.8` as the release, and a bare `off`, which YAML reads as false, as the level."""
    values = dict(text.values)
    if type(values.get("kubevirt-version")) in (int, float, Decimal):
        values["kubevirt-version"] = text.written(("kubevirt-version",))
    if isinstance(values.get("severity"), dict):
        values["severity"] = {
            rule: "off" if level is False and _is_off(text, rule) else level
            for rule, level in values["severity"].items()
        }
    return text._replace(values=values)


def _is_off(text: Text, rule: str) -> bool:
    return text.written(("severity", rule)).lower() == "off"


def _mistakes(text: Text, further: tuple[Name, ...]) -> Iterator[str]:
    """What is wrong in a file, a line each, in the order of its lines."""
    found = list(_invalid(text))
    readable = _without(text.values, {where for where, _ in found})
    found += _wrong_names(readable, further)
    ordered = sorted((text.line(where), message) for where, message in found[:_MOST])
    yield from (f"{text.path}:{line}: {message}" for line, message in ordered)
    if len(found) > _MOST:
        yield f"{text.path}: {len(found) - _MOST} more mistakes"


def _without(value: Any, wrong: set[Path], path: Path = ()) -> Any:
    """The values without those at these paths; in a list nothing takes their places."""
    if path in wrong:
        return ""
    if isinstance(value, dict):
        below = {key: (*path, key) for key in value}
        return {k: _without(value[k], wrong, at) for k, at in below.items() if at not in wrong}
    if isinstance(value, list):
        return [_without(each, wrong, (*path, index)) for index, each in enumerate(value)]
    return value


def _with_paths(text: Text) -> dict[str, Any]:
    """The values of a file, with paths from the current folder."""
    folder = os.path.dirname(text.path)
    values = dict(text.values)
    for key in _PATHS:
        if values.get(key):
            values[key] = os.path.join(folder, values[key])
    for key in _PATH_LISTS:
        if key in values:
            values[key] = [os.path.join(folder, each) for each in values[key]]
    return values


def _holds(values: Any, where: tuple[str, ...]) -> bool:
    for part in where:
        if not isinstance(values, dict) or part not in values:
            return False
        values = values[part]
    return True


def _invalid(text: Text) -> Iterator[tuple[Path, str]]:
    """What the model does not admit: keys that it does not have, values of other types."""
    from pydantic import ValidationError

    from rtlint.config.model import Configuration

    try:
        Configuration.model_validate(text.values)
    except ValidationError as error:
        details = [(_where(detail["loc"], text.values), detail) for detail in error.errors()]
        keys = [field.alias or name for name, field in Configuration.model_fields.items()]
        # Of a value that may be one thing or another each is refused: what lies deepest is meant.
        deep = {where[:i] for where, _ in details for i in range(len(where))}
        messages = {w: _explain(w, detail, keys) for w, detail in reversed(details)}
        yield from ((where, message) for where, message in messages.items() if where not in deep)


def _where(loc: Path, values: Any) -> Path:
    """The part of pydantic's path that stands in the file; names of alternatives do not."""
    path: list[str | int] = []
    for part in loc:
        try:
            values = values[part]
        except (KeyError, IndexError, TypeError):
            continue
        path.append(part)
    return tuple(path)


def _explain(where: Path, detail: ErrorDetails, keys: list[str]) -> str:
    key = join_path(*where)
    if detail["type"] == "extra_forbidden":
        return f"`{key}` is no key of the configuration{nearest_of(key, keys)}"
    if detail["type"] == "string_too_short":
        return f"`{key}` is empty; name a file, or leave the key out"
    value = detail["input"]
    if detail["type"] == "literal_error":
        levels = str(detail["ctx"]["expected"]).replace("'", "`")
        known = levels.replace("`", "").replace(" or ", ", ").split(", ")
        return f"`{key}` is {levels}, not `{value}`{nearest_of(str(value), known)}"
    what = detail["msg"].removeprefix("Input should be ").replace("valid ", "")
    what = what.replace("dictionary", "mapping")
    quotes = (
        "; put it in quotes"
        if "string" in what and isinstance(value, int | float | Decimal)
        else ""
    )
    return f"`{key}` must be {what}, not `{value}`{quotes}"


def _wrong_names(values: dict[str, Any], further: tuple[Name, ...]) -> Iterator[tuple[Path, str]]:
    """Releases and rules that do not exist, options that a rule does not have, odd patterns."""
    if values.get("kubevirt-version"):
        try:
            parse_release(values["kubevirt-version"])
        except ValueError as error:
            yield ("kubevirt-version",), f"`kubevirt-version`: {error}"
    for name, value in values.get("limits", {}).items():
        try:
            read_limits({name: value})
        except ValueError as error:
            yield ("limits", name), f"`limits`: {error}"
    known = (*rule_names(), *further)
    for where, selector in _selectors(values):
        if not any(matches(name, selector) for name in known):
            yield where, f"`{where[0]}`: {unknown_rule(selector, further)}"
    globs = values.get("per-file-ignores", {})
    patterns = [(("exclude", i), each) for i, each in enumerate(values.get("exclude", ()))]
    for where, pattern in (*patterns, *((("per-file-ignores", glob), glob) for glob in globs)):
        if pattern and not is_pattern(pattern):
            yield where, f"`{where[0]}`: `{pattern}` is no pattern as in .gitignore"
    for rule, options in values.get("rules", {}).items():
        where = ("rules", rule)
        try:
            name = find_rule(rule, further)
        except ValueError as error:
            yield where, f"`rules`: {error}"
            continue
        yield from ((where + path, message) for path, message in option_problems(name, options))


def _selectors(values: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in ("select", "ignore"):
        yield from (((key,), name) for name in split_names(values.get(key, ())))
    for glob, names in values.get("per-file-ignores", {}).items():
        yield from ((("per-file-ignores", glob), name) for name in split_names(names))
    yield from ((("severity", name), name) for name in values.get("severity", {}))
