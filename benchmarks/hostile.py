"""What hostile input costs: `python -m benchmarks.hostile [NAME]...`.

Each input is made in three sizes, and rtlint reads each in a process of its own. Four times the
input may cost four times as much; more than that is a way to stop a build with a small file. The
numbers per KB say how much input it takes to cost a second or a gigabyte.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.hostile_inputs import EXAMPLES, INPUTS, VM, Hostile
from benchmarks.measure import Table, show

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent
SIZES = (1, 2, 4)
TIMEOUT = 60  # seconds

# The peak of a process that was started by a large one is that one's, by the parent's account.
MEASURED = """
import sys, time
from rtlint.cli import main
try:
    main(sys.argv[2:])
finally:
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    with open(sys.argv[1], "w") as measure:
        measure.write(f"{time.process_time()} {1024 * int(peak)}")
"""


class Cost(NamedTuple):
    """What one run took: seconds of processor time, the most bytes of memory at once, the status.

    The status is None where the run took longer than TIMEOUT, and was ended.
    """

    seconds: float
    memory: int
    status: int | None


def attacks(names: Iterable[str] = INPUTS) -> Table:
    """What the inputs of those names cost, the smallest and the largest size side by side."""
    small, large = (f"{size}x" for size in (SIZES[0], SIZES[-1]))
    head = ("", "KB", f"ms a KB {small}", large, f"KB a KB {small}", large, "time", "memory")
    with TemporaryDirectory() as name:
        folder = Path(name)
        start = cost(Hostile(lambda _: VM, 1, ""), 1, folder)
        rows = []
        for each in names:
            hostile = INPUTS[each]
            costs = [cost(hostile, hostile.units * times, folder) for times in SIZES]
            rows.append((each, *row(hostile, costs, start)))
    title = f"Hostile input; what {large} the input takes, as a multiple, in the last two columns"
    return Table(title, (*head, "status"), rows)


def row(hostile: Hostile, costs: list[Cost], start: Cost) -> tuple[str, ...]:
    first, last = (len(written(hostile, hostile.units * n)) / 1000 for n in (SIZES[0], SIZES[-1]))
    if costs[-1].status is None:
        return f"{first:.0f}", f"more than {TIMEOUT} s", "", "", "", "", "", ""
    # What a run costs that has next to nothing to read is not the input's.
    seconds = [max(cost.seconds - start.seconds, 0.005) for cost in costs]
    memory = [max(cost.memory - start.memory, 100_000) / 1000 for cost in costs]
    return (
        f"{first:.0f}",
        f"{1000 * seconds[0] / first:.2f}",
        f"{1000 * seconds[-1] / last:.2f}",
        f"{memory[0] / first:.1f}",
        f"{memory[-1] / last:.1f}",
        f"{seconds[-1] / seconds[0]:.1f}",
        f"{memory[-1] / memory[0]:.1f}",
        str(costs[-1].status),
    )


def written(hostile: Hostile, units: int) -> bytes:
    """The input of that size as bytes."""
    made = hostile.make(units)
    return made if isinstance(made, bytes) else made.encode()


def command_line(hostile: Hostile, file: Path) -> list[str]:
    """rtlint's arguments for an input that lies in a file."""
    arguments = [*hostile.arguments, str(file)]
    return [*arguments, str(EXAMPLES)] if hostile.arguments[-1] == "--config" else arguments


def cost(hostile: Hostile, units: int, folder: Path) -> Cost:
    """Run rtlint on the input in a process of its own, which takes its own measure."""
    file, measure = folder / hostile.name, folder / "measure"
    file.write_bytes(written(hostile, units))
    command = [sys.executable, "-c", MEASURED, str(measure), *command_line(hostile, file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    nowhere = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, env=environment, stdout=nowhere, stderr=nowhere, check=False, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return Cost(TIMEOUT, 0, None)
    seconds, memory = measure.read_text().split()
    return Cost(float(seconds), int(memory), done.returncode)


if __name__ == "__main__":
    show(attacks(sys.argv[1:] or INPUTS))
