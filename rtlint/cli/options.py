"""Options that several commands share."""

from __future__ import annotations

import os

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.complete import complete_releases, complete_rules
from rtlint.cli.outputs import FORMATS
from rtlint.config.limits import read_limits
from rtlint.kubevirt.releases import NEWEST, Release, parse_release
from rtlint.limits import NAMES

if TYPE_CHECKING:
    from rtlint.project.cluster import Target


def _release(_: click.Context, __: click.Parameter, text: str | None) -> Release:
    try:
        return NEWEST if text is None else parse_release(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _selectors(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _cluster(_: click.Context, __: click.Parameter, path: str | None) -> Target | None:
    if path is None:
        return None
    from rtlint.project.cluster import load_cluster
    from rtlint.project.files import Unusable

    if not os.path.exists(path):
        raise Unusable(f"--cluster: there is no file {path}")
    return load_cluster(path)


def _limits(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    parts = (text.partition("=") for text in texts)
    given = {name.strip(): value.strip() for name, _, value in parts}
    try:
        read_limits(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return given


def given_options(context: click.Context) -> frozenset[str]:
    """The long options that stand on the command line, without their dashes."""
    from click.core import ParameterSource

    return frozenset(
        option.removeprefix("--")
        for parameter in context.command.params
        for option in parameter.opts
        if context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    )


select_option = click.option(
    "--select",
    multiple=True,
    metavar="RULE,...",
    callback=_selectors,
    shell_complete=complete_rules,
    help="Run only these rules: ids, slugs, or prefixes such as RT2.",
)
ignore_option = click.option(
    "--ignore",
    multiple=True,
    metavar="RULE,...",
    callback=_selectors,
    shell_complete=complete_rules,
    help="Skip these rules.",
)
release_option = click.option(
    "--kubevirt-version",
    "release",
    callback=_release,
    metavar="VERSION",
    shell_complete=complete_releases,
    help="The target release, such as v1.9 or v0.58.0.  [default: the newest]",
)
cluster_option = click.option(
    "--cluster",
    callback=_cluster,
    metavar="FILE",
    help="The cluster's KubeVirt object and others of its platform, as YAML.  [default: the "
    "configuration's, else those among the files, else KubeVirt's defaults]",
)
# Where no files are linted, among which there could be one.
named_cluster_option = click.option(
    "--cluster",
    callback=_cluster,
    metavar="FILE",
    help="The cluster's KubeVirt object, which the binding names, and others of its platform, as "
    "YAML.  [default: the configuration's, else `kubevirt` in the namespace `kubevirt`]",
)
instancetypes_option = click.option(
    "--instancetypes",
    multiple=True,
    metavar="PATH",
    help="Files or folders with instancetypes and preferences, to read but not to lint.",
)
color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
output_file_option = click.option(
    "--output-file",
    type=click.Path(dir_okay=False),
    help="Write to this file instead of standard output.",
)
output_formats_option = click.option(
    "--output-format",
    "output_formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="The report's format.  [default: text]",
)
output_files_option = click.option(
    "--output-file",
    "output_files",
    multiple=True,
    type=click.Path(dir_okay=False),
    help="Write the report to this file, and text to standard output. Repeatable, each with an "
    "--output-format of its own.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes.  [default: one, more for large runs]",
)
limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    callback=_limits,
    metavar="NAME=VALUE",
    help=f"Raise or lower a limit on the input: {', '.join(NAMES)}.",
)
# There for scripts, which then need not change on the day that there is a cache.
no_cache_option = click.option(
    "--no-cache",
    is_flag=True,
    expose_value=False,
    help="Accepted for scripts, without effect: rtlint has no cache.",
)
statistics_option = click.option(
    "--statistics", is_flag=True, help="Print the number of findings per rule after the report."
)
verbose_option = click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Print to standard error which files are read, and which are skipped and why.",
)
watch_option = click.option(
    "--watch", is_flag=True, help="Re-lint on every change until interrupted."
)
diff_base_option = click.option(
    "--diff-base",
    metavar="REV",
    help="Report only findings on resources that changed since this git revision.",
)
render_option = click.option(
    "--render",
    is_flag=True,
    help="Also lint the output of `helm template` and `kustomize build` for charts and overlays.",
)
no_suppressions_option = click.option(
    "--no-suppressions",
    is_flag=True,
    help="Also report findings that comments and annotations suppress.",
)
add_suppressions_option = click.option(
    "--add-suppressions",
    is_flag=True,
    help="Suppress each finding with a comment above it, with a reason to fill in.",
)
config_option = click.option(
    "--config",
    metavar="FILE",
    help="The configuration.  [default: the nearest one above each file, without files the nearest "
    "above the current folder]",
)
no_config_option = click.option("--no-config", is_flag=True, help="Ignore all configuration files.")
exclude_option = click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Files and folders to skip, as patterns like in .gitignore.",
)
no_exclude_option = click.option(
    "--no-exclude",
    is_flag=True,
    help="Lint what the configuration excludes, and vendored folders.",
)
no_skip_option = click.option(
    "--no-skip",
    is_flag=True,
    help="Take everything literally: recognise no templates, Kustomize patches or placeholders.",
)
include_docs_option = click.option(
    "--include-docs",
    is_flag=True,
    help="Also lint the manifests in Markdown and AsciiDoc files of the folders.",
)
require_files_option = click.option(
    "--require-files",
    is_flag=True,
    help="Fail if a folder, standard input or the whole run has nothing to lint.",
)
rule_path_option = click.option(
    "--rule-path",
    multiple=True,
    metavar="FOLDER",
    help="A folder with your own rule modules. Their code is run.",
)
baseline_option = click.option(
    "--baseline",
    metavar="FILE",
    help="Report only findings that are not in this file.",
)
write_baseline_option = click.option(
    "--write-baseline",
    is_flag=True,
    help="Record all findings in the baseline (.rtlint-baseline.yaml, or the --baseline file).",
)
