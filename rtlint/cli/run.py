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


class Run(NamedTuple):
    """What one run is asked to do.

    `diff` shows what the fixes would change, `preview` the conversion before and after them.
    """

    paths: tuple[str, ...]
    settings: Settings
    surroundings: Surroundings
    fix: Fix | None
    diff: bool
    preview: bool
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
    settings, files = _lint(run, failures, notes)
    previews = _previews(files, settings) if run.preview else ""
    # What the fixes would do is shown; what is reported is what stands there.
    is_trial = run.fix is not None and not run.fix.write and not run.diff
    report = Report(settings.release, tuple(map(as_written, files)) if is_trial else files)
    if run.diff_base is not None:
        from rtlint.cli.changed import only_changed

        report = only_changed(report, run.diff_base)
    _publish(report, previews, run, failures)
    for line in (*(() if run.quiet else notes), *failures):
        _say(line)
    if failures:
        return UNUSABLE
    return FOUND if (report.is_changed if run.diff else report.fails(run.fail_on)) else 0


def _lint(run: Run, failures: list[str], notes: list[str]) -> tuple[Settings, tuple[Linted, ...]]:
    """The linted files, and the settings with what the files say of each other."""
    tell = Tell(failures.append, notes.append)
    if run.verbose:
        tell = tell._replace(detail=_say)
    elif not run.quiet:
        tell = tell._replace(progress=progress_bar(sys.stderr))
    contents, settings = read_files(run.paths, run.settings, run.surroundings, tell)
    return settings, tuple(lint_files(contents, settings, run.fix, tell, run.jobs))


def _previews(files: tuple[Linted, ...], settings: Settings) -> str:
    from rtlint.preview.changes import render

    return "".join(render(linted, settings) for linted in files)


def _as_comment(text: str) -> str:
    """The text so that `git apply` passes over it."""
    return "".join(f"# {line}\n" for line in text.splitlines())


def _say(line: str) -> None:
    click.echo(f"rtlint: {line}", err=True)


def _publish(report: Report, previews: str, run: Run, failures: list[str]) -> None:
    """Write the reports; why one cannot be written goes to `failures`."""
    if run.diff:
        from rtlint.report.diff import render as render_diff

        text = render_diff(report) + _as_comment(previews)
        write_output(text, run.outputs[0].file, failures)
        return
    # Standard output holds the fixed text of standard input.
    stream = sys.stderr if run.fix and "-" in run.paths else sys.stdout
    for_people = Output("text", None)
    for output in run.outputs:
        try:
            write(report, output, stream, run.color, run.quiet)
            if output == for_people:
                stream.write(previews)
        except OSError as error:
            failures.append(f"{output.file or 'standard output'}: {error.strerror or error}")
    if run.statistics:
        from rtlint.report.statistics import render

        # A program that reads the report does not read the counts.
        err = for_people not in run.outputs or stream is sys.stderr
        click.echo(render(report), nl=False, err=err)
