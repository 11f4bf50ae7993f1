"""Each fix made alone, and read again: one that is not read as it says is withheld."""

from __future__ import annotations

from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubernetes.objects import data_of
from rtlint.lint.expected import performed, same
from rtlint.lint.rule import Move, Remove, Set
from rtlint.lint.trials import spend
from rtlint.yaml.compose import compose
from rtlint.yaml.edit import ground
from rtlint.yaml.excerpt import Excerpt, excerpt
from rtlint.yaml.nodes import Document
from rtlint.yaml.text_edit import Withheld, apply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.limits import Limits
    from rtlint.lint.rule import Operation
    from rtlint.yaml.source import Unreadable
    from rtlint.yaml.text_edit import Edit

# In characters: what is read as it is, and what takes one of the readings that are left.
_SHORT, _LONG = 1_000, 5_000


def try_alone(
    text: str,
    document: Document,
    edits: tuple[Edit, ...],
    operations: tuple[Operation, ...],
    limits: Limits,
    left: Iterator[int],
) -> None:
    """Raise Withheld unless edits make of a document just what the operations say.

    `document` has its number in the text. `left` are the readings of long texts that are left;
    raises Enough where none is.
    """
    piece = Excerpt(text, edits, ())
    if len(text) > _SHORT and not ground(text, document.root).shared:
        piece = excerpt(text, document.root, edits)
    if len(piece.text) > _LONG:
        spend(left)
    expected = [*_before(piece.text, limits)]
    data = expected[document.number - 1]
    expected[document.number - 1] = performed(data, [_within(piece, each) for each in operations])
    if not same(expected, _meaning(apply(piece.text, list(piece.edits)), limits)):
        raise Withheld("The changed text would not mean what the fix intends; fix it by hand")


def try_comment(text: str, edit: Edit, limits: Limits, left: Iterator[int]) -> None:
    """Raise Withheld unless an edit of a comment leaves what the text means as it is.

    Raises Enough where that would take too long.
    """
    documents = [each for each in _read(text, limits) if isinstance(each, Document)]
    near = [each for each in documents if each.root.start <= edit.start] or documents[:1]
    if near:
        try_alone(text, near[-1], (edit,), (), limits, left)


# Of the comments of a text one is tried after the other.
@lru_cache(maxsize=1)
def _read(text: str, limits: Limits) -> tuple[Document | Unreadable, ...]:
    return tuple(compose(text, limits=limits))


def _within(piece: Excerpt, operation: Operation) -> Operation:
    """The operation with the paths of the excerpt."""

    def path(field: str) -> str:
        return join_path(*piece.path(split_path(field)))

    match operation:
        case Set(field, value):
            return Set(path(field), value)
        case Move(field, to):
            return Move(path(field), path(to))
        case Remove(field):
            return Remove(path(field))


# Fixes of a short text, and of neighbours in a long one, have the text before them in common.
@lru_cache(maxsize=1)
def _before(text: str, limits: Limits) -> list[Any]:
    return _meaning(text, limits)


def _meaning(text: str, limits: Limits) -> list[Any]:
    return [
        data_of(each) if isinstance(each, Document) else None
        for each in compose(text, limits=limits)
    ]
