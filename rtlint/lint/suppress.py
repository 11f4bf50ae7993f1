"""What a file suppresses, taken out of what was found in it."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.found import about, at, findings
from rtlint.lint.part import MOST_READINGS
from rtlint.lint.resolve import with_comment_fix, with_fixes
from rtlint.lint.suppressions import split, unused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.settings import Settings
    from rtlint.lint.suppressions import Suppression, Unused


def suppress(
    found: list[Diagnostic],
    suppressions: list[Suppression],
    is_whole: bool,
    settings: Settings,
    failures: list[str],
) -> tuple[list[Diagnostic], int]:
    """What a file does not suppress, with what is said of suppressions in vain, and how many those
    are before any of them is suppressed.
    """
    kept, used = split(found, suppressions)
    # Nobody knows what would be found in text that cannot be read.
    if not is_whole:
        return kept, 0
    left = iter(range(MOST_READINGS))
    idle = unused(suppressions, used, settings.rules)
    further = [said for each in idle for said in _said(each, settings, failures, left)]
    return kept + split(further, suppressions)[0], len(further)


def _said(
    unused: Unused, settings: Settings, failures: list[str], left: Iterator[int]
) -> Iterator[Diagnostic]:
    source, span, obj = unused.suppression.source, unused.suppression.span, unused.suppression.obj
    for loaded, finding in findings("suppression", unused, settings, failures):
        if obj is not None:
            found = about(obj, loaded, finding._replace(span=span), settings)
            yield from with_fixes([(found, finding.fix)], obj, None, settings, left)
            continue
        found = at(source, span, 1, loaded, finding, settings)
        if unused.edit is not None and finding.fix is not None:
            found = with_comment_fix(found, finding.fix, source, unused.edit, settings, left)
        yield found
