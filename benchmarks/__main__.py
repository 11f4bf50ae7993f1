"""`python -m benchmarks [PART]...`: what rtlint takes, beside others and beside the floor.

Nothing passes or fails: a time says more about the machine than about the program.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Bench, Table, instructions, show
from benchmarks.parts import PARTS, commands

ROOT = Path(__file__).parent.parent
RECORD = Path(__file__).parent / "instructions.tsv"
COUNT = "instructions"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parts = ", ".join([*PARTS, COUNT])
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"{parts} [all but the last]")
    asked.add_argument("--runs", type=int, help="runs of each program [3 to 15]")
    asked.add_argument("--rtlint", type=Path, metavar="PATH", help="an installed rtlint to measure")
    asked.add_argument("--no-peers", action="store_true", help="leave other programs out")
    asked.add_argument("--record", action="store_true", help=f"write counts to {RECORD.name}")
    chosen = asked.parse_args()
    unknown = set(chosen.parts) - {*PARTS, COUNT}
    if unknown:
        asked.error(f"no such part: {', '.join(sorted(unknown))}; there are {parts}")
    with TemporaryDirectory() as name:
        own = chosen.rtlint and [chosen.rtlint.absolute()]
        rtlint = own or install(Path(name) / "rtlint")
        for part in chosen.parts or PARTS:
            folder = Path(name) / part
            folder.mkdir()
            bench = Bench(folder, rtlint, chosen.runs, not chosen.no_peers)
            show(count(bench, chosen.record) if part == COUNT else PARTS[part](bench))


def install(folder: Path) -> list[str | Path]:
    """Install the checkout as its users do, with bytecode; returns how to run it.

    What it depends on is this Python's, so that all programs start alike.
    """
    pip = (sys.executable, "-m", "pip", "--quiet", "install", "--target", folder)
    subprocess.run((*pip, "--no-build-isolation", "--no-deps", ROOT), check=True)
    # As the command that pip makes, which would look for rtlint elsewhere.
    script = folder / "command.py"
    script.write_text("from rtlint.cli import main\n\nmain()\n")
    return [sys.executable, script]


def count(bench: Bench, record: bool) -> Table:
    """Instructions of starts and of one file; appended to the record where that is asked for."""
    commit = _output("git", "-C", ROOT, "describe", "--always", "--dirty")
    rows = []
    for name, command, _ in commands(bench):
        assert command is not None
        rows.append((date.today().isoformat(), commit, name, instructions(command, bench.folder)))
    if record:
        with RECORD.open("a") as stream:
            stream.writelines("\t".join(map(str, row)) + "\n" for row in rows)
    floor = next(number for _, _, name, number in rows if name == "floor")
    shown: list[tuple[str, ...]] = [
        (name, f"{number:,}", f"{number / floor:.2f}") for _, _, name, number in rows
    ]
    return Table(f"Instructions at {commit}", ("", "instructions", "x floor"), shown)


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


main()
