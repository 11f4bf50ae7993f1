"""What operations should make of plain data: the measure of what their edits did make of it."""

from __future__ import annotations

from itertools import pairwise

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path, split_path
from rtlint.lint.rule import Move, Remove, Set

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from rtlint.lint.rule import Operation


def copy(value: Any) -> Any:
    """A copy that shares nothing with the original, nor within itself."""
    if isinstance(value, dict):
        return {key: copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [copy(inner) for inner in value]
    return value


def perform(data: Any, operations: Iterable[Operation]) -> Any:
    """The data after the operations; `data` itself is changed. Paths begin at `data`."""
    for operation in operations:
        match operation:
            case Set(path, value):
                _set(data, split_path(path), copy(value))
            case Remove(path):
                _take(data, split_path(path))
            case Move(path, to):
                _set(data, split_path(to), _take(data, split_path(path)))
    return data


def performed(data: Any, operations: Iterable[Operation]) -> Any:
    """The data as the operations would make it; it shares with `data` what none of them touches."""
    # By their ids, and kept, so that nothing else gets the id of one that an operation takes out.
    copies: dict[int, Any] = {}
    for operation in operations:
        data = _copy_along(data, split_path(operation.path), copies)
        if isinstance(operation, Move):
            data = _copy_along(data, split_path(operation.to), copies)
        data = perform(data, (operation,))
    return data


def below(prefix: str, operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The same operations, with the paths of an object within its document."""

    def full(path: str) -> str:
        return join_path(*split_path(prefix), *split_path(path))

    def moved(operation: Operation) -> Operation:
        match operation:
            case Set(path, value):
                return Set(full(path), value)
            case Move(path, to):
                return Move(full(path), full(to))
            case Remove(path):
                return Remove(full(path))

    return tuple(map(moved, operations))


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal, types and NaN included."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    # Two NaN are no difference, though they are unequal.
    return bool(one == other) or repr(one) == repr(other) == "nan"


def _copy_along(data: Any, path: tuple[str | int, ...], copies: dict[int, Any]) -> Any:
    """The data with copies of the collections that the path leads through, each copied once."""
    # As what a field holds, so that it is replaced as all that is in it.
    whole = {"": data}
    above: Any = whole
    key: str | int = ""
    for part in path:
        value = above[key]
        if not isinstance(value, dict | list):
            break
        if id(value) not in copies:
            value = above[key] = value.copy()
            copies[id(value)] = value
        if part not in (value if isinstance(value, dict) else range(len(value))):
            break
        above, key = value, part
    return whole[""]


def _set(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    for part, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int) and part == len(data):
            data.append(empty)
        elif isinstance(part, str) and data.get(part) is None:
            data[part] = empty
        data = data[part]
    last = path[-1]
    if isinstance(last, int) and last == len(data):
        data.append(value)
    else:
        data[last] = value


def _take(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path[:-1]:
        data = data[part]
    return data.pop(path[-1])
