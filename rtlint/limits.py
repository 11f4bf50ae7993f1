"""How much rtlint takes on: what is beyond is a finding, not a machine without memory."""

from __future__ import annotations

from rtlint.tuples import NamedTuple

# In characters: a longer `kind: List` is read some items at a time.
LONG = 2**18


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


def shorten(text: str, length: int) -> str:
    """The text, without its middle where it is longer: a message ends with what to do."""
    if len(text) <= length:
        return text
    end = length // 3
    return f"{text[: length - end - 1]}…{text[-end:]}"
