"""`rtlint config`: what is in force for a path, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rtlint.cli.files import say
from rtlint.cli.options import config_option
from rtlint.project.configure import Asked, Configurations
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.config.load import Loaded


@click.command("config")
@click.argument("path", default=".")
@config_option
def command(path: str, config: str | None) -> None:
    """Print the configuration that is in force for PATH (a file or a folder; it need not exist).

    Each value comes with the file and line that it stands in, or as a default.
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
    for note in configurations.notes:
        say(note)


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
