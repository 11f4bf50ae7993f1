"""`rtlint check`: lint manifests."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple

import click

from rtlint.cli.discover import discover
from rtlint.cli.files import UNUSABLE, read_bytes, write_output
from rtlint.cli.options import cluster_option, output_file_option, release_option
from rtlint.kubevirt.cluster import Cluster
from rtlint.lint.registry import select_rules
from rtlint.lint.run import Result, gives_out_whole_cores, is_worth_reading, lint_bytes
from rtlint.lint.settings import Settings
from rtlint.report.model import Linted, Report
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.releases import Release
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
def command(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Severity | Literal["never"],
    output_format: str,
    output_file: str | None,
    release: Release,
    cluster: Cluster | None,
    stdin_filename: str,
    color: str,
    quiet: bool,
) -> None:
    """Lint KubeVirt manifests.

    PATH is a file, a folder that is walked, or - for standard input; without one it is the
    current folder. Exit status: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage or
    a path that cannot be read.
    """
    try:
        rules = select_rules(select, ignore)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    settings = Settings(release, cluster or Cluster(), rules)
    failures: list[str] = []
    report = Report(release, tuple(_lint_all(paths or (".",), settings, stdin_filename, failures)))
    _write(report, Output(output_format, output_file, color, quiet), failures)
    for failure in failures:
        click.echo(f"rtlint: {failure}", err=True)
    if failures:
        sys.exit(UNUSABLE)
    sys.exit(FOUND if report.fails(fail_on) else 0)


class Content(NamedTuple):
    """A file as it was read; `data` is None where it cannot hold a KubeVirt object."""

    name: str
    data: bytes | None
    gives_out_whole_cores: bool


def _lint_all(
    paths: tuple[str, ...], settings: Settings, stdin_filename: str, failures: list[str]
) -> Iterator[Linted]:
    """Lint each file; what cannot be read, and rtlint's own errors, go to `failures`."""
    contents = list(_read_all(paths, stdin_filename, failures))
    if any(content.gives_out_whole_cores for content in contents):
        cluster = replace(settings.cluster, full_pcpus_only=True)
        settings = replace(settings, cluster=cluster)
    for name, data, _ in contents:
        if data is None:
            yield Linted(Source(name, ""), Result())
            continue
        try:
            yield Linted(*lint_bytes(name, data, settings))
        except Exception as error:
            # No traceback ever reaches a user, and the other files are still reported.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            failures.append(f"{name}: internal error: {what}")


def _read_all(
    paths: tuple[str, ...], stdin_filename: str, failures: list[str]
) -> Iterator[Content]:
    for file in discover(paths):
        name = stdin_filename if file.path == "-" else file.path
        try:
            data = read_bytes(file)
        except OSError as error:
            failures.append(f"{name}: {error.strerror or error}")
            continue
        kept = data if is_worth_reading(name, data, file.explicit) else None
        yield Content(name, kept, gives_out_whole_cores(data))


def _write(report: Report, output: Output, failures: list[str]) -> None:
    """Render the report and write it, whole, to the file or to standard output."""
    render = import_module(f"rtlint.report.{output.format}").render
    colour = output.color == "always"
    if output.file is None and output.color == "auto":
        colour = _is_colourful_terminal()
    write_output(render(report, colour=colour, quiet=output.quiet), output.file, failures)


def _is_colourful_terminal() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
