"""Work spread over processes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# Bytes to lint for each process, a fifth of a second of work: to start one, and to take over what
# it found, costs a fifth of that.
_WORTH_IT = 200_000


def sensible_jobs(size: int) -> int:
    """How many processes that many bytes of manifests are worth, on this machine."""
    if size < 2 * _WORTH_IT or not hasattr(os, "sched_getaffinity"):
        return 1
    return min(size // _WORTH_IT, len(os.sched_getaffinity(0)))


def spread(
    work: Callable[[_Item], _Result], items: Sequence[_Item], jobs: int
) -> Iterator[_Result]:
    """The work's results in the order of the items, made by as many processes.

    The processes are forks: they have all that this one has read, and only results are sent.
    Where a system cannot fork there is one process.
    """
    jobs = min(jobs, len(items))
    if jobs <= 1 or not hasattr(os, "fork"):
        yield from map(work, items)
        return
    from multiprocessing import get_context

    fork = get_context("fork")
    ends: list[Connection] = []
    for number in range(jobs):
        ours, theirs = fork.Pipe(duplex=False)
        share = items[number::jobs]
        ends.append(ours)
        fork.Process(target=_work_off, args=(work, share, theirs, ends), daemon=True).start()
        # Only the worker holds its end now: when it dies, reading ends.
        theirs.close()
    for number, item in enumerate(items):
        try:
            result = ends[number % jobs].recv()
        except EOFError:
            # The worker was killed, for its memory perhaps; there is more of it now.
            result = work(item)
        yield result


def _work_off(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    end: Connection,
    others: Sequence[Connection],
) -> None:
    # Only who asked may read: when it is killed, writing ends.
    for other in others:
        other.close()
    try:
        for item in items:
            end.send(work(item))
    except (BrokenPipeError, KeyboardInterrupt):
        # Whoever asked is gone; there is nobody to tell.
        return
    except MemoryError:
        # Whoever asked does the rest, and says it where that fails too.
        return
