"""One run of `rtlint check`: from paths to reports and an exit status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from rtlint.cli.files import UNUSABLE, write_output
from rtlint.cli.lint_files import Fix, Surroundings, Tell, lint_files
from rtlint.cli.outputs import Output, write
from rtlint.cli.progress import progress_bar
from rtlint.report.model import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.rule import Severity
    from rtlint.lint.settings import Settings
    from rtlint.report.model import Linted

FOUND = 1


class Run(NamedTuple):
    """What one run is asked to do; `diff` shows what the fixes would change."""

    paths: tuple[str, ...]
    settings: Settings
    surroundings: Surroundings
    fix: Fix | None
    diff: bool
    outputs: tuple[Output, ...]
    color: str
    quiet: bool
    verbose: bool
    statistics: bool
    jobs: int | None
    diff_base: str | None
    fail_on: Severity | Literal["never"]


def check(run: Run) -> int:
    """One run from paths to reports; returns the exit status."""
    failures: list[str] = []
    notes: list[str] = []
    report = Report(run.settings.release, tuple(_lint(run, failures, notes)))
    if run.diff_base is not None:
        from rtlint.cli.changed import only_changed

        report = only_changed(report, run.diff_base)
    _publish(report, run, failures)
    for line in (*(() if run.quiet else notes), *failures):
        _say(line)
    if failures:
        return UNUSABLE
    return FOUND if (report.is_changed if run.diff else report.fails(run.fail_on)) else 0


def _lint(run: Run, failures: list[str], notes: list[str]) -> Iterator[Linted]:
    tell = Tell(failures.append, notes.append)
    if run.verbose:
        tell = tell._replace(detail=_say)
    elif not run.quiet:
        tell = tell._replace(progress=progress_bar(sys.stderr))
    return lint_files(run.paths, run.settings, run.surroundings, run.fix, tell, run.jobs)


def _say(line: str) -> None:
    click.echo(f"rtlint: {line}", err=True)


def _publish(report: Report, run: Run, failures: list[str]) -> None:
    """Write the reports; why one cannot be written goes to `failures`."""
    if run.diff:
        from rtlint.report.diff import render as render_diff

        write_output(render_diff(report), run.outputs[0].file, failures)
        return
    # Standard output holds the fixed text of standard input.
    stream = sys.stderr if run.fix and "-" in run.paths else sys.stdout
    for output in run.outputs:
        try:
            write(report, output, stream, run.color, run.quiet)
        except OSError as error:
            failures.append(f"{output.file or 'standard output'}: {error.strerror or error}")
    if run.statistics:
        from rtlint.report.statistics import render

        # A program that reads the report does not read the counts.
        is_read = Output("text", None) not in run.outputs
        click.echo(render(report), nl=False, err=is_read or stream is sys.stderr)
