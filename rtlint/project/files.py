"""Files by their paths: which is meant, what is in it, and what to say where there is none."""

from __future__ import annotations

import os
import sys

from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Unreadable


class Unusable(Exception):  # noqa: N818 - said in a line, not shown as an error
    """What the user handed in cannot be used: a line a message on standard error, status 2."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Named(NamedTuple):
    """A path to read; `explicit` where the user named the file itself."""

    path: str
    explicit: bool


def is_inside(path: str, folder: str) -> bool:
    """Whether the file lies in the folder, wherever links lead."""
    try:
        real, top = os.path.realpath(path), os.path.realpath(folder)
        return os.path.commonpath((real, top)) == top
    except ValueError:
        # A NUL byte in it, or another drive.
        return False


def read_bytes(file: Named, most: int) -> bytes:
    """The file's content, standard input for `-`.

    Raises OSError, and Unreadable where it is larger than `most` bytes: no more are read.
    """
    if file.path == "-":
        if sys.stdin is None:
            from errno import EBADF

            raise OSError(EBADF, "standard input is closed")
        data = sys.stdin.buffer.read(most + 1)
    else:
        with open(file.path, "rb") as stream:
            # A pipe or a device has no size, and may never end.
            size = os.fstat(stream.fileno()).st_size or most
            data = stream.read(size + 1) if size <= most else None
    if data is None or len(data) > most:
        raise Unreadable(
            f"The file is larger than {most} bytes, so it is not read. Split it, leave it out "
            "with `exclude`, or raise `--limit file-size`."
        )
    return data
