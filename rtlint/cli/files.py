"""What goes to the terminal, and to the files that it names instead."""

from __future__ import annotations

import os
import sys

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

UNUSABLE = 2
_INTERRUPTED = 130  # what a shell makes of Ctrl-C


class Misused(Exception):  # noqa: N818 - said with the command's usage
    """Options that do not go together, which the command says with its usage."""


def say(line: str) -> None:
    """Tell the user what is not a finding, on standard error."""
    from rtlint.visible import visible

    try:
        print(f"rtlint: {visible(line)}", file=sys.stderr)
    except OSError:
        # There is nowhere to say it; the exit status still does.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def interrupted() -> int:
    """Say that the user ended the run; returns its exit status."""
    say("ended before everything was done")
    return _INTERRUPTED


def write_output(texts: Iterable[str], file: str | None, failures: list[str]) -> None:
    """Write a report, whole, to the file, or each text of it to standard output as it comes.

    Why not goes to `failures`. Raises OSError for standard output.
    """
    # A path's bytes that are no UTF-8 come as surrogates, which no encoder takes.
    pieces = (text.encode("utf-8", "backslashreplace") for text in texts)
    if file is None:
        for data in pieces:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        return
    from rtlint.project.write import write_report

    try:
        write_report(file, pieces)
    except OSError as error:
        failures.append(f"{file}: {error.strerror or error}")


def drop_output() -> None:
    """Forget what standard output did not take, and whatever else is written there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
