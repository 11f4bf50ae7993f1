"""A mapping of a document as a text of its own.

To read a whole document again for each of its fixes takes the square of a list.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple
from rtlint.yaml.layout import (
    content_end,
    is_kept_block,
    line_break_before,
    line_start,
    next_line,
    tail,
)
from rtlint.yaml.locate import find
from rtlint.yaml.nodes import Mapping, written

if TYPE_CHECKING:
    from rtlint.yaml.edit import Ground, Path

_BLANK_AND_COMMENTS = r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*"


class Piece(NamedTuple):
    """Whole lines of a document, from `offset` on, that are a document by themselves.

    `above` is the path of the mapping that they are, `lists` the number of lists that their first
    line begins, and that the mapping is the first item of in the piece.
    """

    offset: int
    text: str
    above: Path
    lists: int

    def within(self, path: Path) -> Path:
        """A path of the document, below `above`, as the piece has it."""
        return (*(0,) * self.lists, *path[len(self.above) :])


def piece_of(on: Ground, paths: list[Path], most: int) -> Piece | None:
    """The smallest block mapping that holds all the paths and more than `most` fields.

    None where only the whole text will do: for what braces hold, and what aliases share.
    """
    depth = min(map(len, paths)) - 1
    while depth > 0 and len({path[:depth] for path in paths}) > 1:
        depth -= 1
    for length in range(depth, 0, -1):
        place = find(on.root, paths[0][:length])
        node = place.node
        if not place.complete or not isinstance(node, Mapping) or node.flow:
            continue
        if len(node.pairs) // 2 <= most:
            continue
        start = line_start(on.text, node.start)
        margin = on.text[start : node.start]
        above = line_start(on.text, line_break_before(on.text, start))
        if margin.strip(" -") or on.text[above:start].lstrip().startswith("#"):
            continue
        if is_kept_block(on.text, tail(node)) or any(id(n) in on.shared for n in written(node)):
            return None
        end = next_line(on.text, content_end(on.text, node))
        below = re.compile(_BLANK_AND_COMMENTS).match(on.text, end)
        end = below.end() if below else end
        return Piece(start, on.text[start:end], paths[0][:length], margin.count("-"))
    return None
