"""What a target is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hypothesis.strategies import SearchStrategy


class Target(NamedTuple):
    """`check` raises where a property does not hold of some bytes.

    `examples` are bytes made to a grammar, `words` what bytes may be made of, and `seeds` bytes to
    begin with, beside the files of the target's corpus.
    """

    check: Callable[[bytes], None]
    examples: SearchStrategy[bytes]
    words: Iterable[str] = ()
    seeds: Callable[[], Iterable[bytes]] = tuple
