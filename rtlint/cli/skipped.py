"""One note for all templates of a run: nobody reads a page of them."""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.linted import Linted

_RULE = "RT004"


def one_note(files: tuple[Linted, ...]) -> tuple[Linted, ...]:
    """The files with the first template's finding only, which counts the other files."""
    skipped = [linted.source.path for linted in files if _notes(linted)]
    # Documentation may hold several.
    if len(skipped) < 2 and all(len(_notes(linted)) < 2 for linted in files):
        return files
    return tuple(_noted(linted, skipped) for linted in files)


def _noted(linted: Linted, skipped: list[str]) -> Linted:
    notes = _notes(linted)
    if not notes:
        return linted
    from rtlint.report.text import count

    first, *others = skipped
    more = f" ({count(len(others), 'more file')} skipped.)" if others else ""
    told = [
        each._replace(message=f"{each.message}{more}") if each is notes[0] else each
        for each in linted.result.diagnostics
        if each.rule != _RULE or (each is notes[0] and linted.source.path == first)
    ]
    return linted._replace(result=linted.result.with_diagnostics(told))


def _notes(linted: Linted) -> list[Diagnostic]:
    return [found for found in linted.result.diagnostics if found.rule == _RULE]
