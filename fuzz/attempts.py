"""One input after the other: which were tried, and which failed."""

from __future__ import annotations

import signal
import time
import traceback
from contextlib import contextmanager
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FINDINGS = Path(__file__).parent / "findings"
Place = tuple[str, ...]


class TooSlow(BaseException):
    """Beyond what any linear cost explains; nothing that is tested may catch it."""


@contextmanager
def watched(size: int) -> Iterator[None]:
    """Raise TooSlow in a block that takes more processor time than its input may cost."""

    def strike(*_: object) -> None:
        raise TooSlow(f"{size} bytes took more than {limit:.1f} s")

    # Instrumented code is slow; a quadratic cost of a few KB is over this all the same.
    limit = 3 + size / 500
    before = signal.signal(signal.SIGVTALRM, strike)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Attempts:
    """Tries inputs until its time is over, and keeps one small input of each place that fails."""

    def __init__(self, name: str, check: Callable[[bytes], None], seconds: float) -> None:
        self._name = name
        self._check = check
        self._end = time.monotonic() + seconds
        self._failed: dict[Place, int] = {}
        self._tried = 0

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def attempt(self, data: bytes) -> None:
        self._tried += 1
        place, report = self._failure(data)
        if place is None:
            return
        if place not in self._failed:
            self._keep(shrunk(data, lambda less: self._failure(less)[0] == place), report)
        self._failed[place] = self._failed.get(place, 0) + 1

    def summary(self) -> int:
        """Say what was done; the exit status."""
        failures = sum(self._failed.values())
        places = len(self._failed)
        print(f"{self._name}: {self._tried} inputs, {failures} failures in {places} places")
        return 1 if failures else 0

    def _failure(self, data: bytes) -> tuple[Place | None, str]:
        """Where and how the check fails with an input."""
        try:
            with watched(len(data)):
                self._check(data)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            frames = traceback.extract_tb(error.__traceback__)
            where = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-2:]]
            # What is slow is so in many places.
            place = () if isinstance(error, TooSlow) else tuple(where)
            shown = f"{type(error).__name__} in {' > '.join(where)}: {str(error)[:500]}"
            return (type(error).__name__, *place), shown
        return None, ""

    def _keep(self, data: bytes, report: str) -> None:
        FINDINGS.mkdir(exist_ok=True)
        path = FINDINGS / f"{self._name}-{sha1(data).hexdigest()[:10]}"
        path.write_bytes(data)
        print(f"{path}: {report}\n{data[:2000]!r}", flush=True)


def shrunk(data: bytes, fails: Callable[[bytes], bool], most: int = 500) -> bytes:
    """The input with whatever can go without the failure going too, in so many attempts."""
    size = len(data) // 2
    while size:
        start = 0
        while start < len(data) and most:
            less = data[:start] + data[start + size :]
            most -= 1
            if fails(less):
                data = less
            else:
                start += size
        size //= 2
    return data
