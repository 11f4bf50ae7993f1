"""One run of `rtlint check`: from paths to reports and an exit status."""

from __future__ import annotations

import sys

from rtlint import TYPE_CHECKING
from rtlint.cli.files import UNUSABLE, say
from rtlint.cli.outputs import Output, write
from rtlint.cli.progress import progress_bar
from rtlint.cli.skipped import one_note
from rtlint.kubevirt.releases import Release
from rtlint.lint.linted import Linted, as_written
from rtlint.lint.settings import Settings
from rtlint.project.configure import Configurations
from rtlint.project.content import Surroundings, Tell
from rtlint.project.lint import Fix
from rtlint.project.run import lint_paths
from rtlint.report.limits import limited
from rtlint.report.model import Report
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.project.run import SettingsOf
    from rtlint.report.model import FailOn

FOUND = 1


class Shows(NamedTuple):
    """What a run shows of the fixes: their diff, what they do to the domains.

    Without `is_fixed` they are made on trial, for the preview: what is reported is what stands
    in the files.
    """

    diff: bool
    preview: bool
    is_fixed: bool


class Accept(NamedTuple):
    """Findings that are known: written down by this run, or in the file `baseline` before it."""

    add_suppressions: bool
    write_baseline: bool
    baseline: str | None

    @property
    def is_writing(self) -> bool:
        return self.add_suppressions or self.write_baseline


class Run(NamedTuple):
    """What one run is asked to do; `release` is what its report names."""

    paths: tuple[str, ...]
    settings: Settings
    release: Release
    surroundings: Surroundings
    configurations: Configurations
    accept: Accept
    fix: Fix | None
    shows: Shows
    outputs: tuple[Output, ...]
    color: str
    quiet: bool
    verbose: bool
    statistics: bool
    jobs: int | None
    diff_base: str | None
    require_files: bool
    fail_on: FailOn

    @property
    def needs_texts(self) -> bool:
        """Whether whole texts are needed, and not just what is found in them."""
        fixes = self.fix is not None or self.shows.preview
        return fixes or self.accept.is_writing or self.diff_base is not None


def check(run: Run) -> int:
    """One run from paths to reports; returns the exit status."""
    failures: list[str] = []
    notes: list[str] = []
    tell = _tell(run, failures, notes)
    surroundings = run.surroundings._replace(
        may_stream=not run.needs_texts, holds_one=run.shows.diff
    )
    linting, settings_of = lint_paths(
        run.paths, run.settings, surroundings, run.configurations, tell, run.fix, run.jobs
    )
    if run.verbose:
        linting = _say_passed_over(linting, settings_of)
    previews = ""
    if run.shows.diff:
        from rtlint.cli.diff import write_diffs

        files = write_diffs(
            linting,
            settings_of if run.shows.preview else None,
            run.outputs[0],
            keep_findings=run.accept.baseline is not None,
            flags="--fix --unsafe-fixes" if run.fix and run.fix.unsafe else "--fix",
            tell=tell,
        )
    else:
        files = tuple(linting)
        previews = _previews(files, settings_of) if run.shows.preview else ""
    # What the fixes would do is shown; what is reported is what stands there.
    if len(run.paths) > 1:
        from rtlint.cli.without_vms import without_vms

        notes += without_vms(run.paths, files)
    if run.require_files:
        from rtlint.cli.without_vms import without_documents

        for path in without_documents(run.paths, files, run.surroundings.stdin_name):
            tell.fail(f"--require-files: there is nothing to lint in {path}")
    files = one_note(files if run.shows.is_fixed else tuple(map(as_written, files)))
    if run.accept.baseline and not run.accept.write_baseline:
        from rtlint.cli.baseline import hide_known

        known = {rule.id for rule in run.settings.rules}
        files = hide_known(files, run.accept.baseline, known, tell.note)
    if run.diff_base is not None:
        from rtlint.project.changed import only_changed

        files = only_changed(files, run.diff_base, run.paths, tell.note)
    report = Report(run.release, files, run.fail_on)
    if not run.accept.is_writing:
        report = limited(report, run.settings.limits.findings)
    if not run.shows.diff:
        _publish(report, previews, run, tell)
    for line in (*(() if run.quiet else (*run.configurations.notes, *notes)), *failures):
        say(line)
    if failures:
        return UNUSABLE
    if run.accept.is_writing:
        return 0
    return FOUND if (report.is_changed if run.shows.diff else report.is_failed) else 0


def _accept(report: Report, accept: Accept, tell: Tell) -> None:
    """Write down what was found, in the files or in the baseline."""
    if accept.add_suppressions:
        from rtlint.cli.suppress import add_suppressions

        add_suppressions(report.files, tell)
        return
    from rtlint.cli.baseline import DEFAULT, write_baseline
    from rtlint.project.write import Unwritten

    path = accept.baseline or DEFAULT
    try:
        write_baseline(report.files, path, tell.note)
    except Unwritten as error:
        tell.fail(f"{path}: {error}")


def _tell(run: Run, failures: list[str], notes: list[str]) -> Tell:
    tell = Tell(failures.append, notes.append)
    if run.verbose:
        return tell._replace(detail=say)
    # Diffs on a terminal tell how far the run is.
    if run.quiet or (run.shows.diff and sys.stdout.isatty()):
        return tell
    return tell._replace(progress=progress_bar(sys.stderr))


def _say_passed_over(files: Iterator[Linted], settings_of: SettingsOf) -> Iterator[Linted]:
    from rtlint.cli.passed_over import passed_over

    for linted in files:
        for line in passed_over(linted.source, settings_of(linted.source.path).release):
            say(line)
        yield linted


def _previews(files: tuple[Linted, ...], settings_of: SettingsOf) -> str:
    from rtlint.preview.changes import render

    return "".join(render(linted, settings_of(linted.source.path)) for linted in files)


def _publish(report: Report, previews: str, run: Run, tell: Tell) -> None:
    """Write the reports, or write down what was found; why one cannot be written is told.

    Raises OSError for standard output.
    """
    if run.accept.is_writing:
        _accept(report, run.accept, tell)
        return
    # Standard output holds the fixed text of standard input.
    stream = sys.stderr if run.fix and "-" in run.paths else sys.stdout
    for output in run.outputs:
        try:
            write(report, output, stream, run.color, run.quiet)
        except OSError as error:
            if output.file is None:
                raise
            tell.fail(f"{output.file}: {error.strerror or error}")
    if Output("text", None) in run.outputs:
        stream.write(previews)
    if run.statistics:
        from rtlint.report.statistics import render

        # A program that reads the report does not read the counts.
        is_read = Output("text", None) not in run.outputs
        (sys.stderr if is_read else stream).write(render(report))
