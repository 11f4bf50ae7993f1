"""`--diff`: of each file what fixing would change, as soon as that is known."""

from __future__ import annotations

import sys

from rtlint import TYPE_CHECKING
from rtlint.cli.files import write_output
from rtlint.lint.linted import Linted
from rtlint.report.diff import render
from rtlint.report.text import count
from rtlint.visible import visible
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.cli.outputs import Output
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.project.content import Tell
    from rtlint.project.run import SettingsOf


def write_diffs(
    files: Iterator[Linted],
    settings_of: SettingsOf | None,
    output: Output,
    keep_findings: bool,
    flags: str,
    tell: Tell,
) -> tuple[Linted, ...]:
    """Write the diff of each file when it is done, with `settings_of` also what its domains become.

    A note says how many fixes that is, made with `flags`, and how many others there are. Returns
    what is left to say of the files, without their texts, and with the first finding of each or all
    of them: however many files there are, one is held. Raises OSError for standard output.
    """
    outlines: list[Linted] = []
    made = changed = unsafe = 0
    # On a terminal a person reads it, not `git apply`.
    is_shown = output.file is None and sys.stdout.isatty()

    def texts() -> Iterator[str]:
        nonlocal made, changed, unsafe
        for linted in files:
            made += len(linted.applied)
            changed += bool(linted.applied)
            unsafe += sum(_is_unsafe(found) for found in linted.result.diagnostics)
            text = render(linted)
            if settings_of is not None:
                text += _comments(linted, settings_of)
            outlines.append(_outline(linted, keep_findings))
            if text:
                yield _visible(text) if is_shown else text

    failures: list[str] = []
    write_output(texts(), output.file, failures)
    for failure in failures:
        tell.fail(failure)
    would = f"make {count(made, 'fix')} in {count(changed, 'file')}" if made else "change nothing"
    more = f"; {unsafe}{' more' if made else ''} with --unsafe-fixes" if unsafe else ""
    tell.note(f"{flags} would {would}{more}")
    return tuple(outlines)


def _is_unsafe(found: Diagnostic) -> bool:
    return found.fix is not None and found.fix.applicability == "unsafe"


def _comments(linted: Linted, settings_of: SettingsOf) -> str:
    """The preview of a file, as text that `git apply` passes over between patches."""
    from rtlint.preview.changes import render as render_preview

    preview = render_preview(linted, settings_of(linted.source.path))
    return "".join(f"# {line}\n" for line in preview.splitlines())


def _visible(text: str) -> str:
    return "".join(f"{visible(line)}\n" for line in text.split("\n")[:-1])


def _outline(linted: Linted, keep_findings: bool) -> Linted:
    found = linted.result.diagnostics if keep_findings else linted.result.diagnostics[:1]
    kept = [diagnostic._replace(fix=None, related=()) for diagnostic in found]
    source = Source(linted.source.path, "")
    return Linted(source, linted.result.with_diagnostics(kept), linted.applied[:1])
