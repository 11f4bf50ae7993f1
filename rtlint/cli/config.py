"""`rtlint config`: what is in force for a path, and where it comes from."""

from __future__ import annotations

import os

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.files import say
from rtlint.cli.options import config_option
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.project.content import Surroundings, Tell
from rtlint.project.read import read_files
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.config.load import Loaded
    from rtlint.platform.model import Platform


@click.command("config", short_help="Print the configuration that applies to PATH.")
@click.argument("path", default=".")
@config_option
def command(path: str, config: str | None) -> None:
    """Print the configuration that is in force for PATH (a file or a folder; it need not exist).

    Each value comes with the file and line that it stands in, or as a default. So do the objects of
    the cluster in the files of the current folder, and of PATH: which of them count, and why.
    """
    configurations = Configurations(Asked(config))
    loaded = configurations.of(path)
    rows = list(_rows(loaded))
    width = max(len(f"{key}: {value}") for key, value, _ in rows)
    click.echo(visible(f"# {path}: {loaded.path if loaded else 'no configuration file'}"))
    for key, value, source in rows:
        click.echo(visible(f"{f'{key}: {value}':{min(width, 60)}}  # {source}"))
    if configurations.excludes(path):
        click.echo("# the path is excluded: nothing in it is linted")
    for line in _cluster_objects(path, configurations, loaded):
        click.echo(visible(line))
    for note in configurations.notes:
        say(note)


def _cluster_objects(
    path: str, configurations: Configurations, loaded: Loaded | None
) -> Iterator[str]:
    """Which objects of the platform count for a path, and why; nothing where there are none."""
    named = loaded.values.get("cluster") if loaded else None
    if named:
        target = configurations.load_cluster(named)
        platform = target.platform if target else None
    else:
        platform = _platform(path, configurations)
    if platform is None:
        return
    # What lies in a folder counts as a file in it does.
    place = os.path.join(path, "manifest.yaml") if os.path.isdir(path) else path
    yield "# objects of the cluster:"
    for each in platform.verdicts(place):
        start = each.known.place()
        counts = "counts" if each.counts else "does not count"
        where = f"{start.path}:{start.start.line}"
        yield f"#   {each.known.title}, {where}: {counts}: {each.reason}"


def _platform(path: str, configurations: Configurations) -> Platform | None:
    here = dict.fromkeys((".", path)) if os.path.exists(path) else (".",)
    around = Surroundings("<stdin>", (), None, configurations)
    # The run itself says what cannot be read.
    _, settings = read_files(tuple(here), Settings(), around, Tell())
    return settings.platform


def _rows(loaded: Loaded | None) -> Iterator[tuple[str, str, str]]:
    """Every key with its value and where that comes from."""
    from rtlint.config.model import Configuration

    for name, field in Configuration.model_fields.items():
        key = field.alias or name
        if loaded is not None and key in loaded.values:
            yield from _given(loaded, key, loaded.values[key])
        else:
            yield key, _shown(field.default), "default"


def _given(loaded: Loaded, key: str, value: Any) -> Iterator[tuple[str, str, str]]:
    """A row for a value, or for each entry of a mapping: they stand on lines of their own."""
    if isinstance(value, dict) and value:
        for inner, each in value.items():
            yield f"{key}.{inner}", _shown(each), loaded.place(key, inner)
    else:
        yield key, _shown(value), loaded.place(key)


def _shown(value: Any) -> str:
    import json

    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
