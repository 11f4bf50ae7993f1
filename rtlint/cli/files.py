"""Files in and out, and what to say where that fails."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rtlint.cli.discover import Named

UNUSABLE = 2


class Unusable(click.ClickException):
    """What the user handed in cannot be used: a line a message on standard error, status 2."""

    exit_code = UNUSABLE

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's signature
        for message in self.messages:
            say(message)


def say(line: str) -> None:
    """Tell the user what is not a finding, on standard error."""
    from rtlint.report.visible import visible

    click.echo(f"rtlint: {visible(line)}", err=True)


def is_inside(path: str, folder: str) -> bool:
    """Whether the file lies in the folder, wherever links lead."""
    real, top = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath((real, top)) == top


def read_bytes(file: Named) -> bytes:
    """The file's content, standard input for `-`. Raises OSError."""
    if file.path == "-":
        return sys.stdin.buffer.read()
    with open(file.path, "rb") as stream:
        return stream.read()


def write_output(text: str, file: str | None, failures: list[str]) -> None:
    """Write a report, whole, to the file or to standard output; why not goes to `failures`."""
    # A path's bytes that are no UTF-8 come as surrogates, which no encoder takes.
    data = text.encode("utf-8", "backslashreplace")
    try:
        if file is not None:
            with open(file, "wb") as stream:
                stream.write(data)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except OSError as error:
        failures.append(f"{file or 'standard output'}: {error.strerror or error}")
