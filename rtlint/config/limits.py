"""Limits as the user writes them."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.kubernetes.quantity import parse_quantity
from rtlint.limits import NAMES, Limits

# What walks a document may take several of Python's 1000 frames for each level.
MOST_DEPTH = 200
# Room for what a message says itself.
_LEAST_LINE = 80


def read_limits(given: Mapping[str, int | str]) -> Limits:
    """The limits with those that are given by name, as numbers or quantities such as `64Mi`.

    Raises ValueError, with a message that helps, for a name or a value that is none.
    """
    return Limits()._replace(
        **{_field(name): _number(name, value) for name, value in given.items()}
    )


def _field(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"`{name}` is no limit; there are {', '.join(NAMES)}")
    return name.replace("-", "_")


def _number(name: str, value: int | str) -> int:
    quantity = parse_quantity(value)
    if quantity is None or not quantity.is_whole() or quantity.value < 1:
        raise ValueError(f"`{name}` must be a whole number or a size such as 64Mi, not `{value}`")
    if name == "depth" and quantity.value > MOST_DEPTH:
        raise ValueError(f"`depth` is at most {MOST_DEPTH}, not {value}")
    if name == "line-length" and quantity.value < _LEAST_LINE:
        raise ValueError(f"`line-length` is at least {_LEAST_LINE}, not {value}")
    return quantity.value
