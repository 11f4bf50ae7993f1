"""Fixes of whole manifests: another parser sees just what they say, and the VM is admitted."""

from __future__ import annotations

from fuzz import fix_properties, manifests
from fuzz.choices import Choices
from fuzz.target import Target
from fuzz.targets.rules import RELEASES
from fuzz.targets.styles import EXAMPLES, seeds


def check(data: bytes) -> None:
    rng = Choices(data)
    release = rng.choice(RELEASES)
    text = manifests.text(rng)
    fix_properties.check(text, release, unsafe=False)
    fix_properties.check_repaired(*fix_properties.check(text, release), release)


TARGET = Target(check, EXAMPLES, seeds=seeds)
