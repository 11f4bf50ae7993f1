"""Work spread over processes."""

from __future__ import annotations

import os
from collections import deque
from itertools import count, product, takewhile

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
# Turns that a process is given in advance, so that it never waits for one. The rest are not dealt
# out beforehand: of two processes that do the same work, one takes up to a fifth longer.
_AHEAD = 4


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

    def share(turns: Iterator[int]) -> Iterator[_Result]:
        return (work(items[turn]) for turn in takewhile(len(items).__gt__, turns))

    return dealt(share, min(jobs, len(items)))


def dealt(share: Callable[[Iterator[int]], Iterator[_Result]], jobs: int) -> Iterator[_Result]:
    """The results of turns 0, 1 and so on, made by as many processes.

    `share` makes a result of each turn that it takes, in order, and ends after the last one.
    The processes are forks: they have all that this one has read, and only results are sent. Where
    a system cannot fork there is one process. What a share raises is raised here.
    """
    turns = count()
    if jobs <= 1 or not hasattr(os, "fork"):
        yield from share(turns)
        return
    from multiprocessing.connection import wait

    given: dict[Connection, deque[int]] = {end: deque() for end in _workers(share, jobs)}
    for _, end in product(range(_AHEAD), given):
        _give(next(turns), end, given[end])
    made: dict[int, _Result] = {}
    are_all_given = False
    for turn in count():
        while turn not in made and given:
            ready = wait(given)
            for end in [end for end in given if end in ready]:
                try:
                    sent = end.recv()
                except (EOFError, ConnectionResetError):
                    # The worker failed or was killed, for its memory perhaps; there is more now.
                    lost = given.pop(end)
                    made.update(zip(lost, share(iter(lost)), strict=False))
                    continue
                if sent is None:
                    are_all_given = True
                    del given[end]
                    continue
                made[given[end].popleft()] = sent[0]
                _give(next(turns), end, given[end])
        if turn not in made:
            break
        yield made.pop(turn)
    if not are_all_given:
        yield from share(turns)


def _give(turn: int, end: Connection, given: deque[int]) -> None:
    given.append(turn)
    try:
        end.send(turn)
    except (BrokenPipeError, ConnectionResetError):
        # That it is gone is noticed where it is listened to.
        return


def _workers(
    share: Callable[[Iterator[int]], Iterator[_Result]], jobs: int
) -> Iterator[Connection]:
    """Start processes that take turns and send what they make of each, and None at the end."""
    from multiprocessing import get_context

    fork = get_context("fork")
    ends: list[Connection] = []
    for _ in range(jobs):
        ours, theirs = fork.Pipe()
        ends.append(ours)
        fork.Process(target=_work_off, args=(share, theirs, ends), daemon=True).start()
        # Only the worker holds its end now: when it dies, reading ends.
        theirs.close()
        yield ours


def _work_off(
    share: Callable[[Iterator[int]], Iterator[_Result]], end: Connection, others: list[Connection]
) -> None:
    # Only who asked may read: when it is killed, writing ends.
    for other in others:
        other.close()
    try:
        for result in share(_taken(end)):
            end.send((result,))
        end.send(None)
    except (Exception, KeyboardInterrupt):
        # Who asked does the rest again, and says what is wrong with it; or is gone.
        return


def _taken(end: Connection) -> Iterator[int]:
    while True:
        yield end.recv()
