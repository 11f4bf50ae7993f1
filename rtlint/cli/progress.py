"""A progress bar, for people who wait."""

from __future__ import annotations

from time import monotonic

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_PATIENCE = 1.0  # seconds
_PAUSE = 0.1  # seconds between two pictures
_WIDTH = 30


def progress_bar(
    stream: TextIO, clock: Callable[[], float] = monotonic
) -> Callable[[int, int], None]:
    """What to call with how much is done and how much there is to do.

    It draws on a terminal only, from the second second on, and wipes itself away at the end.
    """
    if not stream.isatty():
        return lambda _done, _total: None
    began = drawn = clock()

    def show(done: int, total: int) -> None:
        nonlocal drawn
        now = clock()
        if done == total and drawn > began:
            stream.write("\r\x1b[K")
            stream.flush()
        elif done < total and now - began >= _PATIENCE and now - drawn >= _PAUSE:
            drawn = now
            stream.write(f"\r{_bar(done, total)}")
            stream.flush()

    return show


def _bar(done: int, total: int) -> str:
    filled = _WIDTH * done // total
    return f"[{'#' * filled}{' ' * (_WIDTH - filled)}] {done} of {total} files"
