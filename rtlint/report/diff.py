"""What fixing would change, as a unified diff that `git apply` takes."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from difflib import SequenceMatcher
from itertools import accumulate, chain

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.yaml.text_edit import apply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.lint.linted import Linted
    from rtlint.yaml.text_edit import Edit

# Not splitlines: git ends a line at a line feed and nowhere else.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CONTEXT = 3


class _Change(NamedTuple):
    """The lines of the old text from `start` to `end`, counted from 0, become `new`."""

    start: int
    end: int
    new: list[str]


def render(linted: Linted) -> str:
    """The diff of a file; empty where fixing changes nothing."""
    if linted.before is None:
        return ""
    mark = linted.mark
    edits = [edit.moved(len(mark)) for edit in linted.edits]
    return diff(linted.source.path, mark + linted.before.text, edits)


def diff(path: str, old: str, edits: Iterable[Edit]) -> str:
    """A unified diff of a text and what edits make of it, which come in order and do not touch.

    Lines are only compared where an edit is: to compare whole texts takes the square of their
    lines.
    """
    lines = _LINE.findall(old)
    changes = chain.from_iterable(_smallest(lines, each) for each in _changes(old, lines, edits))
    hunks = "".join(_hunks(lines, changes))
    if not hunks:
        return ""
    name = os.path.normpath(path).removeprefix("/")
    return f"--- {_quoted(f'a/{name}')}\n+++ {_quoted(f'b/{name}')}\n{hunks}"


def _changes(old: str, lines: list[str], edits: Iterable[Edit]) -> Iterator[_Change]:
    """The edits as changes of whole lines; those of one line are one."""
    starts = [0, *accumulate(map(len, lines))]
    if lines and not lines[-1].endswith("\n"):
        # The text ends within its last line.
        starts.pop()
    open_: list[Edit] = []
    end = 0
    for edit in edits:
        line = bisect_right(starts, edit.start) - 1
        if open_ and line >= end:
            yield _change(old, starts, open_, end)
            open_ = []
        open_.append(edit)
        end = _end(old, starts, line, edit)
    if open_:
        yield _change(old, starts, open_, end)


def _end(old: str, starts: list[int], first: int, edit: Edit) -> int:
    """The line before which a change ends that begins in the line `first` with this edit."""
    line = bisect_right(starts, edit.end) - 1
    before = edit.text or old[starts[first] : edit.start]
    if starts[line] == edit.end and (not before or before.endswith("\n")):
        return line
    return line + 1


def _change(old: str, starts: list[int], edits: list[Edit], end: int) -> _Change:
    first = bisect_right(starts, edits[0].start) - 1
    start = starts[first]
    stop = starts[end] if end < len(starts) else len(old)
    inner = [edit.moved(-start) for edit in edits]
    return _Change(first, end, _LINE.findall(apply(old[start:stop], inner)))


def _smallest(lines: list[str], change: _Change) -> Iterator[_Change]:
    """The changes that are left of one without the lines that stay as they are."""
    start, end, new = change
    matcher = SequenceMatcher(None, lines[start:end], new)
    for kind, old_first, old_end, new_first, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield _Change(start + old_first, start + old_end, new[new_first:new_end])


def _hunks(lines: list[str], changes: Iterable[_Change]) -> Iterator[str]:
    """Changes with the lines around them, those close to each other in one hunk."""
    shift = 0
    near: list[_Change] = []
    for change in changes:
        if near and change.start - near[-1].end > 2 * _CONTEXT:
            yield _hunk(lines, near, shift)
            shift += sum(len(each.new) - (each.end - each.start) for each in near)
            near = []
        near.append(change)
    if near:
        yield _hunk(lines, near, shift)


def _hunk(lines: list[str], changes: list[_Change], shift: int) -> str:
    """`shift` is by how many lines the changes above have made the text longer."""
    start = max(changes[0].start - _CONTEXT, 0)
    shown: list[str] = []
    position = start
    for change in changes:
        shown += _marked(" ", lines[position : change.start])
        shown += _marked("-", lines[change.start : change.end])
        shown += _marked("+", change.new)
        position = change.end
    end = min(position + _CONTEXT, len(lines))
    shown += _marked(" ", lines[position:end])
    grown = sum(len(each.new) - (each.end - each.start) for each in changes)
    old, new = _range(start, end - start), _range(start + shift, end - start + grown)
    return f"@@ -{old} +{new} @@\n{''.join(shown)}"


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        yield f"{mark}{line}{end}"


def _range(start: int, length: int) -> str:
    """Lines as a hunk's head names them: of none it is the line before."""
    return f"{start + 1}" if length == 1 else f"{start + 1 if length else start},{length}"


def _quoted(name: str) -> str:
    """The name as git writes it: in quotes where it could be read as more than a name."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    # Octal escapes are all that git's quotes need.
    data = name.encode("utf-8", "surrogateescape")
    plain = (
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}"
        for byte in data
    )
    return f'"{"".join(plain)}"'
