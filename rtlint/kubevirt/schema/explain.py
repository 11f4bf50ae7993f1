"""From what is not valid to what a person did: one problem for one mistake."""

from __future__ import annotations

from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path
from rtlint.kubevirt.schema.api import definition_name, definitions, form, kind_of
from rtlint.kubevirt.schema.faults import faults
from rtlint.kubevirt.schema.filled import outcome
from rtlint.kubevirt.schema.names import NEAR_REQUIRED, near_names, same_letters
from rtlint.kubevirt.schema.paths import lifetimes, schema_at, unbroken, value_at
from rtlint.kubevirt.schema.places import find_place
from rtlint.kubevirt.schema.problem import (
    Empty,
    Misplaced,
    Missing,
    OtherRelease,
    Problem,
    Unknown,
)
from rtlint.kubevirt.schema.values import wrong_type
from rtlint.kubevirt.schema.walk import is_clean, is_placeholder
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.schema.api import Range, Schema, Version
    from rtlint.kubevirt.schema.paths import Parts


class _Subject(NamedTuple):
    """An object's data, and the API that it is held against."""

    data: Any
    api_version: str
    kind: str
    release: Version

    def schema(self, path: Parts) -> Schema:
        """The resolved schema of the value at a path."""
        return _schema(self.api_version, self.kind, self.release, _in_any_item(path))

    def lifetimes(self, path: Parts) -> tuple[Range, ...]:
        """The releases that have a field."""
        return _lifetimes(self.api_version, self.kind, self.release, _in_any_item(path))


def _in_any_item(path: Parts) -> Parts:
    """The path in the first items of lists, which are all alike."""
    return tuple(part if isinstance(part, str) else 0 for part in path)


# What is wrong in one object is wrong in its copies too. Half of the cost of a misspelt field is to
# find what else the API has there.
@lru_cache(maxsize=256)
def _schema(api_version: str, kind: str, release: Version, path: Parts) -> Schema:
    return schema_at(_form(api_version, kind, release), path, definitions(release))


@lru_cache(maxsize=256)
def _lifetimes(api_version: str, kind: str, release: Version, path: Parts) -> tuple[Range, ...]:
    return tuple(lifetimes(_annotated(api_version, kind, release), path))


def _form(api_version: str, kind: str, release: Version) -> Schema:
    schema = form(_annotated(api_version, kind, release), release)
    assert schema is not None
    return schema


def _annotated(api_version: str, kind: str, release: Version) -> Schema:
    annotated = kind_of(api_version, kind, release)
    assert annotated is not None
    return annotated


class _Key(NamedTuple):
    """What is wrong with a key; `meant` is where it should stand, as far as that is known."""

    problem: Problem
    meant: Parts | None = None


def explain(obj: Object, release: Version) -> Iterator[Problem]:
    """What is wrong with an object under the schema of its kind in a release that serves it."""
    subject = _Subject(obj.data, obj.api_version, obj.kind, release)
    found = faults(subject.data, subject.schema(()), definitions(release))
    mappings = dict.fromkeys(found.mappings)
    for path in found.values:
        if value_at(subject.data, path) is None and isinstance(path[-1], str):
            if path[-1] in subject.schema(path[:-1]).get("required", ()):
                mappings[path[:-1]] = None  # null is no value: the field is missing
            else:
                yield Empty(join_path(*path), path[-1])
        else:
            yield wrong_type(obj, path, subject.schema(path))
    keys = {path: _wrong_keys(subject, path) for path in mappings}
    found_keys = [key for each in keys.values() for key in each]
    yield from _one_fix_a_place(found_keys)
    meant = [key.meant for key in found_keys if key.meant is not None]
    led_to = {place[:end] for place in meant for end in range(1, len(place) + 1)}
    for path, each in keys.items():
        yield from _missing(subject, path, len(each), led_to)


def _missing(
    subject: _Subject, path: Parts, wrong_keys: int, led_to: set[Parts]
) -> Iterator[Missing]:
    """Required fields that are missing, and not only because they stand under a wrong key.

    `led_to` are the places of fields under wrong keys, and all on the way there.
    """
    mapping = value_at(subject.data, path)
    if wrong_keys and wrong_keys == len(mapping):
        return  # nothing in here is right: those keys are the mistake
    for name in _required_and_missing(subject, path):
        field = subject.schema(path)["properties"][name]
        what = outcome(subject.data, (*path, name), field, subject.release)
        if (*path, name) not in led_to and what != "fine":
            yield Missing(join_path(*path, name), name, what)


def _required_and_missing(subject: _Subject, path: Parts) -> list[str]:
    mapping = value_at(subject.data, path)
    required = subject.schema(path).get("required", ())
    return [name for name in required if mapping.get(name) is None]


def _wrong_keys(subject: _Subject, path: Parts) -> list[_Key]:
    """What is wrong with each key of a mapping that it should not have."""
    fields = subject.schema(path).get("properties", {})
    names = [n for n in value_at(subject.data, path) if n not in fields and not is_placeholder(n)]
    return [_wrong_key(subject, path, name) for name in names]


def _one_fix_a_place(keys: list[_Key]) -> Iterator[Problem]:
    """The problems; of several keys that would go to the same place only one is fixed."""
    taken: set[Parts] = set()
    for key in sorted(keys, key=lambda key: isinstance(key.problem, Misplaced)):
        problem = key.problem
        if key.meant in taken and isinstance(problem, Unknown):
            problem = problem._replace(rename=None)
        elif key.meant in taken and isinstance(problem, Misplaced):
            problem = problem._replace(move=None)
        if key.meant is not None:
            taken.add(key.meant)
        yield problem


def _wrong_key(subject: _Subject, parent: Parts, name: str) -> _Key:
    path = (*parent, name)
    fields = subject.schema(parent).get("properties", {})
    missing = _required_and_missing(subject, parent)
    lives = subject.lifetimes(path)
    if lives:
        later = unbroken([life for life in lives if (life.since or ()) > subject.release])
        # A newer name of a field that the target requires under its old one.
        older = near_names(name, missing, NEAR_REQUIRED)
        problem = OtherRelease(join_path(*path), name, (later or lives[-1:])[0])
        return _Key(problem, (*parent, older[0]) if older else None)
    near = same_letters(name, fields) or near_names(name, missing)
    if near:
        return _renamed(subject, path, near)
    near = near_names(name, missing, NEAR_REQUIRED)
    if near:
        return _hinted(path, near)
    place = find_place(subject.data, path, _definition(subject), subject.release)
    if place is not None:
        move = join_path(*place.best) if place.best and place.is_sure else None
        return _Key(Misplaced(join_path(*path), name, place.places, move), place.best)
    near = near_names(name, fields)
    if near:
        return _renamed(subject, path, near)
    return _hinted(path, [other for other in missing if _fits(subject, path, other)])


def _hinted(path: Parts, near: list[str]) -> _Key:
    """A name of which the right one can only be guessed."""
    meant = (*path[:-1], near[0]) if near else None
    return _Key(Unknown(join_path(*path), str(path[-1]), tuple(near)), meant)


def _renamed(subject: _Subject, path: Parts, near: list[str]) -> _Key:
    """A name that is nearly right; where one of several fits by its type, that one is meant."""
    parent, name = path[:-1], str(path[-1])
    fitting = [other for other in near if _fits(subject, path, other)]
    ordered = (*fitting, *(other for other in near if other not in fitting))
    free = [other for other in fitting if value_at(subject.data, (*parent, other)) is None]
    is_sure = len(fitting) == 1 and len(free) == 1
    rename = join_path(*parent, fitting[0]) if is_sure else None
    return _Key(Unknown(join_path(*path), name, ordered, rename), (*parent, ordered[0]))


def _fits(subject: _Subject, path: Parts, name: str) -> bool:
    """Whether the value would be valid under another name in the same place; null always is."""
    value = value_at(subject.data, path)
    field = subject.schema(path[:-1])["properties"][name]
    return value is None or is_clean(value, field, definitions(subject.release))


def _definition(subject: _Subject) -> str:
    """The name of the kind's definition."""
    name = definition_name(_form(subject.api_version, subject.kind, subject.release))
    assert name is not None
    return name
