"""Plain data by field path: what stands there, and copies with one value changed.

The tolerant counterpart of `fields.Fields`, for code that moves values without reading them.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, split_path

if TYPE_CHECKING:
    from typing import Any

_Parts = tuple[str | int, ...]


def value_at(data: object, path: str) -> Any:
    """What stands at the path; None where nothing does.

    PLACEHOLDER where that cannot be told: on the way stands a placeholder, or something that is
    neither mapping nor list. Raises nothing.
    """
    value: Any = data
    for part in split_path(path):
        if value is None:
            return None
        if isinstance(part, int) and isinstance(value, list):
            value = value[part] if part < len(value) else None
        elif isinstance(part, str) and isinstance(value, dict):
            value = value.get(part)
        else:
            return PLACEHOLDER
    return value


def with_value(data: Any, path: str, value: object) -> Any:
    """A copy of the data with the value at the path, sharing everything beside the path.

    Mappings on the way are made where they are missing, and an index one past a list's end
    appends. The very same data where something else stands on the way.
    """
    return _with(data, split_path(path), value)


def without_value(data: Any, path: str) -> Any:
    """A copy of the data without what stands at the path; the same data where nothing does.

    The path ends in a mapping's key.
    """
    return _without(data, split_path(path))


def _with(data: Any, path: _Parts, value: object) -> Any:
    if not path:
        return value
    part, rest = path[0], path[1:]
    container: Any = ([] if isinstance(part, int) else {}) if data is None else data
    if isinstance(part, int):
        if not isinstance(container, list) or part > len(container):
            return data
        inner = container[part] if part < len(container) else None
    elif isinstance(container, dict):
        inner = container.get(part)
    else:
        return data
    changed = _with(inner, rest, value)
    if changed is inner:
        return data
    if isinstance(part, int):
        return [*container[:part], changed, *container[part + 1 :]]
    return {**container, part: changed}


def _without(data: Any, path: _Parts) -> Any:
    if not isinstance(data, dict) or path[0] not in data:
        return data
    if len(path) == 1:
        return {key: value for key, value in data.items() if key != path[0]}
    return {**data, path[0]: _without(data[path[0]], path[1:])}
