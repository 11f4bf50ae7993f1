"""A manifest in a block of code: a text of its own that knows its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from copy import copy

from rtlint import TYPE_CHECKING
from rtlint.blocks.shell import has_command
from rtlint.yaml.compose import compose, cut
from rtlint.yaml.nodes import Document, Scalar, scalars
from rtlint.yaml.source import Above, Position, Source, Unreadable
from rtlint.yaml.text_edit import Edit, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Sequence as Several

    from rtlint.blocks.foreign import Hidden
    from rtlint.limits import Limits

_UNEVEN = (
    "The lines of this code block begin differently in the file, so that nobody can say how a new "
    "one does; fix it by hand"
)
# The root of a document that is left alone: it says nothing.
_NOTHING = Scalar(0, 0, None, "", "")
# What a manifest has, and one that rtlint reads.
_OF_MANIFESTS = ("apiVersion", "kind")
# What the reader fills in: `<name>`, `rt-<number>`, `...`.
_BLANK = re.compile(r"<[A-Za-z][^<>]*>|^(?:\.\.\.|…)$")
_LINE_ENDS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_OF_KUBEVIRT = ("kubevirt.io", "VirtualMachine", "KubeVirt")


class Block(Source):
    """The lines of a block from `first` on, counted in the file from 0, in the `hidden` form that
    YAML is read in.

    `shifts` say how much stands in front of each, and `prefix` what, None where that is not the
    same of all. `comments` stand above the block in the file, and are about all of it.
    """

    def __init__(
        self,
        file: Source,
        first: int,
        text: str,
        shifts: Several[int],
        prefix: str | None,
        hidden: Hidden,
    ) -> None:
        super().__init__(file.path, text, Above(file.line_starts[first], first))
        self.file = file
        self.first = first
        self.shifts = shifts
        self.prefix = prefix
        self.hidden = hidden
        self.is_partial = hidden.is_partial

    @property
    def is_manifest(self) -> bool:
        """Whether it is one of KubeVirt's; a fragment, and all else, is left alone."""
        text = self.text
        return all(word in text for word in _OF_MANIFESTS) and any(
            word in text for word in _OF_KUBEVIRT
        )

    def numbered(self, documents: int) -> Block:
        """The same where so many documents stand above it."""
        other = copy(self)
        other.above = self.above._replace(documents=documents)
        return other

    def documents(self, limits: Limits) -> tuple[Document | Unreadable, ...]:
        """What stands in it; for what is left alone a document that says nothing."""
        number = self.above.documents
        if self.is_manifest:
            found = tuple(compose(self.text, number=number, limits=limits))
            is_broken = any(isinstance(each, Unreadable) for each in found)
            # What is left out may be what the rest stands in, and output follows a command.
            if not (is_broken and (self.is_partial or has_command(self.text))):
                return tuple(
                    _filled_in(each, self.hidden) if isinstance(each, Document) else each
                    for each in found
                )
        return (Document(number + 1, _NOTHING),)

    def pieces(self) -> Iterator[Block]:
        """Its documents, each as a block."""
        line = 0
        for text in cut(self.text):
            piece = Block(self.file, self.first + line, text, (), self.prefix, self.hidden)
            below = line + len(piece.line_starts) - 1
            piece.shifts = self.shifts[line : below + 1]
            piece.comments = self.comments
            yield piece
            line = below

    def position(self, offset: int) -> Position:
        line, column = self._place(offset)
        return Position(self.first + line + 1, max(column + self._shift(line), 0) + 1)

    def offset(self, position: Position) -> int:
        line = position.line - 1 - self.first
        return self.line_starts[line] + max(position.column - 1 - self._shift(line), 0)

    def placed(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """The edits in the file. Raises Withheld where a new line has no sure beginning there."""
        if self.prefix is None:
            raise Withheld(_UNEVEN)
        return tuple(self._placed(edit, self.prefix) for edit in edits)

    def _placed(self, edit: Edit, prefix: str) -> Edit:
        start, end, text, slot = edit
        (first, before), (last, behind) = self._place(start), self._place(end)
        text = self.hidden.shown(text)
        if not behind and (text.endswith(("\n", "\r")) or not (text or before)):
            # Whole lines come and go with what stands in front of them.
            end = self._line_start(last)
            start = self._line_start(first) if not before else self._in_file(start)
            text = _prefixed(text, prefix, begins=not before, goes_on=False)
        elif last == len(self.shifts):
            raise Withheld(_UNEVEN)
        else:
            start, end = self._in_file(start), self._in_file(end)
            text = _prefixed(text, prefix, begins=False, goes_on=True)
        if slot is not None:
            slot = slot._replace(collection=self._in_file(slot.collection))
        return Edit(start, end, text, slot)

    def _place(self, offset: int) -> tuple[int, int]:
        """The line of the block, and how far in it."""
        line = bisect_right(self.line_starts, offset) - 1
        return line, offset - self.line_starts[line]

    def _in_file(self, offset: int) -> int:
        line, column = self._place(offset)
        return self._line_start(line) + max(column + self._shift(line), 0)

    def _line_start(self, line: int) -> int:
        starts = self.file.line_starts
        number = self.first + line
        return starts[number] if number < len(starts) else len(self.file.text)

    def _shift(self, line: int) -> int:
        # The block ends where the line behind it begins.
        return self.shifts[line] if line < len(self.shifts) else 0


def _filled_in(document: Document, hidden: Hidden) -> Document:
    """Make placeholders of what the reader fills in, and have the text as the file has it."""
    for scalar in scalars(document.root):
        if type(scalar.value) is str:
            scalar.text = hidden.shown(scalar.text)
            if "\n" not in scalar.value and _BLANK.search(scalar.value):
                scalar.value = f"${{{scalar.value}}}"
    return Document(document.number, document.root)


def is_left_alone(documents: Iterable[Document | Unreadable]) -> bool:
    """Whether a block is a fragment, or nothing of KubeVirt's."""
    return any(isinstance(each, Document) and each.root is _NOTHING for each in documents)


def _prefixed(text: str, prefix: str, *, begins: bool, goes_on: bool) -> str:
    """The text with what stands in front of lines; `begins`: it is the first of its line, and
    `goes_on`: its last line goes on with what is there."""
    first, *further = _LINE_ENDS.split(text)
    *whole, last = further or [""]
    made = [prefix + first if begins and first.strip() else first]
    made += [prefix + line if line.strip() else prefix.rstrip() + line for line in whole]
    if further:
        made.append(prefix + last if goes_on or last else last)
    return "".join(made)
