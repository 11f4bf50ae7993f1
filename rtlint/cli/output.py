"""What goes out: a report, or the one line that says why there is none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

UNUSABLE = 2


class Unusable(click.ClickException):
    """What the user handed in cannot be used: one line on standard error, exit status 2."""

    exit_code = UNUSABLE

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's signature
        click.echo(f"rtlint: {self.message}", err=True)


def write_output(text: str, file: str | None) -> None:
    """Write a report, whole, to the file or to standard output. Raises OSError."""
    # A path's bytes that are no UTF-8 come as surrogates, which no encoder takes.
    data = text.encode("utf-8", "backslashreplace")
    if file is not None:
        Path(file).write_bytes(data)
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
