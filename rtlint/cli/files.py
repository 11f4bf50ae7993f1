"""Files in and out, and what to say where that fails."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from rtlint.cli.discover import Named

UNUSABLE = 2
_INTERRUPTED = 130  # what a shell makes of Ctrl-C


class Unusable(Exception):  # noqa: N818 - said in a line, not shown as an error
    """What the user handed in cannot be used: a line a message on standard error, status 2."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Misused(Exception):  # noqa: N818 - said with the command's usage
    """Options that do not go together, which the command says with its usage."""


def say(line: str) -> None:
    """Tell the user what is not a finding, on standard error."""
    from rtlint.report.visible import visible

    print(f"rtlint: {visible(line)}", file=sys.stderr)


def interrupted() -> int:
    """Say that the user ended the run; returns its exit status."""
    say("ended before everything was done")
    return _INTERRUPTED


def is_inside(path: str, folder: str) -> bool:
    """Whether the file lies in the folder, wherever links lead."""
    real, top = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath((real, top)) == top


def read_bytes(file: Named, most: int) -> bytes:
    """The file's content, standard input for `-`.

    Raises OSError, and Unreadable where it is larger than `most` bytes: no more are read.
    """
    if file.path == "-":
        data = sys.stdin.buffer.read(most + 1)
    else:
        with open(file.path, "rb") as stream:
            # A pipe or a device has no size, and may never end.
            size = os.fstat(stream.fileno()).st_size or most
            data = stream.read(size + 1) if size <= most else None
    if data is None or len(data) > most:
        raise Unreadable(
            f"The file is larger than {most} bytes, so it is not read; split it, leave it out "
            "with `exclude`, or raise `--limit file-size`."
        )
    return data


def write_output(text: str, file: str | None, failures: list[str]) -> None:
    """Write a report, whole, to the file, or to standard output; why not goes to `failures`.

    Raises OSError for standard output.
    """
    # A path's bytes that are no UTF-8 come as surrogates, which no encoder takes.
    data = text.encode("utf-8", "backslashreplace")
    if file is None:
        sys.stdout.buffer.write(data)
        return
    from rtlint.cli.write import write_report

    try:
        write_report(file, data)
    except OSError as error:
        failures.append(f"{file}: {error.strerror or error}")


def drop_output() -> None:
    """Forget what standard output did not take, and whatever else is written there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
