"""Quantities: a model in fractions agrees, and what is printed is read as the same."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

from hypothesis import strategies as st

from fuzz.target import Target
from rtlint.kubernetes.quantity import parse_quantity

_WORDS = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n", "u", "m", "k", "e3", "E", "E-", "1.5", "e+", "."]
_DIGITS = st.text("0123456789", max_size=4) | st.sampled_from(
    ["9" * 30, "0" * 30 + "1", "9223372036854775807", "1024", "1000", "٣"]
)
_SUFFIXES = st.sampled_from(
    ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "K", "mi",
     " ", "B"]
) | st.builds(
    "{}{}{}".format, st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), _DIGITS
)  # fmt: skip
_TEXTS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "+", "-", " "]), _DIGITS, st.sampled_from(["", "."]), _DIGITS, _SUFFIXES,
)  # fmt: skip
_EXAMPLES = _TEXTS.map(str.encode)
_LIMIT = 2**63 - 1
_SHAPE = re.compile(r"([+-]?)(\d*)(\.\d*)?([A-Za-z]*)([+-]?\d+)?", re.ASCII)
_UNITS = {
    **{f"{letter}i": Fraction(1024**power) for power, letter in enumerate("KMGTPE", 1)},
    **{letter: Fraction(1000) ** power for power, letter in enumerate(("n", "u", "m", ""), -3)},
    **{letter: Fraction(1000) ** power for power, letter in enumerate("kMGTPE", 1)},
}


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    quantity = parse_quantity(text)
    expected = _model(text)
    # Longer text is no quantity of any use, and left alone.
    if quantity is None or expected is None:
        assert quantity is expected or len(text) > 400, (quantity, expected)
        return
    assert quantity.nano == _rounded(expected, 10**9)
    assert quantity.milli == _away(Fraction(quantity.nano, 10**6))
    assert quantity.value == _away(Fraction(quantity.nano, 10**9))
    printed = str(quantity)
    again = parse_quantity(printed)
    assert again is not None and again.nano == quantity.nano, printed
    # Of 62.5Ki, which is no whole number of Ki, 64000 is printed, which is read as decimal
    # (apimachinery, quantity.go, CanonicalizeBytes).
    assert str(again) == printed or quantity.notation == "binary"


def _away(value: Fraction) -> int:
    """Rounded away from zero."""
    return ceil(value) if value > 0 else floor(value)


def _rounded(value: Fraction, unit: int) -> int:
    return max(-_LIMIT * unit, min(_LIMIT * unit, _away(value * unit)))


def _model(text: str) -> Fraction | None:
    match = _SHAPE.fullmatch(text)
    if match is None or not re.search(r"\d", (match[2] + (match[3] or ""))):
        return None
    sign, whole, fraction, suffix, exponent = match.groups(default="")
    number = Fraction(f"{whole or 0}{fraction.rstrip('.')}" if fraction != "." else whole)
    if exponent:
        if suffix not in ("e", "E"):
            return None
        # Beyond these every number is nothing or the limit.
        number *= Fraction(10) ** max(-2000, min(2000, int(exponent)))
    elif suffix in _UNITS:
        number *= _UNITS[suffix]
    else:
        return None
    return -number if sign == "-" else number


TARGET = Target(check, _EXAMPLES, _WORDS)
