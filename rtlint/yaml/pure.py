"""ruamel.yaml's pure parser, brought to read what libyaml and go-yaml do."""

from __future__ import annotations

import re
import string

from ruamel.yaml import YAML
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner, ScannerError

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_VERSIONS = ((1, 1), (1, 2))
_LINE_BREAKS = "\r\n\x85\u2028\u2029"
_LINE_ENDS = f"\0{_LINE_BREAKS}"
_NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-_")
_BEHIND_NAMES = frozenset(_LINE_ENDS + " \t?:,]}%@`")


def pure_events(text: str) -> Iterator[Any]:
    """The events of a text. Raises what ruamel.yaml does."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Reader = _Reader
    yaml.Scanner = _Scanner
    yaml.Parser = _Parser
    # Of YAML 1.2 it takes a key that is not there in braces, `{: b}`.
    yaml.version = (1, 1)
    yield from yaml.parse(text)


class _Reader(Reader):
    # A line ends at U+0085, U+2028 and U+2029 too.
    forward = Reader.forward_1_1


class _Parser(Parser):
    def parse_flow_sequence_entry_mapping_key(self) -> Any:
        event = super().parse_flow_sequence_entry_mapping_key()
        if event.start_mark is event.end_mark:
            # Behind a `?` with no key libyaml and go-yaml lose a token, so that `[?]` is no YAML.
            self.scanner.get_token()
        return event


class _Scanner(Scanner):
    """Takes tabs for the blanks that they are, and no directive but those of YAML."""

    scanner_processing_version = (1, 1)

    def scan_to_next_token(self) -> None:
        super().scan_to_next_token()
        while self._is_passed_over(self.reader.peek()):
            self.reader.forward()
            super().scan_to_next_token()

    def _is_passed_over(self, character: str) -> bool:
        """Whether it is a tab where no key may begin, or a byte order mark that begins a line."""
        if character == "\t":
            return not self.allow_simple_key
        return character == "\ufeff" and self.reader.column == 0

    def scan_plain_spaces(self, indent: int, start_mark: Any) -> Any:
        # Its own takes tabs for the end of the scalar.
        blanks = self._blanks()
        if self.reader.peek() not in _LINE_BREAKS:
            return [blanks] if blanks else []
        self.allow_simple_key = True
        breaks = []
        while self.reader.peek() in _LINE_BREAKS:
            breaks.append(self.scan_line_break())
            if self.check_document_start() or self.check_document_end():
                return []
            margin = self._blanks()
            if "\t" in margin[:indent]:
                problem = "found a tab character that violates indentation"
                raise ScannerError("", start_mark, problem, self.reader.get_mark())
        first, *further = breaks
        return further or [" "] if first == "\n" else breaks

    def _blanks(self) -> str:
        length = 0
        while self.reader.peek(length) in " \t":
            length += 1
        blanks: str = self.reader.prefix(length)
        self.reader.forward(length)
        return blanks

    def scan_tag(self) -> Any:
        # It wants a blank behind a tag.
        reader = self.reader
        tag = re.compile(r"!\S*(?=\t)").match(reader.buffer, reader.pointer)
        if tag is not None:
            reader.buffer = f"{reader.buffer[: tag.end()]} {reader.buffer[tag.end() + 1 :]}"
        return super().scan_tag()

    def scan_block_scalar_indicators(self, start_mark: Any) -> Any:  # noqa: ARG002
        # To it nothing but a blank follows them; the rest of the line is looked at below.
        chomping = increment = None
        while (character := self.reader.peek()) in "+-123456789":
            if character in "+-" and chomping is None:
                chomping = character == "+"
            elif character not in "+-" and increment is None:
                increment = int(character)
            else:
                break
            self.reader.forward()
        return chomping, increment

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        while self.reader.peek() in " \t":
            self.reader.forward()
        return super().scan_block_scalar_ignored_line(start_mark)

    def scan_anchor(self, token_class: Any) -> Any:
        # To it a name holds all but brackets and commas, so that `&a: b` has no colon.
        start_mark = self.reader.get_mark()
        self.reader.forward()
        length = 0
        while self.reader.peek(length) in _NAME_CHARACTERS:
            length += 1
        if not length or self.reader.peek(length) not in _BEHIND_NAMES:
            problem = "did not find expected alphabetic or numeric character"
            raise ScannerError(problem=problem, problem_mark=self.reader.get_mark())
        name = self.reader.prefix(length)
        self.reader.forward(length)
        return token_class(name, start_mark, self.reader.get_mark())

    def scan_directive(self) -> Any:
        token = super().scan_directive()
        problem = None
        if token.name not in ("YAML", "TAG"):
            problem = "found unknown directive name"
        elif token.name == "YAML" and token.value not in _VERSIONS:
            problem = "found incompatible YAML document"
        if problem is not None:
            raise ScannerError(problem=problem, problem_mark=token.start_mark)
        return token
