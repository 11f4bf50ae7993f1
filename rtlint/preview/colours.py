"""Colours of a terminal: green is right, yellow looks wrong, red is not realtime."""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.preview.verdict import Level

PLAIN, BOLD, YELLOW = "", "1", "33"
LEVELS: dict[Level, str] = {"yes": "1;32", "but": "1;33", "no": "1;31"}


def paint(text: str, code: str) -> str:
    """The text in a colour, or bold."""
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
