"""Linting again whenever a file changes."""

from __future__ import annotations

import os
from time import sleep

from rtlint import TYPE_CHECKING
from rtlint.cli.files import say
from rtlint.project.discover import discover

if TYPE_CHECKING:
    from collections.abc import Callable

_PAUSE = 0.5  # seconds; asking a thousand files for their times takes a few milliseconds

Times = dict[str, tuple[int, int]]


def watch(
    paths: tuple[str, ...], run: Callable[[], object], wait: Callable[[float], None] = sleep
) -> None:
    """Run, and run again after each change, until the user ends it."""
    try:
        while True:
            # Looked at before the run: a change during it counts.
            before = _times(paths)
            run()
            say("waiting for a change; Ctrl-C ends it")
            while _times(paths) == before:
                wait(_PAUSE)
    except KeyboardInterrupt:
        return


def _times(paths: tuple[str, ...]) -> Times:
    """When each file was changed, and its size; what cannot be looked at is not there."""
    found = {}
    # Documentation may be a part of the run; a change of it costs a run at most.
    for file in discover(paths, include_docs=True):
        try:
            status = os.stat(file.path)
        except OSError:
            continue
        found[file.path] = (status.st_mtime_ns, status.st_size)
    return found
