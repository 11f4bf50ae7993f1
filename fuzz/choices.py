"""Randomness that bytes decide: a fuzzer that changes a byte changes a choice."""

from __future__ import annotations

from random import Random


class Choices(Random):
    """Takes its choices from bytes in turn; where they end the first choice is taken."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._rest = memoryview(data)

    def random(self) -> float:
        return self.getrandbits(16) / 2**16

    def getrandbits(self, k: int, /) -> int:
        size = -(-k // 8)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return int.from_bytes(taken) & ((1 << k) - 1)
