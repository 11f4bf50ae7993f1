"""Kubernetes quantities: `1Gi`, `500m`, `1e3`, compared by value.

Source: apimachinery, pkg/api/resource/quantity.go (ParseQuantity and its canonical form).
"""

from __future__ import annotations

from functools import lru_cache

from rtlint.tuples import NamedTuple

_NANO = 10**9
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_NUMBER = "0123456789."

# Kubernetes caps a quantity at 2^63-1; longer digit strings only cost time.
MAX_NANO = (2**63 - 1) * _NANO
_MAX_DIGITS = 400


class Quantity(NamedTuple):
    """A parsed quantity: its value in billionths, and the notation that it was written in."""

    nano: int
    notation: str = ""  # "binary" (Ki, Mi, …), "exponent" (1e3), or "" for decimal suffixes

    @property
    def value(self) -> int:
        """The value in whole units (bytes, CPUs), rounded away from zero as Kubernetes does."""
        return _away_from_zero(self.nano, _NANO)

    @property
    def milli(self) -> int:
        """The value in thousandths, rounded away from zero."""
        return _away_from_zero(self.nano, 10**6)

    def is_whole(self) -> bool:
        return self.nano % _NANO == 0

    def __str__(self) -> str:
        """The canonical form, as KubeVirt's messages print it: `1024Mi` is `1Gi`."""
        if self.notation == "binary" and self.is_whole() and abs(self.nano) >= 1024 * _NANO:
            number, step = _shorten(self.nano // _NANO, 1024, len(_BINARY))
            return f"{number}{('', *_BINARY)[step]}"
        number, step = _shorten(self.nano, 1000, len(_DECIMAL) - 1)
        if self.notation == "exponent":
            return str(number) if step == 3 else f"{number}e{3 * step - 9}"
        return f"{number}{tuple(_DECIMAL)[step]}" if number else "0"


def _away_from_zero(nano: int, unit: int) -> int:
    return nano // unit if nano < 0 else -(-nano // unit)


def _shorten(number: int, base: int, steps: int) -> tuple[int, int]:
    """The number without its factors of base, and how many were taken out (at most `steps`)."""
    step = 0
    while number and number % base == 0 and step < steps:
        number //= base
        step += 1
    return number, step


def parse_quantity(value: object) -> Quantity | None:
    """The quantity that a scalar from a manifest holds, or None where it is none.

    Numbers are quantities too (`guest: 4294967296`). What is finer than a billionth is rounded
    up, away from zero, and what is over 2^63-1 is cut to that, as Kubernetes does.
    """
    if isinstance(value, bool):
        return None
    text = str(value) if isinstance(value, int | float) else value
    return _parsed(text) if isinstance(text, str) and len(text) <= _MAX_DIGITS else None


# Many rules and checks read the same few.
@lru_cache(maxsize=256)
def _parsed(text: str) -> Quantity | None:
    unsigned = text[1:] if text.startswith(("+", "-")) else text
    suffix = unsigned.lstrip(_NUMBER)
    whole, _, fraction = unsigned.removesuffix(suffix).partition(".")
    if not (whole or fraction) or "." in fraction:
        return None
    shift, power, notation = 0, 0, ""
    if suffix in _BINARY:
        shift, notation = _BINARY[suffix], "binary"
    elif suffix in _DECIMAL:
        power = _DECIMAL[suffix]
    elif _is_exponent(suffix):
        power, notation = int(suffix[1:]), "exponent"
    else:
        return None
    nano = _scale(int(whole + fraction) << shift, power + 9 - len(fraction))
    return Quantity(-nano if text.startswith("-") else nano, notation)


def _is_exponent(suffix: str) -> bool:
    digits = suffix[2:] if suffix[1:2] in ("+", "-") else suffix[1:]
    return suffix[0] in "eE" and digits.isascii() and digits.isdigit()


def _scale(digits: int, power: int) -> int:
    """digits × 10^power, rounded up, capped at Kubernetes' maximum."""
    if digits == 0:
        return 0
    if power > _MAX_DIGITS:
        return MAX_NANO
    if power >= 0:
        return min(digits * _power_of_ten(power), MAX_NANO)
    if -power > 2 * _MAX_DIGITS:
        return 1
    return min(-(-digits // _power_of_ten(-power)), MAX_NANO)


def _power_of_ten(exponent: int) -> int:
    power: int = 10**exponent
    return power
