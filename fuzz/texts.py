"""Texts for the targets that read manifests: the repository's, generated ones, damaged ones."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from fuzz import manifests

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
WORDS = ["#", " #", ":", ": ", "-", "- ", "{", "}", "[", "]", ",", "&a ", "*a", "<<: *a", "!!str ",
         "? ", "|", "|+", ">-", "'", '"', "\t", " ", "  ", "\n", "\r\n", "\r", "~", "null", "{}",
         "---\n", "...\n", "\\", "名", "😀", "${X}", "# <0:x>\n", "\ufeff",
         "%", "@", "`", "0", "true", "\n\n", "realtime: {}", "\u2028", "\x85"]  # fmt: skip


@cache
def repository() -> list[str]:
    """The manifests of the examples, of the rules' cases and of their documentation."""
    return list(_repository())


def _repository() -> Iterator[str]:
    from ruamel.yaml import YAML

    for path in sorted((ROOT / "examples").glob("*.yaml")):
        yield path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        cases = YAML(typ="safe").load(path)
        yield from (case["manifest"] for case in cases if "manifest" in case)
    for path in sorted((ROOT / "docs" / "rules").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def seeds() -> Iterator[bytes]:
    """As bytes, each once."""
    yield from dict.fromkeys(text.encode() for text in repository())


def damaged(rng: Random, text: str) -> str:
    """The text with a few pieces put in, taken out, doubled or indented."""
    for _ in range(rng.randint(0, 4)):
        at = rng.randint(0, len(text))
        to = min(len(text), at + rng.choice([0, 1, 1, 2, 5, 20]))
        match rng.randint(0, 4):
            case 0:
                text = text[:at] + rng.choice(WORDS) + text[at:]
            case 1:
                text = text[:at] + text[to:]
            case 2:
                text = text[:at] + text[at:to] + text[at:]
            case 3:
                text = text[:at] + rng.choice(WORDS) + text[to:]
            case 4:
                lines = text.splitlines(keepends=True)
                first = rng.randint(0, len(lines))
                last = min(len(lines), first + rng.randint(1, 4))
                piece = [rng.choice(["  ", " ", "# "]) + line for line in lines[first:last]]
                text = "".join(lines[:first] + piece + lines[last:])
    return text


def _made(seed: int) -> bytes:
    rng = Random(seed)
    text = manifests.text(rng) if rng.random() < 0.4 else rng.choice(repository())
    return damaged(rng, text).encode()


# A whole file from one seed: smaller draws would cost more than what they try.
EXAMPLES = st.integers(0, 2**64).map(_made)
