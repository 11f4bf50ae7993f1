"""How a run's cost grows with what there is to look at: the exponent is 1 where it is linear."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import repository
from benchmarks.hostile_inputs import host
from benchmarks.measure import Bench, Program, Table, run

SIZES = (1, 2, 4)
# Seconds: what a run takes beyond its start is not told from nothing below that.
_LEAST = 0.002


class Growth(NamedTuple):
    """So many of a thing at the smallest size; `write` makes a number of them in a folder, and
    returns rtlint's arguments.
    """

    name: str
    units: int
    write: Callable[[Path, int], list[str]]


def growth(bench: Bench) -> Table:
    """What one, two and four times as much takes beyond a start, in processor time."""
    (bench.folder / "start.yaml").write_text(repository.one_vm())
    programs = {("start", 0): Program("start", [*bench.rtlint, bench.folder / "start.yaml"])}
    for each in GROWTHS:
        for size in SIZES:
            folder = bench.folder / f"{each.name}-{size}"
            folder.mkdir()
            arguments = each.write(folder, size * each.units)
            programs[each.name, size] = Program(each.name, [*bench.rtlint, *arguments])
    runs = bench.runs or 5
    rounds = [{key: run(program).cpu for key, program in programs.items()} for _ in range(runs)]
    cpu = {key: median(costs[key] for costs in rounds) for key in programs}
    rows = [
        _row(each, [cpu[each.name, size] - cpu["start", 0] for size in SIZES]) for each in GROWTHS
    ]
    head = ("", "1x is", *(f"{size}x" for size in SIZES), "exponent")
    return Table(f"Processor time beyond the start of a run, median of {runs}", head, rows)


def _row(each: Growth, seconds: list[float]) -> tuple[str, ...]:
    times = [max(each, _LEAST) for each in seconds]
    exponent = log(times[-1] / times[0]) / log(SIZES[-1] / SIZES[0])
    shown = (f"{1000 * each:.0f} ms" for each in times)
    return (each.name, str(each.units), *shown, f"{exponent:.2f}")


def _files(folder: Path, count: int) -> list[str]:
    repository.write_vms(folder, count)
    return ["--jobs", "1", str(folder)]


def _documents(folder: Path, count: int) -> list[str]:
    repository.write_dump(folder / "dump.yaml", count, as_list=False)
    return ["--jobs", "1", str(folder)]


def _items(folder: Path, count: int) -> list[str]:
    repository.write_dump(folder / "dump.yaml", count, as_list=True)
    return ["--jobs", "1", str(folder)]


def _findings(folder: Path, count: int) -> list[str]:
    """Of one VM, a disk each."""
    return _vm_with_disks(folder, "".join(_disk(number) for number in range(count)))


def _suppressions(folder: Path, count: int) -> list[str]:
    comment = "  # rtlint: ignore\n"
    return _vm_with_disks(folder, "".join(_disk(n).replace("\n", comment) for n in range(count)))


def _disk(number: int) -> str:
    return f"            - {{name: d{number}, disk: {{bus: sata}}}}\n"


def _vm_with_disks(folder: Path, disks: str) -> list[str]:
    file = folder / "vm.yaml"
    text = repository.one_vm().replace("          disks:\n", f"          disks:\n{disks}")
    file.write_text(text)
    return [str(file)]


def _instancetypes(folder: Path, count: int) -> list[str]:
    types = "".join(
        "---\napiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineInstancetype\n"
        f"metadata: {{name: t{number}, namespace: realtime}}\n"
        "spec: {cpu: {guest: 4, dedicatedCPUPlacement: true}, memory: {guest: 4Gi}}\n"
        for number in range(count)
    )
    (folder / "types.yaml").write_text(repository.one_vm() + types)
    return ["--jobs", "1", str(folder)]


def _vcpus(folder: Path, count: int) -> list[str]:
    file = folder / "vm.yaml"
    file.write_text(repository.one_vm(cores=count))
    return ["preview", str(file)]


def _host_cpus(folder: Path, count: int) -> list[str]:
    file = folder / "vm.yaml"
    file.write_text(repository.one_vm())
    (folder / "host.json").write_text(host(count))
    return ["preview", str(file), "--host", str(folder / "host.json")]


GROWTHS = (
    Growth("files", 50, _files),
    Growth("documents", 100, _documents),
    Growth("items of a List", 100, _items),
    Growth("findings", 50, _findings),
    Growth("suppressions", 50, _suppressions),
    Growth("instancetypes", 100, _instancetypes),
    Growth("vCPUs, previewed", 128, _vcpus),
    Growth("CPUs of the host, previewed", 2000, _host_cpus),
)
