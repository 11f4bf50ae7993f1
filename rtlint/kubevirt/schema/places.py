"""Where a field of some name belongs, anywhere in a kind."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path
from rtlint.kubevirt.schema.api import definitions
from rtlint.kubevirt.schema.paths import resolve, schema_at, value_at
from rtlint.kubevirt.schema.walk import is_clean
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rtlint.kubevirt.schema.api import Schema, Version
    from rtlint.kubevirt.schema.paths import Parts

# A path in which None stands for any item of a list, or any value of an open mapping.
Pattern = tuple[str | None, ...]

_SHOWN = 2
_LONG = 20
# A name that stands in so many places, such as `serial`, says little about which of them was meant:
# only those straight up or down from where it is count, at most so many steps away.
_COMMON = 3
_CLOSE = 2
# A plain word in so many places, such as `type` or `enabled`, says nothing where the mapping that
# it would go to is not there either, and never so much that the field is moved.
_GENERIC = 5


class Place(NamedTuple):
    """Where a field may stand in any object of a kind, and its schema there."""

    pattern: Pattern
    schema: Schema


class Found(NamedTuple):
    """The likeliest places of a field, as text, and the first of them as a path.

    `best` is None where no place is free; `is_sure` where it is beyond doubt.
    """

    places: tuple[str, ...]
    best: Parts | None = None
    is_sure: bool = False


class _Candidate(NamedTuple):
    """A free place in the object; the smaller the likelier."""

    is_optional: bool
    distance: int
    has_no_parent: bool
    path: Parts


def find_place(data: Any, path: Parts, kind: str, release: Version) -> Found | None:
    """Where the field at a path belongs, None where nothing speaks for any place.

    `kind` is the name of the kind's definition.
    """
    known = definitions(release)
    value, name = value_at(data, path), str(path[-1])
    places = _places(kind, release)[name]
    fitting = [p for p in places if value is None or is_clean(value, p.schema, known)]
    if not fitting:
        return None
    root = {"$ref": f"#/$defs/{kind}"}
    is_common = len(places) >= _COMMON
    is_generic = len(places) >= _GENERIC and name.islower()
    candidates = sorted(
        (
            _candidate(data, free, path[:-1], schema_at(root, free[:-1], known))
            for place in fitting
            for free in _free_places(data, place.pattern, path)
        ),
        key=lambda candidate: (candidate[:3], str(candidate.path)),
    )
    if not candidates:
        if is_common:
            return None
        nearest = sorted(fitting, key=lambda p: _distance(path[:-1], p.pattern[:-1]))
        return Found(tuple(_text(place.pattern) for place in nearest[:_SHOWN]))
    reach = 0 if is_generic else 1
    if is_common and candidates[0].is_optional and not _is_close(candidates[0], path[:-1], reach):
        return None
    best = [c for c in candidates if c[:3] == candidates[0][:3]]
    is_child = best[0].path[:-2] == path[:-1] and not best[0].has_no_parent
    is_sure = len(best) == 1 and (not best[0].is_optional or len(fitting) == 1 or is_child)
    is_sure = is_sure and not (is_generic and best[0].is_optional)
    is_sure = is_sure and not _needs_more(data, best[0].path, root, known)
    # Nothing says that an item of another list is the one that was meant.
    is_sure = is_sure and _item(best[0].path) == path[: len(_item(best[0].path))]
    shown = tuple(join_path(*candidate.path) for candidate in best[:_SHOWN])
    return Found(shown, best[0].path, is_sure)


@lru_cache(maxsize=16)
def _places(kind: str, release: Version) -> Mapping[str, list[Place]]:
    """Every field of a kind by its name."""
    known = definitions(release)
    found: dict[str, list[Place]] = defaultdict(list)
    waiting: list[tuple[Pattern, Schema]] = [((), {"$ref": f"#/$defs/{kind}"})]
    while waiting:
        pattern, reference = waiting.pop()
        schema = resolve(reference, known)
        for name, field in schema.get("properties", {}).items():
            found[name].append(Place((*pattern, name), field))
            waiting.append(((*pattern, name), field))
        for members in (schema.get("items"), schema.get("additionalProperties")):
            if isinstance(members, dict):
                waiting.append(((*pattern, None), members))
    return found


def _free_places(data: Any, pattern: Pattern, near: Parts) -> Iterator[Parts]:
    """The paths that a pattern stands for in the object, where nothing stands yet.

    Of a long list only the item on the way to `near` is looked at.
    """
    waiting: list[tuple[Parts, Any, Pattern]] = [((), data, pattern)]
    while waiting:
        path, value, rest = waiting.pop()
        if not rest:
            if value is None:
                yield path
        elif rest[0] is None:
            depth = len(path)
            own = near[depth] if depth < len(near) and near[:depth] == path else None
            waiting += [((*path, key), item, rest[1:]) for key, item in _members(value, own)]
        elif value is None or isinstance(value, dict):
            waiting.append(((*path, rest[0]), (value or {}).get(rest[0]), rest[1:]))


def _members(value: Any, own: str | int | None) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, list | dict):
        members = enumerate(value) if isinstance(value, list) else value.items()
        yield from (each for each in members if len(value) <= _LONG or each[0] == own)


def _candidate(data: Any, place: Parts, near: Parts, parent: Schema) -> _Candidate:
    has_no_parent = value_at(data, place[:-1]) is None
    is_required = place[-1] in parent.get("required", ()) and not has_no_parent
    return _Candidate(not is_required, _distance(near, place[:-1]), has_no_parent, place)


def _item(path: Parts) -> Parts:
    """The innermost item of a list on the way along a path; empty where there is none."""
    ends = [end for end, part in enumerate(path, 1) if isinstance(part, int)]
    return path[: ends[-1]] if ends else ()


def _is_close(place: _Candidate, start: Parts, reach: int) -> bool:
    """Whether the place is a few steps up or down, `reach` where its parent is missing.

    `metadata` is beside everything that it is about.
    """
    parent = place.path[:-1]
    is_straight = place.distance == abs(len(parent) - len(start)) or parent[-1:] == ("metadata",)
    return is_straight and place.distance <= (reach if place.has_no_parent else _CLOSE)


def _needs_more(data: Any, place: Parts, root: Schema, known: Mapping[str, Schema]) -> bool:
    """Whether a mapping on the way that is still to be written requires other fields too.

    With only this one in it, an object that Kubernetes took would be refused.
    """
    return any(
        set(schema_at(root, place[:end], known).get("required", ())) - {place[end]}
        for end in range(1, len(place))
        if value_at(data, place[:end]) is None
    )


def _distance(start: Parts, end: tuple[str | int | None, ...]) -> int:
    """Steps up from one path and down to the other."""
    common = 0
    for here, there in zip(start, end, strict=False):
        if there not in (here, None):
            break
        common += 1
    return len(start) + len(end) - 2 * common


def _text(pattern: Pattern) -> str:
    text = ""
    for part in pattern:
        text += "[]" if part is None else f".{part}" if text else part
    return text
