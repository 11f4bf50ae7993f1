"""One note for all templates of a run: nobody reads a page of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.lint.linted import Linted

_RULE = "RT004"


def one_note(files: tuple[Linted, ...]) -> tuple[Linted, ...]:
    """The files with the first template's finding only, which counts the others."""
    skipped = [
        linted.source.path
        for linted in files
        if any(found.rule == _RULE for found in linted.result.diagnostics)
    ]
    if len(skipped) < 2:
        return files
    return tuple(_noted(linted, skipped) for linted in files)


def _noted(linted: Linted, skipped: list[str]) -> Linted:
    if linted.source.path not in skipped:
        return linted
    first, *others = skipped
    found = linted.result.diagnostics if linted.source.path == first else []
    more = f"{len(others)} more file{'s' * (len(others) > 1)} skipped"
    told = [each._replace(message=f"{each.message} ({more}.)") for each in found]
    return linted._replace(result=linted.result.with_diagnostics(told))
