"""Large files, such as a cluster's dump: read and linted piece by piece, and never held."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from functools import partial
from itertools import chain

from rtlint import TYPE_CHECKING
from rtlint.lint.linted import Linted
from rtlint.lint.run import conclude_once, lint_parts, may_hold_objects, unescaped
from rtlint.project.content import Content
from rtlint.project.known import all_told, may_tell, told
from rtlint.yaml.compose import cut
from rtlint.yaml.source import Position, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.limits import Limits
    from rtlint.lint.part import Part
    from rtlint.lint.run import Result
    from rtlint.lint.settings import Settings

_CHUNK = 2**20  # bytes
_CHANGED = "the file changed while it was read"


class Excerpt(Source):
    """Of a file that is not held what reports show: lines by number, positions by offset."""

    def __init__(self, path: str, lines: dict[int, str], positions: dict[int, Position]) -> None:
        super().__init__(path, "\n".join(lines.values()))
        self._positions = positions
        self._spans: dict[int, tuple[int, int]] = {}
        start = 0
        for number, line in lines.items():
            self._spans[number] = (start, start + len(line))
            start += len(line) + 1

    def position(self, offset: int) -> Position:
        return self._positions[offset]

    def line_span(self, number: int) -> tuple[int, int]:
        return self._spans[number]


def scan(name: str, path: str, limits: Limits) -> Content:
    """What has to be known of a file before any is linted.

    Raises OSError, and UnicodeDecodeError where it is not UTF-8.
    """
    found = False
    said = []
    source = Source(name, "")
    for block in _blocks(path):
        text = "".join(block)
        data = text.encode()
        found = found or may_hold_objects(data)
        if not may_tell(unescaped(data)):
            # To search each piece by itself takes 1 % of a run, before other processes can help.
            source = Source(name, text, source.below(0))
            continue
        for piece in block:
            source = Source(name, piece, source.below(0))
            said.append(told(name, piece.encode(), limits, source))
    of_file = all_told(said)
    return Content(name, path, None, of_file, is_stream=found or of_file.is_of_platform)


def lint_stream(name: str, path: str, settings: Settings, jobs: int = 1) -> Linted:
    """Lint a file piece by piece, which is read twice, by as many processes.

    Raises OSError, and Unreadable where somebody writes it meanwhile.
    """
    before = _version(path)
    try:
        result = conclude_once(partial(_parts, name, path, settings, jobs), settings)
        linted = Linted(_excerpt(name, path, result), result)
    except UnicodeDecodeError:
        # It was UTF-8 when it was scanned.
        raise Unreadable(_CHANGED) from None
    if _version(path) != before:
        raise Unreadable(_CHANGED)
    return linted


def _parts(name: str, path: str, settings: Settings, jobs: int, whole: bool) -> Iterable[Part]:
    if jobs <= 1:
        return lint_parts(name, pieces(path), settings, whole=whole)
    from rtlint.project.spread import spread_parts

    return spread_parts(name, lambda: pieces(path), settings, jobs, whole=whole)


def _version(path: str) -> tuple[int, ...]:
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def pieces(path: str) -> Iterator[str]:
    """A file's text without its byte order mark, cut where documents begin.

    Raises OSError, and UnicodeDecodeError where it is not UTF-8.
    """
    return chain.from_iterable(_blocks(path))


def _blocks(path: str) -> Iterator[list[str]]:
    """The pieces of a file, as many at a time as are read at once."""
    decode = getincrementaldecoder("utf-8-sig")().decode
    rest = ""
    with open(path, "rb") as stream:
        # Reading twice as much each time keeps a document of any size from being cut again and
        # again.
        while data := stream.read(max(_CHUNK, len(rest))):
            text = rest + decode(data)
            # What follows a `---` tells whether it is one: only whole lines are cut.
            end = text.rfind("\n") + 1
            whole = list(cut(text[:end]))
            last = whole.pop() if whole else ""
            yield whole
            rest = last + text[end:]
        yield list(cut(rest + decode(b"", final=True)))


def _excerpt(name: str, path: str, result: Result) -> Excerpt:
    """Read once more what the diagnostics are about."""
    found = result.diagnostics
    edits = (edit for diagnostic in found if diagnostic.fix for edit in diagnostic.fix.edits)
    # The next ones are the last of these.
    lines = sorted({diagnostic.start.line for diagnostic in found}, reverse=True)
    offsets = sorted({offset for edit in edits for offset in edit[:2]}, reverse=True)
    shown, positions = {}, {}
    source = Source(name, "")
    for text in pieces(path) if lines or offsets else ():
        source = Source(name, text, source.below(0))
        below = source.below(0)
        while lines and lines[-1] <= below.lines:
            line = lines.pop()
            shown[line] = source.line(line)
        while offsets and offsets[-1] < below.offset:
            offset = offsets.pop()
            positions[offset] = source.position(offset - source.above.offset)
    if lines and lines[0] - source.above.lines > len(source.line_starts):
        raise Unreadable(_CHANGED)
    shown |= {line: source.line(line) for line in reversed(lines)}
    positions |= {offset: source.position(offset - source.above.offset) for offset in offsets}
    return Excerpt(name, shown, positions)
