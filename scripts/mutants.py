"""Mutants of modules that the tests let live: changes of code that no test notices.

    python scripts/mutants.py rules/*.py rtlint/yaml/edit.py
    python scripts/mutants.py --sample 20 rtlint/kubevirt/*.py

Cosmic Ray (the extra `mutants`) makes the mutants: of each place and kind of change (an operator,
a comparison, a number, `and`, `not`, a loop, a decorator) one, chosen by a fixed seed. `TESTS`
names the tests that hold a module. They run on copies of the checkout, each time in a process that
has its libraries from before: a start of pytest costs a second otherwise. Prints the survivors,
and their share by module.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import cosmic_ray.ast
import cosmic_ray.plugins
import pytest
from cosmic_ray.mutating import mutate_code

# What the tests import, before the forks.
for _library in ("click", "hypothesis.strategies", "jsonschema", "pydantic", "ruamel.yaml"):
    __import__(_library)

ROOT = Path(__file__).parent.parent
# The tests that hold a module, by the beginning of its path: the first that fits, quick ones first.
TESTS = {
    "rules/": "tests/lint/test_cases.py -k {rule}",
    "rtlint/yaml/": "tests/yaml/test_edit.py tests/yaml tests/lint/test_odd_layouts.py",
    "rtlint/project/write.py": "tests/cli/test_output_file.py tests/project/test_write.py "
    "tests/test_faults.py",
    "rtlint/kubevirt/mask.py": "tests/kubevirt/test_mask.py tests/lint/test_cases.py -k mask|RT2",
    "rtlint/kubevirt/ids.py": "tests/kubevirt/test_mask.py tests/kubevirt/conversion/test_host.py "
    "tests/kubevirt/conversion/test_cpupool.py",
    "rtlint/kubevirt/admission/": "tests/lint/test_cases.py tests/kubevirt/test_admission.py "
    "-k test_admission|RT304|RT505|RT506",
    "rtlint/kubevirt/defaults.py": "tests/kubevirt/test_defaults.py",
    "rtlint/kubevirt/instancetypes/": "tests/kubevirt/test_instancetypes.py",
    "rtlint/kubevirt/schema/": "tests/kubevirt/test_schema.py tests/lint/test_structure_rules.py",
    "rtlint/kubevirt/conversion/": "tests/kubevirt/conversion",
    "rtlint/kubevirt/": "tests/kubevirt",
}


class Mutant(NamedTuple):
    """A module's changed text, and where it differs."""

    module: str
    line: int
    change: str
    text: str


def mutants(module: str, sample: int | None) -> tuple[list[Mutant], int]:
    """The mutants to try, and how many there are: fewer to try where a sample is enough."""
    chance = random.Random(module)
    text = (ROOT / module).read_text(encoding="utf-8")
    known = {_meaning(text)}
    made = []
    for operators in _places(text):
        chance.shuffle(operators)
        # Some change nothing that runs (a type in a signature) or are what another is already.
        for name, occurrence in operators:
            changed = mutate_code(text, cosmic_ray.plugins.get_operator(name)(), occurrence)
            meaning = _meaning(changed)
            if meaning not in known:
                known.add(meaning)
                made.append(_mutant(module, text, changed))
                break
    chosen = chance.sample(made, min(len(made), sample or len(made)))
    return sorted(chosen, key=lambda each: each.line), len(made)


def _places(text: str) -> Iterator[list[tuple[str, int]]]:
    """For each place and kind of change its operators, each with its count to that place."""
    places: dict[object, list[tuple[str, int]]] = {}
    nodes = list(cosmic_ray.ast.ast_nodes(cosmic_ray.ast.get_ast(text)))
    for name in cosmic_ray.plugins.operator_names():
        operator = cosmic_ray.plugins.get_operator(name)
        if operator.arguments():
            continue
        found = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, place in enumerate(found):
            places.setdefault((operator.__module__, str(place)), []).append((name, occurrence))
    yield from places.values()


def _meaning(text: str) -> str:
    """The module without what only type checkers read; empty for what is no Python."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                setattr(node, name, ast.Constant(None))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.test = ast.Constant(None)
    return ast.dump(tree)


def _mutant(module: str, text: str, changed: str) -> Mutant:
    pairs = zip(text.splitlines(), changed.splitlines(), strict=False)
    line, (old, new) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return Mutant(module, line, f"- {old.strip()}\n    + {new.strip()}", changed)


def tests_of(module: str) -> list[str]:
    """pytest's arguments for the tests that hold a module."""
    arguments = next(tests for beginning, tests in TESTS.items() if module.startswith(beginning))
    rule = Path(module).name.partition("_")[0].upper()
    return [each.format(rule=rule).replace("|", " or ") for each in arguments.split()]


def is_passed(folder: str, module: str, seconds: float | None, *, is_kept: bool = False) -> bool:
    """Whether the tests of a module pass in a copy; what does not end in time does not."""
    fork = multiprocessing.get_context("fork")
    run = fork.Process(target=_run, args=(folder, tests_of(module), is_kept))
    run.start()
    run.join(seconds)
    if run.is_alive():
        os.killpg(run.pid, 9)
        run.join()
    return run.exitcode == 0


def _run(folder: str, tests: list[str], is_kept: bool) -> None:
    os.setsid()
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ["PYTHONPATH"] = folder
    if not is_kept:
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0"]
    os._exit(pytest.main([*options, *tests]))


def is_survivor(mutant: Mutant, seconds: float) -> bool:
    """Whether the tests pass with the mutant in place of its module, in this process's copy."""
    copy = next(Path.cwd().glob(f"copy-{os.getpid()}"), None)
    if copy is None:
        copy = Path(shutil.copytree("base", f"copy-{os.getpid()}")).resolve()
    file = copy / mutant.module
    file.write_text(mutant.text, encoding="utf-8")
    # Whatever compiled form lies beside it is older, also where both were written in one second.
    os.utime(file, (1, 1))
    try:
        return is_passed(str(copy), mutant.module, seconds)
    finally:
        shutil.copy2(f"base/{mutant.module}", file)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants a module at most")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    options = parser.parse_args()
    modules = [str(Path(each).resolve().relative_to(ROOT.resolve())) for each in options.modules]
    rows = []
    with TemporaryDirectory() as folder:
        ignored = shutil.ignore_patterns(".*", "node_modules", "__pycache__")
        shutil.copytree(ROOT, f"{folder}/base", ignore=ignored)
        os.chdir(folder)
        with ProcessPoolExecutor(options.jobs) as pool:
            for module in modules:
                rows.append(try_module(pool, module, options.sample))
                print(rows[-1], flush=True)
    print("\n| module | mutants | tried | survived |\n|---|---|---|---|", *rows, sep="\n")
    return 0


def try_module(pool: ProcessPoolExecutor, module: str, sample: int | None) -> str:
    """A module's row of the table, after its survivors."""
    start = time.monotonic()
    if not is_passed(f"{Path.cwd()}/base", module, None, is_kept=True):
        raise SystemExit(f"{module}: its tests fail without a mutant: {' '.join(tests_of(module))}")
    seconds = 10 + 5 * (time.monotonic() - start)
    chosen, count = mutants(module, sample)
    survived = 0
    results = pool.map(is_survivor, chosen, [seconds] * len(chosen))
    for mutant, lives in zip(chosen, results, strict=True):
        if lives:
            survived += 1
            print(f"{module}:{mutant.line}\n    {mutant.change}", flush=True)
    return f"| {module} | {count} | {len(chosen)} | {survived} |"


if __name__ == "__main__":
    sys.exit(main())
