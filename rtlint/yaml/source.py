"""A file's text, and where its lines are."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtlint.yaml.text_edit import Edit


class Position(NamedTuple):
    """A place in a text as people count it: line and column from 1, columns in code points."""

    line: int
    column: int

    def below(self, lines: int) -> Position:
        """The same place where so many more lines stand above it."""
        return Position(self.line + lines, self.column)


class Unreadable(Exception):  # noqa: N818 - it is reported as a finding, not raised to a user
    """Text that no parser can read; `offset` is where, in code points (None: nowhere special)."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class NotCut(Exception):  # noqa: N818 - no error: the List is read as a whole then
    """A piece of a List does not say by itself what it says in the List."""


class Listed(NamedTuple):
    """Where in a `kind: List` a piece of a file stands: it holds these `items`, none behind them.

    `api_version` and `kind` are what items have that say neither. `step` and `dash` are how far the
    document indents nested mappings, and lists.
    """

    items: range
    api_version: str
    kind: str
    step: int
    dash: int


class Above(NamedTuple):
    """What stands in a file above a piece of it: code points, lines and documents.

    `listed` is None where the piece begins a document. Where it goes on with one, that one is not
    among the `documents`.
    """

    offset: int = 0
    lines: int = 0
    documents: int = 0
    listed: Listed | None = None


TOP = Above()


class Source:
    """The text of a file without its byte order mark, or the piece of it below `above`.

    Offsets are code points into `text`, lines and columns are the file's. `comments` are texts of
    the file that speak of all of this one and are no part of it. `is_partial`: its author left
    something out.
    """

    comments: tuple[Source, ...] = ()
    is_partial = False

    def __init__(self, path: str, text: str, above: Above = TOP) -> None:
        self.path = path
        self.text = text
        self.above = above

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line of `text` begins; `\\n`, `\\r\\n` and `\\r` end a line.

        libyaml also ends lines at U+0085, U+2028 and U+2029; editors and git do not.
        """
        starts = [0]
        text = self.text
        if "\r" in text:
            position = 0
            for line in text.replace("\r\n", "\n\n").replace("\r", "\n").split("\n"):
                position += len(line) + 1
                # The first of the two that stand for `\r\n` ends no line of its own.
                if text[position - 1 : position + 1] != "\r\n":
                    starts.append(position)
            starts.pop()
            return starts
        found = text.find("\n")
        while found >= 0:
            starts.append(found + 1)
            found = text.find("\n", found + 1)
        return starts

    @property
    def lines(self) -> range:
        """The file's lines that it stands on."""
        first = self.above.lines + 1
        return range(first, first + len(self.line_starts))

    def position(self, offset: int) -> Position:
        """The line and column, both from 1, of an offset in code points."""
        line = bisect_right(self.line_starts, offset) - 1
        return Position(self.above.lines + line + 1, offset - self.line_starts[line] + 1)

    def offset(self, position: Position) -> int:
        """The offset in code points of a position on one of its lines."""
        return self.line_starts[position.line - self.above.lines - 1] + position.column - 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line ending."""
        start, end = self.line_span(number)
        return self.text[start:end]

    def line_span(self, number: int) -> tuple[int, int]:
        """The offsets at which a line, counted from 1, begins and ends, without its line ending."""
        starts = self.line_starts
        index = number - self.above.lines
        start = starts[index - 1]
        end = starts[index] if index < len(starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def placed(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """Edits of the text as those of the file. Raises Withheld where there are none."""
        return tuple(edit.moved(self.above.offset) for edit in edits)

    def below(self, documents: int) -> Above:
        """What stands above the next piece, where this one holds so many documents."""
        offset, lines, before, _ = self.above
        lines += self.text.count("\n") if "\r" not in self.text else len(self.line_starts) - 1
        return Above(offset + len(self.text), lines, before + documents)


def decode(data: bytes) -> str:
    """The text of a file's bytes, without a byte order mark.

    Raises Unreadable for what is not UTF-8 (UTF-16 has its own message: editors on Windows make
    it, kubectl refuses it).
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is UTF-16. Save it as UTF-8.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = (
            f"The file is not UTF-8: byte 0x{data[error.start]:02x} does not start a character."
        )
        raise Unreadable(message, len(before)) from None
