"""How much rtlint takes on: what is beyond is a finding, not a machine without memory."""

from __future__ import annotations

from collections.abc import Mapping

from rtlint.tuples import NamedTuple


class Limits(NamedTuple):
    """Of a file in bytes, of a document in characters, and of what stands in them.

    `aliases` are the nodes that a document may stand for beyond ten times those written: aliases
    of aliases grow exponentially, and every later walk would pay for it. `findings` are those of
    a file that a report shows, `line_length` the characters of a text in it.
    """

    file_size: int = 256 * 2**20
    document_size: int = 64 * 2**20
    # KubeVirt's own objects are about 15 deep.
    depth: int = 200
    aliases: int = 100_000
    findings: int = 10_000
    line_length: int = 1000


NAMES = tuple(name.replace("_", "-") for name in Limits._fields)
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
    from rtlint.kubernetes.quantity import parse_quantity

    quantity = parse_quantity(value)
    if quantity is None or not quantity.is_whole() or quantity.value < 1:
        raise ValueError(f"`{name}` must be a whole number or a size such as 64Mi, not `{value}`")
    if name == "depth" and quantity.value > MOST_DEPTH:
        raise ValueError(f"`depth` is at most {MOST_DEPTH}, not {value}")
    if name == "line-length" and quantity.value < _LEAST_LINE:
        raise ValueError(f"`line-length` is at least {_LEAST_LINE}, not {value}")
    return quantity.value


def shorten(text: str, length: int) -> str:
    """The text, without its middle where it is longer: a message ends with what to do."""
    if len(text) <= length:
        return text
    end = length // 3
    return f"{text[: length - end - 1]}…{text[-end:]}"
