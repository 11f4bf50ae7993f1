"""What is known of a text while it is typed: its findings, or those it had when it was whole."""

from __future__ import annotations

from itertools import pairwise

from rtlint import TYPE_CHECKING
from rtlint.lint.run import conclude, may_hold_objects, may_hold_platform, parts_of, unescaped
from rtlint.lsp.same_lines import same_lines
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.part import Part
    from rtlint.lint.settings import Settings


class Checked(NamedTuple):
    """A text as it was linted with settings, part by part.

    `found` is what stands in it now; `kept` are earlier findings in documents that cannot be read
    as they are, on lines that have not changed since. `failures` say which rules of the user's own
    failed, and why.
    """

    source: Source
    settings: Settings
    parts: tuple[Part, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    kept: tuple[Diagnostic, ...] = ()
    failures: tuple[str, ...] = ()


def check(source: Source, settings: Settings, before: Checked | None) -> Checked:
    """Lint a text; `before` is what the same file was until now: what is still the same in it is
    not linted again.

    A text without KubeVirt's groups is left alone: its syntax is another tool's business.
    """
    data = source.text.encode("utf-8", "surrogatepass")
    if not (may_hold_objects(data) or may_hold_platform(unescaped(data))):
        return Checked(source, settings)
    is_known = before is not None and before.settings == settings
    known = {part.source.text: part for part in before.parts} if before and is_known else {}
    parts = tuple(parts_of(source, settings, known, whole=True))
    result = conclude(parts, settings)
    kept = () if before is None else tuple(_kept(before, source, parts))
    return Checked(source, settings, parts, tuple(result.diagnostics), kept, tuple(result.failures))


def _kept(before: Checked, now: Source, parts: tuple[Part, ...]) -> Iterator[Diagnostic]:
    """Earlier findings that still hold where the text cannot be read, moved to where they are."""
    broken = [part.source.lines for part in parts if part.is_broken]
    if not broken:
        return
    same = same_lines(_lines(before.source), _lines(now))
    for diagnostic in (*before.found, *before.kept):
        # A finding of no resource is about the syntax, and that was linted anew.
        if diagnostic.resource is None:
            continue
        first, last = diagnostic.start.line, diagnostic.end.line
        shift = same.get(first - 1, -1) - (first - 1)
        if any(same.get(line - 1) != line - 1 + shift for line in range(first, last + 1)):
            continue
        if any(first + shift in lines and last + shift in lines for lines in broken):
            yield _moved(diagnostic, shift)


def _moved(diagnostic: Diagnostic, lines: int) -> Diagnostic:
    """The diagnostic further down; its fix is about a text that is no more."""
    return diagnostic._replace(
        start=diagnostic.start.below(lines), end=diagnostic.end.below(lines), fix=None
    )


def _lines(source: Source) -> list[str]:
    ends = (*source.line_starts, len(source.text))
    return [source.text[start:end] for start, end in pairwise(ends)]
