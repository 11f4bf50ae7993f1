"""What to say of a value that cannot be read."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, split_path

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubernetes.objects import Object


def unknown_value(obj: Object, path: str) -> str:
    """What to say of a field of the object that cannot be read, with its file, line and column."""
    place = obj.source.position(obj.span(path).start)
    where = f"{obj.source.path}:{place.line}:{place.column}: {obj.full_path(path)}"
    if _holds_placeholder(obj, path):
        return f"{where} holds a placeholder; give the rendered manifest"
    return f"{where} holds a value that KubeVirt refuses"


def _holds_placeholder(obj: Object, path: str) -> bool:
    value: Any = obj.data
    for part in split_path(path):
        if value is PLACEHOLDER:
            break
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return value is PLACEHOLDER
