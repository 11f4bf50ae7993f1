"""What the readers of documentation find: lines of code, and what they are marked as."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_MANIFESTS = frozenset(["yaml", "yml", "json"])
_SHELLS = frozenset(
    ["sh", "bash", "shell", "console", "zsh", "shell-session", "shellsession", "terminal"]
)
# Pandoc and MkDocs have the language as a class, MyST behind the name of a directive.
_CLASS = re.compile(r"\{[^}]*?\.([\w+-]+)")
_WORD = re.compile(r"(?:\{code(?:-block)?\})?\s*([\w+-]+)")


class Code(NamedTuple):
    """Lines of code that stand together in a file.

    `top` is the line of the file that the block begins on, counted from 0, `first` that of the
    first of its `lines`; these are without what stands in front of them all (the indentation of a
    list, the `>` of a quotation), and without their ends.
    """

    language: str
    top: int
    first: int
    lines: Sequence[str]

    @property
    def is_manifest(self) -> bool:
        return self.language in _MANIFESTS

    @property
    def is_shell(self) -> bool:
        return self.language in _SHELLS


def language_of(info: str) -> str:
    """The language that stands behind a fence: `yaml title="vm.yaml"`, `{.yaml .annotate}`."""
    found = _CLASS.match(info.strip()) or _WORD.match(info.strip())
    return found[1].lower() if found else ""


def front_matter(lines: Sequence[str]) -> int:
    """How many lines at the top of a file are its own data, which a site generator reads."""
    mark = lines[0].rstrip() if lines else ""
    if mark not in ("---", "+++"):
        return 0
    ends = (mark, "...") if mark == "---" else (mark,)
    found = (number for number, line in enumerate(lines[1:], 2) if line.rstrip() in ends)
    return next(found, 0)
