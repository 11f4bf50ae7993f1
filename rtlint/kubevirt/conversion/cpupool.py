"""The pCPUs that the kubelet gave a pod, as virt-launcher deals them out.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/vcpu/vcpu.go (cpuPool), the same in every
release from v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.vmi import ConversionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.kubevirt.conversion.host import Cell, Host


class _CellPool:
    """What is left of a NUMA cell: cores that hold at least `threads` CPUs, and single CPUs."""

    def __init__(self, cores: Iterator[list[int]], threads: int) -> None:
        self.threads = threads
        self.full: list[list[int]] = []
        self.fragments: list[int] = []
        for core in cores:
            if len(core) >= threads:
                self.full.append(core)
            else:
                self.fragments += core

    def take_from_core(self, count: int) -> list[int]:
        """The first CPUs of the first full core; [] where no core is full any more."""
        if not self.full:
            return []
        core = self.full[0]
        taken, rest = core[:count], core[count:]
        if len(rest) >= self.threads:
            self.full[0] = rest
        else:
            del self.full[0]
            self.fragments += rest
        return taken

    def take_fragments(self, count: int) -> list[int]:
        taken = self.fragments[:count]
        del self.fragments[:count]
        return taken

    def take_thread(self) -> list[int]:
        return self.take_fragments(1) or self.take_from_core(1)


class CpuPool:
    """Deals out the pod's CPUs: first to the vCPUs, then one by one to other threads.

    `strict` (with NUMA passthrough) keeps the threads of a guest core on one NUMA cell.
    """

    def __init__(self, host: Host, cpuset: Sequence[int], threads: int, *, strict: bool) -> None:
        given = frozenset(cpuset)
        visited: set[int] = set()
        self._cells = [_CellPool(_cores(cell, given, visited), threads) for cell in host.cells]
        self._given = len(cpuset)
        self._threads = threads
        self._strict = strict

    def fit_cores(self, cores: int) -> list[int]:
        """The pCPU of each vCPU of that many guest cores, by vCPU id.

        Raises ConversionError where the cores do not fit.
        """
        pcpus: list[int] = []
        wanted = cores * self._threads
        for take in (_CellPool.take_from_core, _chunk_of_fragments):
            for cell in self._cells:
                while len(pcpus) < wanted and (taken := take(cell, self._threads)):
                    pcpus += taken
        if not self._strict:
            for cell in self._cells:
                pcpus += cell.take_fragments(wanted - len(pcpus))
        missing = (wanted - len(pcpus)) // self._threads
        if missing:
            raise ConversionError(self._refusal(missing, wanted))
        return pcpus

    def _refusal(self, missing: int, wanted: int) -> str:
        if not self._strict or self._given < wanted:
            return f"not enough exclusive threads provided, could not fit {missing} core(s)"
        return (
            f"could not fit {missing} core(s) without crossing numa cell boundaries "
            "for individual cores"
        )

    def fit_thread(self) -> int:
        """One more pCPU: of the first cell that has any, a fragment before a piece of a core.

        Raises ConversionError where none is left.
        """
        for cell in self._cells:
            for pcpu in cell.take_thread():
                return pcpu
        raise ConversionError("no remaining unassigned threads")


def _chunk_of_fragments(cell: _CellPool, threads: int) -> list[int]:
    return cell.take_fragments(threads) if len(cell.fragments) >= threads else []


def _cores(cell: Cell, given: frozenset[int], visited: set[int]) -> Iterator[list[int]]:
    """The given CPUs of each of the cell's cores, in the order of the cores' first CPUs."""
    for cpu in cell.cpus:
        if cpu.id in visited:
            continue
        siblings = cpu.siblings or (cpu.id,)
        visited.update(siblings)
        yield [sibling for sibling in siblings if sibling in given]
