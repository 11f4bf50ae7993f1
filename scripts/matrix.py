"""The whole test suite on every Python, parser and age of dependencies.

    python scripts/matrix.py python3.11 python3.12 python3.13

Each Python gets the newest dependencies; the first one also the oldest that pyproject.toml admits,
and the newest without the C parser. Arguments behind `--` are pytest's. Exit status 1 where one
of them fails.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_BOUND = re.compile(r"([\w.]+)>=([\w.]+)")
_C_PARSER = "ruamel.yaml.clib"


class Cell(NamedTuple):
    """One environment: its Python, what else to install, what to take out again."""

    name: str
    python: str
    pins: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def cells(pythons: list[str]) -> Iterator[Cell]:
    for python in pythons:
        yield Cell(f"{python}, newest", python)
    yield Cell(f"{pythons[0]}, oldest", pythons[0], pins=oldest())
    yield Cell(f"{pythons[0]}, pure parser", pythons[0], without=(_C_PARSER,))


def oldest() -> tuple[str, ...]:
    """The lower bounds of what rtlint needs, as exact versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["lsp"]]
    return tuple(f"{name}=={version}" for name, version in _BOUND.findall("\n".join(needed)))


def is_passed(cell: Cell, arguments: list[str]) -> bool:
    """Run the tests there, and say how they ended."""
    with TemporaryDirectory() as folder:
        subprocess.run([cell.python, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-e", f"{ROOT}[dev]", *cell.pins], check=True)
        if cell.without:
            subprocess.run([*pip, "uninstall", "--yes", *cell.without], check=True)
        tests = [python, "-m", "pytest", *arguments]
        # What is installed beside Python, pre-commit for one, is called by its name.
        env = {**os.environ, "PATH": f"{folder}/bin{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            tests, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, check=False
        )
    if done.returncode:
        print(done.stdout)
    print(f"{cell.name}: {(done.stdout.splitlines() or ['nothing was run'])[-1]}", flush=True)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    end = arguments.index("--") if "--" in arguments else len(arguments)
    pythons, further = arguments[:end] or [sys.executable], arguments[end + 1 :]
    passed = [is_passed(cell, further or ["-n", "auto"]) for cell in cells(pythons)]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
