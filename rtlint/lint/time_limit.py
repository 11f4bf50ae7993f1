"""A limit of time and memory for code of a user's own, which may never end.

In the main thread a timer interrupts it, also within a regular expression; in any other thread,
where the library may be called, and where a system has no such timer, another thread does. What
runs in one step of the interpreter, such as `10**10**10`, ends for neither.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager, suppress

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 5.0
MEMORY = 2**30  # bytes that the process may grow by
_TICK = 0.1


class TooMuch(BaseException):
    """The code ran for too long, or took too much memory; a rule's own `except` lets it pass."""


@contextmanager
def limited() -> Iterator[None]:
    """Raise TooMuch in a block that goes beyond the limit."""
    is_main = threading.current_thread() is threading.main_thread()
    # A timer that runs already is the caller's.
    if is_main and hasattr(signal, "setitimer") and not any(signal.getitimer(signal.ITIMER_REAL)):
        with _interrupted_by_timer():
            yield
    else:
        with _interrupted_by_thread():
            yield


class _Bill:
    """What a block took since it began."""

    def __init__(self) -> None:
        self._began, self._size = time.monotonic(), _largest_size()

    def excess(self) -> TooMuch | None:
        if time.monotonic() - self._began > SECONDS:
            return TooMuch(f"it took more than {SECONDS:g} s")
        if _largest_size() - self._size > MEMORY:
            return TooMuch(f"it took more than {MEMORY >> 20} MiB of memory")
        return None


def _largest_size() -> int:
    """The most memory that the process has had, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


@contextmanager
def _interrupted_by_timer() -> Iterator[None]:
    bill = _Bill()

    def tick(*_: object) -> None:
        excess = bill.excess()
        if excess is not None:
            raise excess

    before = signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _interrupted_by_thread() -> Iterator[None]:
    import ctypes

    interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
    ident, bill = ctypes.c_ulong(threading.get_ident()), _Bill()
    over, lock = threading.Event(), threading.Lock()
    excess: list[TooMuch] = []

    def watch() -> None:
        while not over.wait(_TICK):
            found = bill.excess()
            with lock:
                if found is not None and not over.is_set():
                    excess[:] = [found]
                    interrupt(ident, ctypes.py_object(TooMuch))

    def end() -> None:
        with lock:
            over.set()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    except TooMuch as raised:
        # Only the class can be handed to another thread.
        raise excess[0].with_traceback(raised.__traceback__) from None
    finally:
        try:
            end()
        except TooMuch:
            end()  # two do not come within a tick
        if excess:
            # One that has not come up yet must not do so elsewhere. Python 3.11 goes on looking
            # for one that is taken back: each call is slower, and under a tracer none ends.
            with suppress(TooMuch):
                interrupt(ident, ctypes.py_object(TooMuch))
                while True:
                    time.sleep(0)
