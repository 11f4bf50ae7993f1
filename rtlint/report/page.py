"""A rule's page, written in Markdown, laid out for a terminal."""

from __future__ import annotations

import re
from itertools import groupby

from rtlint import TYPE_CHECKING
from rtlint.report.terminal import BOLD, CYAN
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.report.terminal import Screen

_MARGIN = "  "
_FENCE = re.compile(r"^```.*\n?", re.MULTILINE)
_BULLET = re.compile(r"(?:[-*]|\d+\.) ")
_INLINE_CODE = re.compile(r"`([^`]+)`")


def laid_out(markdown: str, screen: Screen) -> str:
    """Paragraphs and lists in lines as wide as the terminal; code and tables as they are."""
    lines: list[str] = []
    for number, piece in enumerate(_FENCE.split(markdown)):
        part = list(map(visible, piece.splitlines()))
        lines += _code(part, screen) if number % 2 else _prose(part, screen)
    return "".join(f"{line}\n" for line in lines)


def _code(lines: Iterable[str], screen: Screen) -> Iterator[str]:
    for line in lines:
        yield f"{_MARGIN * 2}{screen.paint(line, CYAN)}" if line else ""


def _prose(lines: Iterable[str], screen: Screen) -> Iterator[str]:
    for is_running, group in groupby(lines, _is_running):
        if is_running:
            yield from _paragraphs("\n".join(group), screen)
            continue
        for line in group:
            is_heading = line.startswith("#")
            yield screen.paint(line.lstrip("# "), BOLD) if is_heading else line


def _is_running(line: str) -> bool:
    return bool(line) and line[0] not in "#|"


def _paragraphs(text: str, screen: Screen) -> Iterator[str]:
    """A paragraph, or each item of a list with its lines as far in as its first."""
    for paragraph in re.split(rf"\n(?={_BULLET.pattern})", text):
        bullet = _BULLET.match(paragraph)
        first = f"{_MARGIN}{bullet[0] if bullet else ''}"
        words = " ".join(paragraph[len(first) - len(_MARGIN) :].split())
        wrapped = screen.wrap(words, first, " " * len(first))
        if screen.colour:
            wrapped = _INLINE_CODE.sub(lambda code: screen.paint(code[1], CYAN), wrapped)
        yield wrapped
