"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

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


def _cluster(_: click.Context, __: click.Parameter, path: str | None) -> Target | None:
    if path is None:
        return None
    from rtlint.project.cluster import load_cluster

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


release_option = click.option(
    "--kubevirt-version",
    "release",
    callback=_release,
    metavar="VERSION",
    help="The target release, such as v1.9 or v0.58.0.  [default: the newest]",
)
cluster_option = click.option(
    "--cluster",
    callback=_cluster,
    metavar="FILE",
    help="The cluster's KubeVirt object, as YAML.  [default: the one among the files, else "
    "KubeVirt's own settings]",
)
instancetypes_option = click.option(
    "--instancetypes",
    multiple=True,
    metavar="PATH",
    help="Files or folders to read for instancetypes and preferences, and not to lint.",
)
output_file_option = click.option(
    "--output-file",
    type=click.Path(dir_okay=False),
    help="Write the report there instead of standard output.",
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
    help="Write the report there, and text to the terminal. May be given several times, each with "
    "its --output-format.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Lint in this many processes.  [default: one, and more where there is much to lint]",
)
limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    callback=_limits,
    metavar="NAME=VALUE",
    help=f"Take on more or less than usual: {', '.join(NAMES)}.",
)
# There for scripts, which then need not change on the day that there is a cache.
no_cache_option = click.option(
    "--no-cache",
    is_flag=True,
    expose_value=False,
    help="Use no cache. There is none yet: every run reads everything.",
)
statistics_option = click.option(
    "--statistics", is_flag=True, help="Count the findings of each rule, behind the report."
)
verbose_option = click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Say on standard error which files are read, and which are passed over and why.",
)
watch_option = click.option(
    "--watch", is_flag=True, help="Lint again whenever a file changes, until you end it."
)
diff_base_option = click.option(
    "--diff-base",
    metavar="REV",
    help="Only findings on resources that the change since this git revision touches.",
)
render_option = click.option(
    "--render",
    is_flag=True,
    help="Also lint what `helm template` and `kustomize build` make of the folders.",
)
no_suppressions_option = click.option(
    "--no-suppressions",
    is_flag=True,
    help="Report also what comments and annotations suppress.",
)
add_suppressions_option = click.option(
    "--add-suppressions",
    is_flag=True,
    help="Write a comment above each finding that suppresses it, with a reason to fill in.",
)
config_option = click.option(
    "--config",
    metavar="FILE",
    help="The configuration of all files.  [default: for each file the nearest above it]",
)
no_config_option = click.option(
    "--no-config", is_flag=True, help="Look for no configuration files."
)
exclude_option = click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Pass over these files and folders: patterns as in .gitignore.",
)
no_exclude_option = click.option(
    "--no-exclude",
    is_flag=True,
    help="Pass over nothing that a configuration excludes, and walk vendored folders as well.",
)
no_skip_option = click.option(
    "--no-skip",
    is_flag=True,
    help="Take everything as it is written: no file for a template or a patch of Kustomize, no "
    "value for a placeholder.",
)
require_files_option = click.option(
    "--require-files",
    is_flag=True,
    help="Fail where a folder, standard input or the whole run holds nothing to lint.",
)
rule_path_option = click.option(
    "--rule-path",
    multiple=True,
    metavar="FOLDER",
    help="A folder with rule modules of your own. Their code is run.",
)
baseline_option = click.option(
    "--baseline",
    metavar="FILE",
    help="Report only what this file does not know.",
)
write_baseline_option = click.option(
    "--write-baseline",
    is_flag=True,
    help="Record what is found in the baseline (.rtlint-baseline.yaml, or as --baseline says).",
)
