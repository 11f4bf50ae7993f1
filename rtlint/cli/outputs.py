"""Where the reports of a run go, and writing them there."""

from __future__ import annotations

import os
from importlib import import_module
from io import TextIOWrapper

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from rtlint.report.model import Report

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")


class Output(NamedTuple):
    """One report; `file` None is the terminal, or whatever takes its place."""

    format: str
    file: str | None


def outputs(formats: Sequence[str], files: Sequence[str], quiet: bool) -> tuple[Output, ...]:
    """The reports that the options ask for.

    The first file takes the first format, and so on. The format that is left over, or text for
    people, goes to standard output; `quiet` leaves that text out. Raises ValueError.
    """
    chosen = tuple(formats) or ("text",)
    if len(files) > len(chosen):
        raise ValueError("Give an --output-format for each --output-file.")
    left = chosen[len(files) :]
    if len(left) > 1:
        raise ValueError("Give an --output-file for each --output-format but the last.")
    beside = () if left or quiet else ("text",)
    return (
        *(Output(format_, file) for format_, file in zip(chosen, files, strict=False)),
        *(Output(format_, None) for format_ in (*left, *beside)),
    )


def write(report: Report, output: Output, stream: TextIO, color: str, quiet: bool) -> None:
    """Render the report and write it to its file, or to the stream. Raises OSError."""
    render = import_module(f"rtlint.report.{output.format}").render
    if output.file is None:
        if isinstance(stream, TextIOWrapper):
            # A file's name need be no UTF-8, and only people's terminals other than that.
            encoding = None if output.format in ("text", "concise") else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
        colour, width = look(stream, color)
        stream.write(render(report, colour=colour, quiet=quiet, width=width))
        return
    from rtlint.project.write import write_report

    text = render(report, colour=color == "always", quiet=quiet)
    write_report(output.file, (text.encode("utf-8", "backslashreplace"),))


def look(stream: TextIO, color: str = "auto") -> tuple[bool, int | None]:
    """What a stream shows: colours, where `color` or its terminal wants them, and how wide it is;
    None where it is no terminal."""
    if not stream.isatty():
        return color == "always", None
    from shutil import get_terminal_size

    takes_colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    colour = color == "always" or (color == "auto" and takes_colour)
    return colour, get_terminal_size().columns
