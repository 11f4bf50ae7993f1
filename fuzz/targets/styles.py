"""The same objects in another style, with other comments, in another order: the same findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st

from fuzz import manifests
from fuzz.choices import Choices
from fuzz.target import Target
from fuzz.targets.rules import RELEASES
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

# The bytes decide what is in the objects, and how they are written.
EXAMPLES = st.binary(min_size=200, max_size=4000) | st.integers(0, 2**64).map(
    lambda seed: Random(seed).randbytes(3000)
)


def seeds() -> Iterator[bytes]:
    for seed in range(20):
        yield Random(seed).randbytes(3000)


def check(data: bytes) -> None:
    rng = Choices(data)
    settings = Settings(rng.choice(RELEASES))
    objects = [manifests.document(rng) for _ in range(rng.choice([1, 2, 3]))]
    one = [manifests.Writer(rng).document(each) for each in objects]
    other = [manifests.Writer(rng).document(each) for each in objects]
    expected = _said("---\n".join(one), settings, list(range(len(one))))
    order = rng.sample(range(len(other)), len(other))
    found = _said("---\n".join(other[index] for index in order), settings, order)
    assert found == expected, (expected - found, found - expected)


def _said(text: str, settings: Settings, order: list[int]) -> Counter[Any]:
    """What is found, each with the number of the object that it is about."""
    found = lint(Source("vm.yaml", text), settings).diagnostics
    return Counter((order[d.document - 1], d.rule, d.field, d.message) for d in found)


TARGET = Target(check, EXAMPLES, seeds=seeds)
