"""One module a target, which it calls TARGET."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.target import Target

_HERE = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem for path in _HERE.glob("*.py") if path.stem != "__init__")


def load(name: str) -> Target:
    target: Target = import_module(f"fuzz.targets.{name}").TARGET
    return target


def about(name: str) -> str:
    """A target in one line."""
    return (import_module(f"fuzz.targets.{name}").__doc__ or "").splitlines()[0]


def corpus(name: str) -> Iterator[bytes]:
    """The bytes that a target begins with."""
    folder = _HERE.parent / "corpus" / name
    yield from (path.read_bytes() for path in sorted(folder.glob("*")))
    yield from load(name).seeds()
