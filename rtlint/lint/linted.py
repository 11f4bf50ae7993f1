"""A file with what linting or fixing it came to."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.run import Result
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from rtlint.lint.fixing import Applied
    from rtlint.yaml.text_edit import Edit


class Linted(NamedTuple):
    """A file that was linted; where fixes were made, what they were, the file and what was found in
    it before them, and the edits that make the one text of the other.

    `mark` is the byte order mark that stands before the text.
    """

    source: Source
    result: Result
    applied: tuple[Applied, ...] = ()
    before: Source | None = None
    found: Result | None = None
    mark: str = ""
    edits: tuple[Edit, ...] = ()


def as_written(linted: Linted) -> Linted:
    """The file as it stands on the disk, where its fixes were made on trial."""
    if linted.before is None or linted.found is None:
        return linted
    return Linted(linted.before, linted.found)
