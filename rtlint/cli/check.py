"""`rtlint check`: lint manifests."""

from __future__ import annotations

import sys

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.files import Misused
from rtlint.cli.layout import write_sections
from rtlint.cli.lint import lint
from rtlint.cli.options import (
    add_suppressions_option,
    baseline_option,
    cluster_option,
    color_option,
    config_option,
    diff_base_option,
    exclude_option,
    given_options,
    ignore_option,
    include_docs_option,
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
    select_option,
    statistics_option,
    verbose_option,
    watch_option,
    write_baseline_option,
)

if TYPE_CHECKING:
    from typing import Any

# Parameters in the order of the help.
_SECTIONS = {
    "Fixes": ("fix", "unsafe_fixes", "diff", "preview"),
    "Rules": ("select", "ignore", "fail_on", "rule_path"),
    "Cluster": ("release", "cluster", "instancetypes"),
    "Files": ("exclude", "no_exclude", "no_skip", "include_docs", "require_files")
    + ("render", "stdin_filename"),
    "Known findings": (
        "diff_base",
        "baseline",
        "write_baseline",
        "add_suppressions",
        "no_suppressions",
    ),
    "Report": (
        "output_formats",
        "output_files",
        "color",
        "statistics",
        "quiet",
        "verbose",
    ),
}


class _Check(click.Command):
    """Its help has the options under headings, and `--exit-zero` is understood, which linters of
    other things have."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = args.index("--") if "--" in args else len(args)
        understood = ["--fail-on=never" if a == "--exit-zero" else a for a in args[:options]]
        return super().parse_args(ctx, [*understood, *args[options:]])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections(self, ctx, formatter, _SECTIONS)


@click.command("check", cls=_Check)
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
@select_option
@ignore_option
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="warning",
    show_default=True,
    help="Exit with status 1 if there are findings of this severity or above; --exit-zero is the "
    "same as never.",
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
@include_docs_option
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
@color_option
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
