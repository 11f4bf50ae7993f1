"""Write docs/commands.md from the commands' own help: `python scripts/make_commands.py`."""

from collections.abc import Iterator
from pathlib import Path

import click

from rtlint.cli.program import program

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
_HEAD = """\
# Commands and options

What `rtlint COMMAND --help` says of each command, beside `-h, --help` itself. [Command
line](command-line.md) tells how they work together.
"""


def page() -> str:
    """The page: a section a command, with its arguments and a table of its options."""
    context = click.Context(program, info_name="rtlint", **program.context_settings)
    commands = (program.get_command(context, name) for name in program.list_commands(context))
    return _HEAD + "".join(_section(command, context) for command in commands if command)


def _section(command: click.Command, parent: click.Context) -> str:
    context = click.Context(command, info_name=command.name, parent=parent)
    usage = " ".join(["rtlint", command.name or "", *command.collect_usage_pieces(context)])
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    rows = "".join(f"| {names} | {help_} |\n" for names, help_ in _options(command, context))
    table = f"\n| option | does |\n|---|---|\n{rows}" if rows else ""
    text = "\n\n".join(paragraphs)
    return f"\n## rtlint {command.name}\n\n```text\n{usage}\n```\n\n{text}\n{table}"


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
            names, help_ = (text.replace("|", "\\|") for text in record)
            yield f"`{names}`", help_


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
