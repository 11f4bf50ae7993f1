"""The parts of the benchmarks: a function each, from what there is to measure to a table."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import repository
from benchmarks.growth import growth
from benchmarks.hostile import attacks
from benchmarks.lsp import editing
from benchmarks.measure import Bench, Program, Table, table
from benchmarks.playground import typing
from benchmarks.vms import vms

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOR = Path(__file__).parent / "floor.py"
# As small as a schema gets: what check-jsonschema takes is its start, and reading the YAML.
_SCHEMA = '{"type": "object", "required": ["apiVersion", "kind"]}'


def start(bench: Bench) -> Table:
    """Starting, and one file."""
    clean, broken = bench.folder / "clean.yaml", bench.folder / "broken.yaml"
    clean.write_text(repository.one_vm())
    broken.write_text(repository.broken_vm())
    programs = [
        Program("floor", _floor(clean)),
        Program("floor, and importing click", _click_and_floor(clean)),
        Program("python -c pass", [sys.executable, "-c", "pass"]),
        Program("rtlint --version", [*bench.rtlint, "--version"]),
        Program("rtlint, clean VM", [*bench.rtlint, clean]),
        Program("rtlint, broken VM", [*bench.rtlint, broken]),
        *_peers(bench, [clean], [clean]),
    ]
    if bench.peers:
        command = _module("ansible-lint", "ansiblelint")
        programs.append(Program("ansible-lint --version", command and [*command, "--version"]))
    return table("Start, and one VM of 60 lines", programs, bench.runs or 15)


def few_files(bench: Bench) -> Table:
    """A GitOps repository of 2,000 files, of which 200 hold VMs."""
    folder, size = _repository(bench, 2_000)
    programs = [*_ours(bench, folder), *_peers(bench, [folder], sorted(folder.rglob("*.yaml")))]
    return table(f"A repository of 2000 files, {size / 1e6:.1f} MB", programs, bench.runs or 5)


def many_files(bench: Bench) -> Table:
    """The same of 20,000 files."""
    folder, size = _repository(bench, 20_000)
    title = f"A repository of 20000 files, {size / 1e6:.1f} MB"
    return table(title, _ours(bench, folder), bench.runs or 3)


def dump(bench: Bench) -> Table:
    """A cluster's 20,000 VMs in one file, as documents."""
    return _dump(bench, as_list=False)


def list_dump(bench: Bench) -> Table:
    """The same as one `kind: List`."""
    return _dump(bench, as_list=True)


def fix(bench: Bench) -> Table:
    """`--fix` of 200 files."""
    folder = bench.folder / "fix"
    write = partial(repository.write_vms, folder, 200)
    write()
    programs = [
        Program("floor", _floor(folder)),
        Program("rtlint", [*bench.rtlint, folder], write),
        Program("rtlint --fix", [*bench.rtlint, "--fix", folder], write),
    ]
    return table("Two fixes in each of 200 files", programs, bench.runs or 5)


def preview(bench: Bench) -> Table:
    """`rtlint preview` of 200 VMs."""
    folder = bench.folder / "preview"
    repository.write_vms(folder, 200)
    formats = ("text", "json", "xml", "html")
    programs = [
        Program("floor", _floor(folder)),
        *(
            Program(f"preview, {name}", [*bench.rtlint, "preview", "--output-format", name, folder])
            for name in formats
        ),
    ]
    return table("Preview of 200 VMs", programs, bench.runs or 3)


def single(bench: Bench) -> Table:
    """What each VM of a file takes."""
    return vms(bench, _floor())


def commands(bench: Bench) -> list[Program]:
    """What `instructions` counts: starts and one file, by names that the record keeps."""
    (bench.folder / "clean.yaml").write_text(repository.one_vm())
    (bench.folder / "broken.yaml").write_text(repository.broken_vm())
    return [
        Program("python", [sys.executable, "-c", "pass"]),
        Program("floor", _floor(Path("clean.yaml"))),
        Program("floor-click", _click_and_floor(Path("clean.yaml"))),
        Program("version", [*bench.rtlint, "--version"]),
        Program("clean", [*bench.rtlint, "clean.yaml"]),
        Program("broken", [*bench.rtlint, "broken.yaml"]),
    ]


def _floor(*paths: Path) -> list[str]:
    return [sys.executable, str(FLOOR), *map(str, paths)]


def _click_and_floor(path: Path) -> list[str]:
    """The floor of a program with options: click is what reads them."""
    code = f"import click; exec(open({str(FLOOR)!r}).read())"
    return [sys.executable, "-c", code, str(path)]


def _repository(bench: Bench, files: int) -> tuple[Path, int]:
    folder = bench.folder / f"repository-{files}"
    return folder, repository.write(folder, files)


def _dump(bench: Bench, as_list: bool) -> Table:
    file = bench.folder / ("list.yaml" if as_list else "dump.yaml")
    repository.write_dump(file, 20_000, as_list)
    what = "items of a List" if as_list else "documents"
    title = f"20000 VMs as {what}, {file.stat().st_size / 1e6:.1f} MB"
    return table(title, _ours(bench, file), bench.runs or 3)


def _ours(bench: Bench, path: Path) -> list[Program]:
    return [
        Program("floor", _floor(path)),
        Program("rtlint --jobs 1", [*bench.rtlint, "--jobs", "1", path]),
        Program("rtlint --jobs 2", [*bench.rtlint, "--jobs", "2", path]),
        Program("rtlint", [*bench.rtlint, path]),
    ]


def _peers(bench: Bench, paths: Sequence[Path], files: Sequence[Path]) -> list[Program]:
    if not bench.peers:
        return []
    schema = bench.folder / "schema.json"
    schema.write_text(_SCHEMA)
    yamllint = _module("yamllint", "yamllint")
    check = _module("check-jsonschema", "check_jsonschema")
    return [
        Program("yamllint", yamllint and [*yamllint, *paths]),
        # It walks no folders.
        Program("check-jsonschema", check and [*check, "--schemafile", schema, *files]),
        Program("kubeconform", _kubeconform(bench, paths)),
    ]


def _kubeconform(bench: Bench, paths: Sequence[Path]) -> list[str | Path] | None:
    """kubeconform with KubeVirt's schema of a VM; other kinds than that it passes over."""
    found = os.environ.get("KUBECONFORM") or shutil.which("kubeconform")
    if found is None:
        return None
    schemas = bench.folder / "schemas"
    schemas.mkdir(exist_ok=True)
    with (schemas / "virtualmachine.json").open("w") as stream:
        command = list(map(str, [*bench.rtlint, "schema", "VirtualMachine"]))
        subprocess.run(command, check=True, stdout=stream)
    location = schemas / "{{.ResourceKind}}.json"
    return [found, "-schema-location", location, "-ignore-missing-schemas", *paths]


def _module(name: str, module: str) -> list[str | Path] | None:
    """How to run a program: as a module of this Python, so that all start alike, else by name."""
    if find_spec(module) is not None:
        return [sys.executable, "-m", module]
    found = shutil.which(name)
    return [found] if found else None


PARTS = {
    "start": start,
    "vm": single,
    "repository": few_files,
    "large": many_files,
    "dump": dump,
    "list": list_dump,
    "fix": fix,
    "preview": preview,
    "lsp": editing,
    "playground": typing,
    "growth": growth,
    "hostile": lambda _: attacks(),
}
