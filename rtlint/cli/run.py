"""One run of `rtlint check`: from paths to reports and an exit status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from rtlint.cli.files import UNUSABLE, write_output
from rtlint.cli.lint_files import Fix, Surroundings, Tell, lint_files, read_files
from rtlint.cli.outputs import Output, write
from rtlint.cli.progress import progress_bar
from rtlint.report.model import Report, as_written

if TYPE_CHECKING:
    from rtlint.lint.rule import Severity
    from rtlint.lint.settings import Settings
    from rtlint.report.model import Linted

FOUND = 1


class Shows(NamedTuple):
    """What a run shows of the fixes: their diff, what they do to the domains.

    Without `is_fixed` they are made on trial, for the preview: what is reported is what stands
    in the files.
    """

    diff: bool
    preview: bool
    is_fixed: bool


class Run(NamedTuple):
    """What one run is asked to do."""

    paths: tuple[str, ...]
    settings: Settings
    surroundings: Surroundings
    fix: Fix | None
    shows: Shows
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
    tell = _tell(run, failures, notes)
    contents, settings = read_files(run.paths, run.settings, run.surroundings, tell)
    files = tuple(lint_files(contents, settings, run.fix, tell, run.jobs))
    previews = _previews(files, settings) if run.shows.preview else ""
    if not run.shows.is_fixed:
        files = tuple(map(as_written, files))
    report = Report(run.settings.release, files)
    if run.diff_base is not None:
        from rtlint.cli.changed import only_changed

        report = only_changed(report, run.diff_base)
    _publish(report, previews, run, failures)
    for line in (*(() if run.quiet else notes), *failures):
        _say(line)
    if failures:
        return UNUSABLE
    return FOUND if (report.is_changed if run.shows.diff else report.fails(run.fail_on)) else 0


def _tell(run: Run, failures: list[str], notes: list[str]) -> Tell:
    tell = Tell(failures.append, notes.append)
    if run.verbose:
        return tell._replace(detail=_say)
    return tell if run.quiet else tell._replace(progress=progress_bar(sys.stderr))


def _previews(files: tuple[Linted, ...], settings: Settings) -> str:
    from rtlint.preview.changes import render

    return "".join(render(linted, settings) for linted in files)


def _say(line: str) -> None:
    click.echo(f"rtlint: {line}", err=True)


def _publish(report: Report, previews: str, run: Run, failures: list[str]) -> None:
    """Write the reports; why one cannot be written goes to `failures`."""
    if run.shows.diff:
        from rtlint.report.diff import render as render_diff

        # `git apply` passes over what is no part of a patch.
        comments = "".join(f"# {line}\n" for line in previews.splitlines())
        write_output(render_diff(report) + comments, run.outputs[0].file, failures)
        return
    # Standard output holds the fixed text of standard input.
    stream = sys.stderr if run.fix and "-" in run.paths else sys.stdout
    for output in run.outputs:
        try:
            write(report, output, stream, run.color, run.quiet)
        except OSError as error:
            failures.append(f"{output.file or 'standard output'}: {error.strerror or error}")
    if Output("text", None) in run.outputs:
        stream.write(previews)
    if run.statistics:
        from rtlint.report.statistics import render

        # A program that reads the report does not read the counts.
        is_read = Output("text", None) not in run.outputs
        click.echo(render(report), nl=False, err=is_read or stream is sys.stderr)
