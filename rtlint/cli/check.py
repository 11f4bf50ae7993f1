"""`rtlint check`: lint manifests."""

from __future__ import annotations

import sys
from typing import Any

import click

from rtlint.cli.files import Misused
from rtlint.cli.lint import lint
from rtlint.cli.options import (
    add_suppressions_option,
    baseline_option,
    cluster_option,
    config_option,
    diff_base_option,
    exclude_option,
    given_options,
    instancetypes_option,
    jobs_option,
    limit_option,
    no_cache_option,
    no_config_option,
    no_exclude_option,
    no_skip_option,
    no_suppressions_option,
    output_files_option,
    output_formats_option,
    release_option,
    render_option,
    require_files_option,
    rule_path_option,
    statistics_option,
    verbose_option,
    watch_option,
    write_baseline_option,
)


def _selectors(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(allow_dash=True))
@click.option("--fix", is_flag=True, help="Apply the safe fixes, then report what is left.")
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix or --diff: also the fixes that need a person's judgement.",
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, without writing it.")
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
    help="Skip these rules.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="warning",
    show_default=True,
    help="Exit with status 1 if there are findings of this severity or above.",
)
@output_formats_option
@output_files_option
@release_option
@cluster_option
@instancetypes_option
@config_option
@no_config_option
@exclude_option
@no_exclude_option
@no_skip_option
@require_files_option
@rule_path_option
@render_option
@no_suppressions_option
@add_suppressions_option
@baseline_option
@write_baseline_option
@click.option(
    "--stdin-filename",
    default="<stdin>",
    metavar="NAME",
    help="The file name to report for standard input.",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@click.option(
    "--quiet", "-q", is_flag=True, help="Print findings only, no closing line and no notes."
)
@verbose_option
@statistics_option
@jobs_option
@limit_option
@no_cache_option
@diff_base_option
@watch_option
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Lint KubeVirt manifests.

    PATH is a file, a folder that is walked, or - for standard input; without one it is the
    current folder. Exit status: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage or
    a path that cannot be read.
    """
    try:
        status = lint(given=given_options(context), **options)
    except Misused as error:
        raise click.UsageError(str(error)) from None
    sys.exit(status)
