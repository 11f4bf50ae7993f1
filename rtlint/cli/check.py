"""`rtlint check`: lint manifests."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Literal, NamedTuple, TextIO

import click

from rtlint.cli.configure import Asked, Configurations, given_options
from rtlint.cli.files import UNUSABLE, write_output
from rtlint.cli.kustomize import Patches
from rtlint.cli.lint_files import Fix, Surroundings, Tell, lint_files, read_files
from rtlint.cli.options import (
    add_suppressions_option,
    baseline_option,
    cluster_option,
    config_option,
    exclude_option,
    instancetypes_option,
    no_config_option,
    no_suppressions_option,
    output_file_option,
    release_option,
    rule_path_option,
    write_baseline_option,
)
from rtlint.cli.skipped import one_note
from rtlint.lint.registry import select_rules
from rtlint.lint.settings import Settings
from rtlint.report.model import Linted, Report, as_written

if TYPE_CHECKING:
    from collections.abc import Callable

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release
    from rtlint.lint.registry import Name
    from rtlint.lint.rule import Severity

FOUND = 1


class Output(NamedTuple):
    """How the report is written; `file` None is standard output."""

    format: str
    file: str | None
    color: str
    quiet: bool


def _selectors(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--fix", is_flag=True, help="Make the safe fixes, then report what is left.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that need judgement."
)
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option(
    "--preview", is_flag=True, help="Also show each VM's conversion before and after the fixes."
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE,...",
    callback=_selectors,
    help="Run only these rules: ids, slugs, or prefixes such as RT2.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE,...",
    callback=_selectors,
    help="Leave these rules out.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="warning",
    show_default=True,
    help="Exit with 1 from this severity on.",
)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@output_file_option
@release_option
@cluster_option
@instancetypes_option
@config_option
@no_config_option
@exclude_option
@rule_path_option
@no_suppressions_option
@add_suppressions_option
@baseline_option
@write_baseline_option
@click.option(
    "--stdin-filename",
    default="<stdin>",
    metavar="NAME",
    help="What to call standard input in the report.",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@click.option(
    "--quiet", "-q", is_flag=True, help="Print findings only, no closing line and no notes."
)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    preview: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity | Literal["never"],
    output_format: str,
    output_file: str | None,
    release: Release,
    cluster: Cluster | None,
    instancetypes: tuple[str, ...],
    config: str | None,
    no_config: bool,
    exclude: tuple[str, ...],
    rule_path: tuple[str, ...],
    no_suppressions: bool,
    add_suppressions: bool,
    baseline: str | None,
    write_baseline: bool,
    stdin_filename: str,
    color: str,
    quiet: bool,
) -> None:
    """Lint KubeVirt manifests.

    PATH is a file, a folder that is walked, or - for standard input; without one it is the
    current folder. Exit status: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage or
    a path that cannot be read.
    """
    asked = Asked(config, not no_config, given_options(context), exclude, rule_path)
    configurations = Configurations(asked)
    run = configurations.of_run(paths or (".",), stdin_filename)
    fail_on = configurations.pick(run, "fail-on", fail_on)
    quiet = configurations.pick(run, "quiet", quiet)
    color = configurations.pick(run, "color", color)
    if fix or diff:
        unsafe_fixes = configurations.pick(run, "unsafe-fixes", unsafe_fixes)
    instancetypes = tuple(configurations.pick(run, "instancetypes", instancetypes))
    rules = _select(select, ignore, configurations.rules)
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff.")
    if write_baseline + add_suppressions + (fix or diff) > 1 or (add_suppressions and "-" in paths):
        raise click.UsageError(
            "--write-baseline, --add-suppressions (never of `-`) and --fix or --diff exclude each "
            "other."
        )
    failures: list[str] = []
    fixes = Fix(unsafe_fixes, write=fix and not diff) if fix or diff or preview else None
    settings = Settings(release, rules=rules, suppress=not no_suppressions)
    surroundings = Surroundings(stdin_filename, instancetypes, cluster, configurations)
    notes: list[str] = []
    tell = Tell(failures.append, notes.append)
    contents, settings = read_files(paths or (".",), settings, surroundings, tell)
    patches = Patches(content.path for content in contents)
    settings_of = partial(_settings_of, base=settings, of=configurations, patches=patches)
    files = tuple(lint_files(contents, settings_of, fixes, failures.append))
    previews = _previews(files, settings_of) if preview else ""
    # What the fixes would do is shown; what is reported is what stands there.
    files = one_note(files if fix or diff else tuple(map(as_written, files)))
    baseline = configurations.pick(run, "baseline", baseline)
    if baseline and not write_baseline:
        from rtlint.cli.baseline import hide_known

        files = hide_known(files, baseline, {rule.id for rule in rules}, tell.note)
    report = Report(configurations.release(run, release), files)
    output = Output(output_format, output_file, color, quiet)
    try:
        if add_suppressions or write_baseline:
            _accept(files, add_suppressions, baseline, tell)
            fail_on = "never"
        elif diff:
            from rtlint.report.diff import render as render_diff

            write_output(render_diff(report) + _as_comment(previews), output_file, failures)
        else:
            # Standard output holds the fixed text of standard input.
            stream = sys.stderr if fix and "-" in paths else sys.stdout
            _write(report, output, stream)
            stream.write(previews if output_format == "text" else "")
    except OSError as error:
        failures.append(f"{output_file or 'standard output'}: {error.strerror or error}")
    for line in (*(() if quiet else (*configurations.notes, *notes)), *failures):
        click.echo(f"rtlint: {line}", err=True)
    if failures:
        sys.exit(UNUSABLE)
    sys.exit(FOUND if (report.is_changed if diff else report.fails(fail_on)) else 0)


def _settings_of(path: str, base: Settings, of: Configurations, patches: Patches) -> Settings:
    """The settings of one file."""
    return of.settings(path, base._replace(is_patch=path in patches))


def _select(
    select: tuple[str, ...], ignore: tuple[str, ...], further: tuple[Name, ...]
) -> tuple[Name, ...]:
    try:
        return select_rules(select, ignore, further)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _accept(files: tuple[Linted, ...], as_comments: bool, baseline: str | None, tell: Tell) -> None:
    """Write down what was found, in the files or in the baseline. Raises OSError."""
    if as_comments:
        from rtlint.cli.suppress import add_suppressions

        add_suppressions(files, tell)
    else:
        from rtlint.cli.baseline import DEFAULT, write_baseline

        write_baseline(files, baseline or DEFAULT, tell.note)


def _previews(files: tuple[Linted, ...], settings_of: Callable[[str], Settings]) -> str:
    from rtlint.preview.changes import render

    return "".join(render(linted, settings_of(linted.source.path)) for linted in files)


def _as_comment(text: str) -> str:
    """The text so that `git apply` passes over it."""
    return "".join(f"# {line}\n" for line in text.splitlines())


def _write(report: Report, output: Output, stream: TextIO) -> None:
    """Render the report and write it to the output file, or to the stream where there is none."""
    render = import_module(f"rtlint.report.{output.format}").render
    if output.file is None:
        if isinstance(stream, TextIOWrapper):
            # A file's name need be no UTF-8, and only people's terminals other than that.
            encoding = None if output.format == "text" else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
        colour = output.color == "always" or (output.color == "auto" and _takes_colour(stream))
        stream.write(render(report, colour=colour, quiet=output.quiet))
        return
    text = render(report, colour=output.color == "always", quiet=output.quiet)
    with open(output.file, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _takes_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR")
