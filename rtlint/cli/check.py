"""`rtlint check`: lint manifests."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Literal

import click

from rtlint.cli.configure import Asked, Configurations, given_options
from rtlint.cli.lint_files import Fix
from rtlint.cli.options import (
    add_suppressions_option,
    baseline_option,
    cluster_option,
    config_option,
    diff_base_option,
    exclude_option,
    instancetypes_option,
    jobs_option,
    limit_option,
    no_cache_option,
    no_config_option,
    no_suppressions_option,
    output_files_option,
    output_formats_option,
    release_option,
    render_option,
    rule_path_option,
    statistics_option,
    verbose_option,
    watch_option,
    write_baseline_option,
)
from rtlint.cli.outputs import outputs
from rtlint.cli.read_files import Surroundings
from rtlint.cli.run import Accept, Run, Shows, check
from rtlint.lint.registry import select_rules
from rtlint.lint.settings import Settings

if TYPE_CHECKING:
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release
    from rtlint.lint.rule import Severity


def _selectors(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(allow_dash=True))
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
@output_formats_option
@output_files_option
@release_option
@cluster_option
@instancetypes_option
@config_option
@no_config_option
@exclude_option
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
    help="What to call standard input in the report.",
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
    output_formats: tuple[str, ...],
    output_files: tuple[str, ...],
    release: Release,
    cluster: Cluster | None,
    instancetypes: tuple[str, ...],
    config: str | None,
    no_config: bool,
    exclude: tuple[str, ...],
    rule_path: tuple[str, ...],
    render: bool,
    no_suppressions: bool,
    add_suppressions: bool,
    baseline: str | None,
    write_baseline: bool,
    stdin_filename: str,
    color: str,
    quiet: bool,
    verbose: bool,
    statistics: bool,
    jobs: int | None,
    limits: dict[str, str],
    diff_base: str | None,
    watch: bool,
) -> None:
    """Lint KubeVirt manifests.

    PATH is a file, a folder that is walked, or - for standard input; without one it is the
    current folder. Exit status: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage or
    a path that cannot be read.
    """
    asked = Asked(config, not no_config, given_options(context), exclude, rule_path)
    configurations = Configurations(asked)
    here = configurations.of_run(paths or (".",), stdin_filename)
    pick = partial(configurations.pick, here)
    if fix or diff:
        unsafe_fixes = pick("unsafe-fixes", unsafe_fixes)
    quiet = pick("quiet", quiet)
    if not (fix or add_suppressions):
        render = pick("render", render)
    instancetypes = tuple(pick("instancetypes", instancetypes))
    try:
        rules = select_rules(select, ignore, configurations.rules)
        formats = pick("output-format", output_formats)
        targets = outputs(formats, pick("output-file", output_files), quiet)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff.")
    if (watch or diff_base) and (fix or diff):
        raise click.UsageError("--watch and --diff-base go with neither --fix nor --diff.")
    if render and (fix or add_suppressions):
        raise click.UsageError("--render goes with neither --fix nor --add-suppressions.")
    if watch and "-" in paths:
        raise click.UsageError("--watch needs files; standard input is read once.")
    if write_baseline + add_suppressions + (fix or diff) > 1 or (add_suppressions and "-" in paths):
        raise click.UsageError(
            "--write-baseline, --add-suppressions (never of `-`) and --fix or --diff exclude each "
            "other."
        )
    run = Run(
        paths=paths or (".",),
        settings=Settings(
            release,
            rules=rules,
            suppress=not no_suppressions,
            limits=configurations.limits(here, limits),
        ),
        release=configurations.release(here, release),
        surroundings=Surroundings(stdin_filename, instancetypes, cluster, configurations, render),
        configurations=configurations,
        accept=Accept(
            add_suppressions,
            write_baseline,
            configurations.baseline(here, baseline, write_baseline),
        ),
        fix=Fix(unsafe_fixes, write=fix and not diff) if fix or diff or preview else None,
        shows=Shows(diff, preview, is_fixed=fix or diff),
        outputs=targets,
        color=pick("color", color),
        quiet=quiet,
        verbose=pick("verbose", verbose),
        statistics=pick("statistics", statistics),
        jobs=pick("jobs", jobs),
        diff_base=diff_base,
        fail_on=pick("fail-on", fail_on),
    )
    if not watch:
        sys.exit(check(run))
    from rtlint.cli.watch import watch as run_on_change

    run_on_change((*run.paths, *instancetypes), lambda: check(run))
