"""Work spread over processes."""

from __future__ import annotations

import os
from functools import partial
from itertools import cycle, islice

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from typing import TypeVar

    _Item = TypeVar("_Item")

    _Result = TypeVar("_Result")


# Bytes to lint for each process, a fifth of a second of work: to start one, and to take over what
# it found, costs a fifth of that.
_WORTH_IT = 200_000


def is_worth_several(size: int) -> bool:
    """Whether that many bytes of manifests are worth more than one process."""
    return size >= 2 * _WORTH_IT


def sensible_jobs(size: int) -> int:
    """How many processes that many bytes of manifests are worth, on this machine."""
    if not (is_worth_several(size) and hasattr(os, "sched_getaffinity")):
        return 1
    return min(size // _WORTH_IT, len(os.sched_getaffinity(0)))


def spread(
    work: Callable[[_Item], _Result], items: Sequence[_Item], jobs: int
) -> Iterator[_Result]:
    """The work's results in the order of the items, made by as many processes."""

    def share(first: int, step: int) -> Iterator[_Result]:
        return map(work, items[first::step])

    return dealt(share, min(jobs, len(items)))


def dealt(share: Callable[[int, int], Iterator[_Result]], jobs: int) -> Iterator[_Result]:
    """Results in order, made by as many processes: `share` gives those from the first on, in steps.

    The processes are forks: they have all that this one has read, and only results are sent.
    Where a system cannot fork there is one process. What a share raises is raised here.
    """
    if jobs <= 1 or not hasattr(os, "fork"):
        yield from share(0, 1)
        return
    from multiprocessing import get_context

    fork = get_context("fork")
    ends: list[Connection] = []
    shares: list[Iterator[_Result]] = []
    for number in range(jobs):
        ours, theirs = fork.Pipe(duplex=False)
        ends.append(ours)
        shares.append(_received(ours, share, number, jobs))
        mine = partial(share, number, jobs)
        fork.Process(target=_work_off, args=(mine, theirs, ends), daemon=True).start()
        # Only the worker holds its end now: when it dies, reading ends.
        theirs.close()
    # They end in turn, the one whose turn it is first.
    for each in cycle(shares):
        results = list(islice(each, 1))
        if not results:
            return
        yield results[0]


def _received(
    end: Connection, share: Callable[[int, int], Iterator[_Result]], first: int, step: int
) -> Iterator[_Result]:
    """What a worker makes of its share."""
    try:
        while sent := end.recv():
            result, error = sent
            if error is not None:
                raise error
            yield result
            first += step
    except EOFError:
        # The worker was killed, for its memory perhaps; there is more of it now.
        yield from share(first, step)


def _work_off(
    share: Callable[[], Iterator[_Result]], end: Connection, others: Sequence[Connection]
) -> None:
    # Only who asked may read: when it is killed, writing ends.
    for other in others:
        other.close()
    try:
        for result in share():
            end.send((result, None))
        end.send(None)
    except (BrokenPipeError, KeyboardInterrupt):
        # Whoever asked is gone; there is nobody to tell.
        return
    except MemoryError:
        # Whoever asked does the rest, and says it where that fails too.
        return
    except Exception as error:
        end.send((None, error))
