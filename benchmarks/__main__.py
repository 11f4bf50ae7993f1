"""`python -m benchmarks`: rtlint beside a bare Python, yamllint and check-jsonschema.

Prints ratios of medians. A time in seconds says more about the machine than about the program, so
nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import repository

ROOT = Path(__file__).parent.parent
BARE = [sys.executable, "-c", "pass"]
# As small as a schema gets: what check-jsonschema takes is its start, and reading the YAML.
SCHEMA = '{"type": "object", "required": ["apiVersion", "kind"]}'


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--runs", type=int, default=15, help="runs for one file [15]")
    arguments.add_argument("--repository-runs", type=int, default=3, help="for the folder [3]")
    arguments.add_argument("--files", type=int, default=2000, help="files of the folder [2000]")
    chosen = arguments.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "vm.yaml"
        file.write_text(repository.one_vm())
        schema = folder / "schema.json"
        schema.write_text(SCHEMA)
        size = repository.write(folder / "repository", chosen.files)
        lines = len(file.read_text().splitlines())
        print_table(f"One VM of {lines} lines", commands(schema, [file], [file]), chosen.runs)
        print()
        files = sorted((folder / "repository").rglob("*.yaml"))
        title = f"A repository of {len(files)} files, {size / 1e6:.1f} MB"
        peers = commands(schema, [folder / "repository"], files)
        print_table(title, peers, chosen.repository_runs)


def commands(schema: Path, paths: list[Path], files: list[Path]) -> dict[str, list[str] | None]:
    """The programs to measure by name; None where one is not installed."""
    check_jsonschema = _tool("check-jsonschema", "check_jsonschema")
    return {
        "python -c pass": BARE,
        "rtlint": [sys.executable, "-m", "rtlint", *map(str, paths)],
        "yamllint": (tool := _tool("yamllint", "yamllint")) and [*tool, *map(str, paths)],
        # It walks no folders.
        "check-jsonschema": check_jsonschema
        and [*check_jsonschema, "--schemafile", str(schema), *map(str, files)],
    }


def _tool(name: str, module: str) -> list[str] | None:
    """How to run a program: as a module of this Python, so that all start alike, else by name."""
    if find_spec(module) is not None:
        return [sys.executable, "-m", module]
    found = shutil.which(name)
    return [found] if found else None


def print_table(title: str, programs: dict[str, list[str] | None], runs: int) -> None:
    """Measure the programs in turn, round by round, and print their medians beside each other."""
    installed = {name: command for name, command in programs.items() if command is not None}
    # The first round writes bytecode and fills the disk's cache; it does not count.
    rounds = [[_time(command) for command in installed.values()] for _ in range(runs + 1)][1:]
    medians = dict(zip(installed, map(median, zip(*rounds, strict=True)), strict=True))
    bare, ours = medians["python -c pass"], medians["rtlint"]
    print(f"{title}, median of {runs}:")
    for name in programs:
        if name not in medians:
            print(f"  {name:18} not installed")
            continue
        taken = medians[name]
        print(
            f"  {name:18} {taken * 1000:8.0f} ms {taken / bare:8.1f} x a bare Python"
            f" {taken / ours:8.1f} x rtlint"
        )


def _time(command: list[str]) -> float:
    # Installed programs have their bytecode beside them; a checkout must be allowed to write its.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    start = perf_counter()
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return perf_counter() - start


main()
