"""Plain YAML scalars as Kubernetes reads them.

kubectl, the API server and Argo CD decode YAML with go-yaml v2 (sigs.k8s.io/yaml), whose rules
are neither YAML 1.1's nor 1.2's. Source: go-yaml v2.4.4 (go.yaml.in/yaml/v2), resolve.go.
"""

from __future__ import annotations

import re
from math import inf, isfinite, isinf, isnan

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    Plain = str | int | float | bool | date | None

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_LONGEST_WORD = 5
_NUMBER_STARTS = frozenset("+-.0123456789")
_NUMBER_ENDS = frozenset("0123456789abcdefABCDEF._Z")  # of dates, too
# Compiled where they are first needed, by `re` itself, which remembers: they take longer than a
# VM's scalars, most of which are words and plain numbers.
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_INTEGER = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))"
_DATE = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:[Tt ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
# A leading point is left to Go, which has underscores between digits only (strconv, ParseFloat).
_STRAY_UNDERSCORE = r"(?<![0-9])_|_(?![0-9])"
# Python converts longer digit strings in quadratic time, or not at all; go-yaml reads what does
# not fit 64 bits as a float.
_MAX_DIGITS = 400
_PLAIN_DIGITS = 18  # any so many fit 64 bits
BEYOND_INT64 = 2**63
_TAG_PREFIX = "tag:yaml.org,2002:"

_KINDS: dict[type, str] = {int: "int", float: "float", bool: "bool", type(None): "null"}
_TIMESTAMP = "timestamp"


def resolve(text: str) -> Plain:
    """The value of an unquoted scalar: string, integer, float, boolean, date or None (null).

    A date is told from a string here, though go-yaml hands a date on as the string it was.
    """
    if len(text) <= _LONGEST_WORD and text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or text[-1] not in _NUMBER_ENDS:
        return text
    if len(text) <= _PLAIN_DIGITS and text[0] != "0" and text.isascii() and text.isdecimal():
        return int(text)
    if may_be_date(text):
        timestamp = _timestamp(text)
        if timestamp is not None:
            return timestamp
    if text[0] == "." and re.search(_STRAY_UNDERSCORE, text):
        return text
    digits = text.replace("_", "")
    match = re.fullmatch(_INTEGER, digits)
    if match is not None and len(digits) <= _MAX_DIGITS:
        number = _integer(match)
        # Without a sign it may take 64 bits, with one 63.
        if -BEYOND_INT64 <= number < (BEYOND_INT64 if match[1] else 2 * BEYOND_INT64):
            return number
    decimal = _float(digits)
    return text if decimal is None else decimal


def may_be_date(text: str) -> bool:
    """Whether a scalar may be a date, which in plain data is a string."""
    return text[4:5] == "-"


def resolve_tagged(tag: str, text: str) -> Plain:
    """The value of a scalar with a tag: `!!int '4'` is 4. Raises ValueError where it is none.

    Tags that go-yaml does not know count for nothing. Source: go-yaml v2.4.4, resolve.go and
    decode.go (scalar).
    """
    name = tag.removeprefix(_TAG_PREFIX)
    if name == tag:
        return text
    if name == "binary":
        from base64 import b64decode

        try:
            data = b64decode(re.sub(r"[\r\n]", "", text), validate=True)
        except ValueError:
            raise ValueError("`!!binary` wants base64") from None
        # In JSON a byte that is no UTF-8 is a U+FFFD (encoding/json).
        return re.sub("[\udc80-\udcff]", "\ufffd", data.decode("utf-8", "surrogateescape"))
    if name not in (*_KINDS.values(), _TIMESTAMP):
        return text
    value = resolve(text)
    if name == "float" and type(value) is int and value < BEYOND_INT64:
        return float(value)
    if isinstance(value, str) or _KINDS.get(type(value), _TIMESTAMP) != name:
        raise ValueError(f"`{text}` is no `!!{name}`")
    return value


def as_json(value: Plain, text: str) -> str | int | float | bool | None:
    """A value as JSON has it, and `text` for a date: go-yaml v2 hands on the string it was.

    Below 10^21 Go writes 4.0 as `4` (encoding/json), and apimachinery has integers of 64 bits with
    a sign, and floats (sigs.k8s.io/json).
    """
    if type(value) is int and value >= BEYOND_INT64:
        value = float(value)
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    return value if value is None or isinstance(value, str | int) else text


def key_of_float(number: float) -> str:
    """A float as a key of JSON: the shortest text of a 32-bit float, `1.5`, `1e+06`, `.inf`.

    Source: sigs.k8s.io/yaml v1.6.0, convertToJSONableObject; Go's strconv, FormatFloat with `g`.
    """
    from struct import pack, unpack

    try:
        [short] = unpack("f", pack("f", number))
    except OverflowError:
        short = inf if number > 0 else -inf
    if not isfinite(short):
        return ".nan" if isnan(short) else ".inf" if short > 0 else "-.inf"
    # Six digits are always right, nine always enough.
    for digits in range(6, 10):
        text = f"{short:.{digits}g}"
        if unpack("f", pack("f", float(text))) == (short,):
            break
    if abs(short) < 1e6 or "e" in text:
        return text
    return f"{short:.{digits - 1}e}"


def _integer(match: re.Match[str]) -> int:
    sign, hexadecimal, binary, octal, decimal = match.groups()
    if hexadecimal:
        number = int(hexadecimal, 16)
    elif binary:
        number = int(binary, 2)
    elif octal:
        number = int(octal, 8)
    else:
        number = int(decimal)
    return -number if sign == "-" else number


def _float(digits: str) -> float | None:
    if len(digits) > _MAX_DIGITS or not re.fullmatch(_FLOAT, digits):
        return None
    number = float(digits)
    # Go refuses a float that overflows, so it stays a string.
    return None if isinf(number) else number


def _timestamp(text: str) -> date | None:
    match = re.fullmatch(_DATE, text)
    # go-yaml knows no zone after a blank, and wants one after a `T`.
    if match is None or (match[4] and (" " in text) == bool(match[7])):
        return None
    from datetime import date, datetime

    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        return (
            datetime(year, month, day, hour, minute, second) if match[4] else date(year, month, day)
        )
    except ValueError:
        return None
