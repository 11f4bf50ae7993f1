"""From text to events: of ruamel.yaml's C parser where it is installed, else of its pure one."""

from __future__ import annotations

import re
from functools import cache, partial
from itertools import islice

from rtlint import TYPE_CHECKING
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# What YAML does not admit in a stream (YAML 1.1, c-printable).
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
# Of `{image: registry:5000/x}`, which go-yaml takes, and the pure parser too (go-yaml v2,
# scannerc.go, yaml_parser_scan_plain_scalar).
_COLON_IN_FLOW = "found unexpected ':'"


def events(text: str) -> Iterator[Any]:
    """The parser's events, as far as the text can be read. Raises Unreadable there."""
    return read(partial(parse, text, 0), False)


def read(parsed: Callable[[bool], Iterator[Any]], pure: bool) -> Iterator[Any]:
    """What is read with the C parser, and from where that is too strict on with the pure one."""
    given = 0
    try:
        for each in parsed(pure):
            yield each
            given += 1
    except Unreadable as problem:
        if pure or problem.message != _explain(_COLON_IN_FLOW):
            raise
        yield from islice(parsed(True), given, None)


# What libyaml and ruamel.yaml say, and what it means.
_PLAIN = {
    "expected ',' or '}'": "a `{` is not closed, or a comma is missing",
    "expected ',' or ']'": "a `[` is not closed, or a comma is missing",
    "cannot start any token": "this character cannot start a value; quote the value",
    "mapping values are not allowed": "a `:` where none can be; check the indentation, or quote it",
    "did not find expected key": "the indentation does not match the lines above",
    "expected <block end>": "the indentation does not match the lines above",
    "could not find expected ':'": "a `:` is missing after a key",
    "unexpected end of stream": "a quote is not closed",
    "expected node content": "a value is missing",
    "expected the node content": "a value is missing",
    "expected <document start>": "text after the end of the document",
    "expected '<document start>'": "text after the end of the document",
}


def parse(text: str, base: int, pure: bool) -> Iterator[Any]:
    """The parser's events of a text that begins at offset `base`. Raises Unreadable."""
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        yield from _pure_events(text, base) if pure else _c_events(text, base)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "it cannot be parsed"
        raise Unreadable(_explain(what), None if mark is None else mark.index + base) from None
    except (ReaderError, UnicodeError):
        # Raised for characters that YAML does not admit, each parser with a place of its own.
        found = re.search(_UNPRINTABLE, text)
        offset = None if found is None else found.start() + base
        shown = "a character" if found is None else f"U+{ord(found[0]):04X}"
        message = f"The file contains {shown}, which YAML does not allow. Remove or escape it."
        raise Unreadable(message, offset) from None
    except (ValueError, OverflowError) as error:
        raise Unreadable(_explain(str(error))) from None


def _explain(problem: str) -> str:
    """What is wrong, in plain words where the parser's are not, and its own for a search."""
    words = next((plain for part, plain in _PLAIN.items() if part in problem), None)
    return f'Not valid YAML: {words} ("{problem}").' if words else f"Not valid YAML: {problem}."


@cache
def c_parser() -> Any:
    """ruamel.yaml's C parser, None where it is not installed."""
    try:
        from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return None
    return CParser


def _c_events(text: str, base: int) -> Iterator[Any]:
    parser = c_parser()
    if parser is None:
        return _pure_events(text, base)
    # libyaml takes a byte order mark at the beginning for the encoding's, and its offsets begin
    # behind it; a line break in its place means as little, and counts.
    if text.startswith("\ufeff"):
        text = f"\n{text[1:]}"
    # No generator: an event comes by it every few characters of the text.
    return iter(parser(text).get_event, None)


def _pure_events(text: str, base: int) -> Iterator[Any]:
    from rtlint.yaml.pure import pure_events

    for event in pure_events(text):
        value = getattr(event, "value", "")
        # The pure parser takes half a character from an escape; nobody else does.
        if not value.isascii() and re.search("[\ud800-\udfff]", value):
            problem = "found invalid Unicode character escape code"
            raise Unreadable(_explain(problem), event.start_mark.index + base)
        yield event
