"""Running programs, and what each run takes."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Program(NamedTuple):
    """A command to measure; None where it is not installed. `prepare` is called before each run."""

    name: str
    command: Sequence[str | Path] | None
    prepare: Callable[[], object] = lambda: None


class Cost(NamedTuple):
    """What a run takes: seconds on the clock, seconds of all its processes, bytes of the largest.

    A child's memory is never told as less than that of the process that started it.
    """

    wall: float
    cpu: float
    memory: int


class Bench(NamedTuple):
    """An empty folder, how to run the installed rtlint, and how often (None: as a part likes).

    Without `peers` other programs are left out: some take a minute a run.
    """

    folder: Path
    rtlint: list[str | Path]
    runs: int | None
    peers: bool


class Table(NamedTuple):
    """What a part of the benchmarks found, ready to print."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


def show(found: Table) -> None:
    """Print a table: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(found.head, *found.rows, strict=True)]
    print(f"{found.title}:")
    for first, *others in (found.head, *found.rows):
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  " + "  ".join(cells).rstrip())
    print(flush=True)


def table(title: str, programs: Sequence[Program], runs: int) -> Table:
    """Medians of several runs of each program, beside those of the first one.

    The programs run in turns, so that whatever else the machine does meets them all. Ratios are
    those of processor time, which other programs on the machine disturb least.
    """
    there = [program for program in programs if program.command is not None]
    rounds = [[run(program) for program in there] for _ in range(runs)]
    costs = {
        program.name: Cost(*map(median, zip(*of_one, strict=True)))
        for program, of_one in zip(there, zip(*rounds, strict=True), strict=True)
    }
    floor = costs[there[0].name].cpu
    rows = [_row(program.name, costs.get(program.name), floor) for program in programs]
    head = ("", "time", "processor", "memory", f"x {there[0].name}")
    return Table(f"{title}, median of {runs}", head, rows)


def _row(name: str, cost: Cost | None, floor: float) -> tuple[str, ...]:
    if cost is None:
        return (name, "not installed", "", "", "")
    return (
        name,
        f"{cost.wall * 1000:.0f} ms",
        f"{cost.cpu * 1000:.0f} ms",
        f"{cost.memory / 2**20:.0f} MB",
        f"{cost.cpu / floor:.2f}",
    )


def run(program: Program) -> Cost:
    """What one run of a program that is installed takes."""
    assert program.command is not None
    program.prepare()
    start = perf_counter()
    child = subprocess.Popen(
        list(map(str, program.command)),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = perf_counter() - start
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def instructions(command: Sequence[str | Path], folder: Path) -> int:
    """How many instructions a command takes in a folder: the same number whenever it is asked."""
    log = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    ).stderr
    found = re.search(r"Collected\s*:\s*(\d+)", log)
    if found is None:
        raise RuntimeError(f"valgrind counted nothing: {log.strip()[-500:]}")
    return int(found[1])


def environment() -> dict[str, str]:
    """The same for every run; a checkout's own rtlint is not found from here."""
    return {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
