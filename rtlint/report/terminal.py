"""Text laid out for a terminal: colours, links, and lines as wide as it is."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
COLOURS = {"error": RED, "warning": YELLOW, "info": CYAN}
# A colour, or the beginning or end of a link: what takes no column.
_ESCAPE = r"\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\"
# Code of a few words is not torn apart.
_WORD = r"(?:`[^`]{1,40}`|\S)+"
# Narrower than that nothing can be read, wrapped or not.
_NARROWEST = 40


class Screen(NamedTuple):
    """Where text is shown. `width` is that of the terminal; None where it is none: a file, a pipe,
    another program."""

    colour: bool = False
    width: int | None = None

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def link(self, text: str, url: str | None) -> str:
        """The text as a hyperlink (OSC 8), on terminals that take colours."""
        if not url or not self.colour or self.width is None:
            return text
        return f"\x1b]8;;{visible(url)}\x1b\\{text}\x1b]8;;\x1b\\"

    def wrap(self, text: str, first: str = "", indent: str = "") -> str:
        """The text behind `first`, on a terminal in lines that begin with `indent`.

        A word that is longer than a line stays whole.
        """
        if self.width is None:
            return f"{first}{text}"
        return "\n".join(_lines(text, first, indent, max(self.width, _NARROWEST)))


def _lines(text: str, line: str, indent: str, width: int) -> Iterator[str]:
    used, is_begun = columns(line), False
    for word in re.findall(_WORD, text):
        wide = columns(word)
        if is_begun and used + 1 + wide > width:
            yield line
            # At the beginning of a line a log's reader may take it for a command.
            line, used = indent + (visible(word) if word.startswith("::") else word), len(indent)
        elif is_begun:
            line, used = f"{line} {word}", used + 1
        else:
            line, is_begun = f"{line}{word}", True
        used += wide
    yield line


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if "\x1b" in text:
        text = re.sub(_ESCAPE, "", text)
    if text.isascii():
        return len(text)
    import unicodedata

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
