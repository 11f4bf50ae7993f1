"""Which names are near to a misspelt one."""

from __future__ import annotations

from functools import lru_cache

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Shares of letters in common, found by trial. A field that is required and missing is likelier to
# be meant: `name` for `claimName`.
NEAR = 0.72
NEAR_REQUIRED = 0.6


def same_letters(name: str, known: Iterable[str]) -> list[str]:
    """The names that differ from this one by case, `-` and `_` only."""
    return list(_same_letters(name, tuple(known)))


def near_names(name: str, known: Iterable[str], cutoff: float = NEAR) -> list[str]:
    """The names that are near to this one, nearest first, at most three."""
    return list(_near_names(name, tuple(known), cutoff))


# A misspelt name is in all copies of an object.
@lru_cache(maxsize=256)
def _same_letters(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    bare = _bare(name)
    return tuple(other for other in known if _bare(other) == bare)


@lru_cache(maxsize=256)
def _near_names(name: str, known: tuple[str, ...], cutoff: float) -> tuple[str, ...]:
    from difflib import get_close_matches

    by_letters = {_bare(other): other for other in known}
    near = get_close_matches(_bare(name), by_letters, 3, cutoff)
    return tuple(by_letters[bare] for bare in near)


def _bare(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
