"""Where the reports of a run go, and writing them there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO

from rtlint.report.model import Report
from rtlint.tuples import NamedTuple

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")


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
            encoding = None if output.format == "text" else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
        stream.write(render(report, colour=takes_colour(color, stream), quiet=quiet))
        return
    from rtlint.project.write import write_report

    text = render(report, colour=color == "always", quiet=quiet)
    write_report(output.file, (text.encode("utf-8", "backslashreplace"),))


def takes_colour(color: str, stream: TextIO) -> bool:
    """Whether text for the stream is coloured; `color` is the option's value."""
    if color == "auto":
        return stream.isatty() and not os.environ.get("NO_COLOR")
    return color == "always"
