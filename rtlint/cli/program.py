"""The program with its commands, each of which is a module of its own."""

from __future__ import annotations

import sys
from importlib import import_module

import click

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.cli.commands import COMMANDS, SPELT_OUT
from rtlint.cli.files import interrupted
from rtlint.cli.layout import Laid
from rtlint.visible import visible

if TYPE_CHECKING:
    from typing import Any

    from click.shell_completion import CompletionItem


_OPTIONS = ("--help", "-h", "--version", "-V")
# Help takes the terminal's width; click's own limit is 80.
_WIDEST = 1000


class _Commands(click.Group):
    """Loads a command when it is called; `rtlint vm.yaml` is `rtlint check vm.yaml`."""

    context_class = Laid

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] in SPELT_OUT:
            args = self._as_option(ctx, *args)
        # Shell completion looks for commands where nothing is written yet.
        is_open = ctx.resilient_parsing and not args
        if not is_open and (not args or args[0] not in (*COMMANDS, *_OPTIONS)):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _as_option(self, ctx: click.Context, word: str, *about: str) -> list[str]:
        """`rtlint help COMMAND` as `rtlint COMMAND --help`."""
        if about and about[0] not in COMMANDS:
            ctx.fail(f"`{visible(about[0])}` is no command; there are {', '.join(COMMANDS)}.")
        return [*about[:1], SPELT_OUT[word]]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what `check` takes, which need not be named."""
        check = import_module("rtlint.cli.check").command
        return [
            *super().shell_complete(ctx, incomplete),
            *check.shell_complete(ctx, incomplete),
            *check.params[0].shell_complete(ctx, incomplete),
        ]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            # It may quote the name of a file, which the shell made of a `*`.
            raise click.UsageError(visible(error.format_message()), error.ctx) from None
        except KeyboardInterrupt:
            # Of click's own status 1 a script would think that something was found.
            sys.exit(interrupted())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"rtlint.cli.{cmd_name}").command
        command.context_class = Laid
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST},
)
@click.version_option(rtlint.__version__, "-V", "--version", prog_name="rtlint")
def program() -> None:
    """Find what keeps a KubeVirt VM from being realtime.

    `rtlint PATH...` is the same as `rtlint check PATH...`.
    """
