"""Typed reading of plain manifest data.

Manifests are read by people's hands: any value may be of any type, and in a template a value may
not be known yet. A reader that asks for a type gets that type or None; what cannot be told raises
`UnknownValue`, and whoever asked has nothing to say.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import Quantity, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Final, TypeVar

    _T = TypeVar("_T")


class _Placeholder:
    """A value that is filled in later, such as `${CORES}` of an OpenShift Template."""

    def __repr__(self) -> str:
        return "PLACEHOLDER"

    def __deepcopy__(self, memo: object) -> _Placeholder:
        return self


PLACEHOLDER: Final = _Placeholder()


class UnknownValue(Exception):  # noqa: N818 - no error: the value is a placeholder or mistyped
    """The field at `path` holds a placeholder, or a value of another type than the API's."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


_ODD = frozenset('.[]"/ \\')
_ESCAPED = r"\\(.)"
_QUOTED = r'\["((?:[^"\\]|\\.)*)"\]'


@lru_cache(maxsize=1024)
def split_path(path: str) -> tuple[str | int, ...]:
    """`devices.disks[0].disk` as `("devices", "disks", 0, "disk")`; a key with a dot is `["a.b"]`,
    in which a backslash stands before quotes and backslashes.

    The inverse of `join_path`.
    """
    parts: list[str | int] = []
    rest = path
    while rest:
        if rest.startswith('["'):
            quoted = re.match(_QUOTED, rest, re.DOTALL)
            if quoted is None:
                raise ValueError(f"no end of a key: {path}")
            parts.append(re.sub(_ESCAPED, r"\1", quoted[1], flags=re.DOTALL))
            rest = rest[quoted.end() :]
        elif rest[0] == "[":
            end = rest.index("]")
            parts.append(int(rest[1:end]))
            rest = rest[end + 1 :]
        else:
            rest = rest.removeprefix(".")
            ends = [i for i in (rest.find("."), rest.find("[")) if i >= 0]
            end = min(ends, default=len(rest))
            parts.append(rest[:end])
            rest = rest[end:]
    return tuple(parts)


def join_path(*parts: str | int) -> str:
    """Field path in Kubernetes' own notation: `("disks", 0, "disk")` is `disks[0].disk`."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif not part.isidentifier() and (not part or _ODD.intersection(part)):
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{part}" if text else part
    return text


class Fields:
    """A plain value (dict, list, scalar) read by field path; null counts as absent.

    All readers raise UnknownValue where a placeholder or a value of another type stands at the
    path or on the way to it; where the data is `partial`, so that what is absent may be said
    elsewhere, also where nothing stands, except below the path `whole`. `base` is the path of the
    data itself, for the error.
    """

    __slots__ = ("base", "data", "partial", "whole")

    def __init__(
        self, data: object, partial: bool = False, whole: str = "", base: str = ""
    ) -> None:
        self.data = data
        self.partial = partial
        self.whole = whole
        self.base = base

    def _unknown(self, path: str) -> UnknownValue:
        return UnknownValue(join_path(*split_path(self.base), *split_path(path)))

    def _walk(self, path: str) -> object:
        value = self.data
        for part in split_path(path):
            if type(value) is dict and type(part) is str:
                value = value.get(part)
            elif value is None:
                break
            elif type(value) is list and type(part) is int:
                value = value[part] if part < len(value) else None
            else:
                raise self._unknown(path)
        if value is None and self.partial:
            is_whole = self.whole and path.startswith(f"{self.whole}.")
            if not is_whole:
                raise self._unknown(path)
        return value

    def _read(self, path: str, *types: type) -> Any:
        value = self._walk(path)
        if value is not None and type(value) not in types:
            raise self._unknown(path)
        return value

    def has(self, path: str) -> bool:
        """Whether a value other than null stands there; a placeholder counts as one."""
        return self._walk(path) is not None

    def boolean(self, path: str) -> bool | None:
        value = self._walk(path)
        if value is None or type(value) is bool:
            return value
        raise self._unknown(path)

    def integer(self, path: str) -> int | None:
        value = self._walk(path)
        # A boolean is no integer here.
        if value is None or type(value) is int:
            return value
        raise self._unknown(path)

    def unsigned(self, path: str) -> int:
        """A uint32 of KubeVirt's API, 0 where absent; its decoder refuses any other number."""
        value = self.integer(path) or 0
        if not 0 <= value < 2**32:
            raise self._unknown(path)
        return value

    def string(self, path: str) -> str | None:
        value = self._walk(path)
        if value is None or type(value) is str:
            return value
        raise self._unknown(path)

    def quantity(self, path: str) -> Quantity | None:
        value = self._read(path, str, int, float)
        if value is None:
            return None
        quantity = parse_quantity(value)
        if quantity is None:
            raise self._unknown(path)
        return quantity

    def mapping(self, path: str) -> dict[str, Any]:
        """The mapping at the path; empty where there is none."""
        return self._read(path, dict) or {}

    def items(self, path: str) -> list[Any]:
        """The list at the path; empty where there is none."""
        return self._read(path, list) or []

    def each(self, path: str) -> list[Fields]:
        """The items of the list at the path, to be read one by one."""
        items = self.items(path)
        base = f"{self.base}.{path}" if self.base else path
        return [Fields(item, base=f"{base}[{i}]") for i, item in enumerate(items)]


def known(check: Callable[..., Iterable[_T]], *args: object) -> list[_T]:
    """What the check yields up to where it needs a value that cannot be told."""
    found: list[_T] = []
    try:
        for each in check(*args):
            found.append(each)
    except UnknownValue:
        pass
    return found
