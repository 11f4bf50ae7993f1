"""Places in a text as editors count them: from 0, columns in the units that were agreed on."""

from __future__ import annotations

from lsprotocol import types

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.yaml.source import Position, Source
    from rtlint.yaml.text_edit import Edit

# "utf-8", "utf-16" or "utf-32".
Encoding = str

_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
_CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def to_editor(source: Source, position: Position, encoding: Encoding) -> types.Position:
    """A position as the editor counts it."""
    before = source.line(position.line)[: position.column - 1]
    # A place behind the text of a line lies in its ending.
    past = position.column - 1 - len(before)
    return types.Position(position.line - 1, _units(before, encoding) + past)


def range_between(source: Source, start: int, end: int, encoding: Encoding) -> types.Range:
    """The range from one offset in code points to another."""
    return types.Range(
        to_editor(source, source.position(start), encoding),
        to_editor(source, source.position(end), encoding),
    )


def to_offset(source: Source, position: types.Position, encoding: Encoding) -> int:
    """The offset in code points; a place past the end of a line or of the text is that end."""
    if position.line >= len(source.line_starts):
        return len(source.text)
    line = source.line(position.line + 1)
    if line.isascii():
        column = min(position.character, len(line))
    else:
        # A position inside a character is its beginning.
        data = line.encode(_CODEC[encoding], "surrogatepass")
        part = data[: position.character * _UNIT[encoding]]
        column = len(part.decode(_CODEC[encoding], "ignore"))
    return source.line_starts[position.line] + column


def text_edit(source: Source, edit: Edit, encoding: Encoding) -> types.TextEdit:
    """An edit as the editor takes it."""
    start, end, text = edit.start, edit.end, edit.text
    ending = "\r\n" if source.text.endswith("\r\n") else "\n"
    # New last lines go before the end of the last one: to what is inserted behind it Neovim adds an
    # empty line.
    if start == len(source.text) and source.text.endswith(ending) and text.endswith(ending):
        start = end = start - len(ending)
        text = ending + text.removesuffix(ending)
    return types.TextEdit(range_between(source, start, end, encoding), text)


def _units(text: str, encoding: Encoding) -> int:
    if text.isascii():
        return len(text)
    return len(text.encode(_CODEC[encoding], "surrogatepass")) // _UNIT[encoding]
