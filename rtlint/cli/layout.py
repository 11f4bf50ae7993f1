"""How the help of all commands is laid out."""

from __future__ import annotations

import sys

import click

from rtlint import TYPE_CHECKING
from rtlint.cli.outputs import look
from rtlint.report.terminal import BOLD, CYAN, Screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any


class _Formatter(click.HelpFormatter):
    """Help in the terminal's colours, in lines as wide as it is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._screen = Screen(*look(sys.stdout))

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._screen.paint(heading, BOLD))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: int, **options: int) -> None:
        painted = [(self._screen.paint(term, CYAN), text) for term, text in rows]
        super().write_dl(painted, *args, **options)


class Laid(click.Context):
    """The context of a command whose help is laid out."""

    formatter_class = _Formatter


def write_sections(
    command: click.Command,
    context: click.Context,
    formatter: click.HelpFormatter,
    sections: Mapping[str, Sequence[str]],
) -> None:
    """The options of a command under headings, those under none of them at the end."""
    records = {
        parameter.name: record
        for parameter in command.get_params(context)
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context))
    }
    named = {name for names in sections.values() for name in names}
    others = [name for name in records if name not in named]
    for heading, names in (*sections.items(), ("Other options", others)):
        with formatter.section(heading):
            formatter.write_dl([records[name] for name in names])
