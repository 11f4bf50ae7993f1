"""Where each thread of a VM runs, and how it is scheduled: the rows that every format shows."""

from __future__ import annotations

import re
from functools import cached_property
from xml.etree import ElementTree

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.ids import Ids
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rtlint.kubevirt.conversion.preview import Preview

FIFO, OTHER = "SCHED_FIFO", "SCHED_OTHER"
# A list of ids that stands in each of many rows is to fit one.
_RANGES = 16
_ID = re.compile("[0-9]+")


class Row(NamedTuple):
    """A thread of QEMU's: the pCPUs that it may run on, their NUMA cells and SMT siblings.

    `vcpu` is a vCPU's id, None for other threads. `pinned` is False where the pCPUs are not the
    thread's own: then they are all of the pod's. `priority` is 0 with SCHED_OTHER.
    """

    thread: str
    vcpu: int | None
    pcpus: Ids
    pinned: bool
    cells: Ids
    siblings: Ids
    policy: str
    priority: int

    @property
    def realtime(self) -> bool:
        return self.policy == FIFO


def rows(preview: Preview) -> tuple[Row, ...]:
    """vCPUs by id, then the emulator, I/O threads, and the timer's thread where it is raised.

    Empty where virt-launcher makes no domain.
    """
    return () if preview.domain is None else tuple(_rows(preview))


def _rows(preview: Preview) -> Iterator[Row]:
    domain = ElementTree.fromstring(preview.domain or "")
    raised = {thread.name: thread for thread in preview.threads}
    placement, places = preview.placement, _Places(preview)
    for i in range(_booted(domain)):
        thread = raised.get(f"CPU {i}/KVM")
        policy, priority = (OTHER, 0) if thread is None else (thread.policy, thread.priority)
        yield places.row(f"vCPU {i}", placement.vcpus[i : i + 1], policy, priority, vcpu=i)
    yield places.row("emulator", placement.emulator)
    for i in range(1, int(domain.findtext("iothreads", "0")) + 1):
        yield places.row(f"I/O thread {i}", placement.iothreads.get(i, ()))
    timer = raised.get("kvm-pit")
    if timer is not None:
        # virt-handler gives it vCPU 0's affinity.
        yield places.row("kvm-pit", placement.vcpus[:1], timer.policy, timer.priority)


def _booted(domain: ElementTree.Element) -> int:
    """How many vCPUs the guest starts with."""
    listed = domain.findall("vcpus/vcpu")
    if listed:
        return sum(vcpu.get("enabled") == "yes" for vcpu in listed)
    return int(domain.findtext("vcpu", "0"))


class _Places:
    """Looks pCPUs up on the host."""

    def __init__(self, preview: Preview) -> None:
        self._pod = preview.cpuset
        self._found = {
            cpu.id: (cell.id, cpu.siblings) for cell in preview.host.cells for cpu in cell.cpus
        }

    def row(
        self,
        thread: str,
        pcpus: Sequence[int],
        policy: str = OTHER,
        priority: int = 0,
        vcpu: int | None = None,
    ) -> Row:
        where, cells, siblings = self._around(pcpus) if pcpus else self._anywhere
        return Row(thread, vcpu, where, bool(pcpus), cells, siblings, policy, priority)

    @cached_property
    def _anywhere(self) -> tuple[Ids, Ids, Ids]:
        """The same for all threads that are not pinned."""
        return self._around(self._pod)

    def _around(self, pcpus: Sequence[int]) -> tuple[Ids, Ids, Ids]:
        """The pCPUs, their NUMA cells and their SMT siblings."""
        found = [self._found[pcpu] for pcpu in pcpus if pcpu in self._found]
        siblings = {sibling for _, ids in found for sibling in ids}.difference(pcpus)
        return ids_of(pcpus), ids_of(cell for cell, _ in found), ids_of(siblings)


def ids_of(numbers: Iterable[int]) -> Ids:
    """The set of some numbers."""
    return Ids((number, number) for number in numbers)


def few(ids: Ids) -> str:
    """The ids as a cpulist, which ends early where it is long."""
    if len(ids.ranges) <= _RANGES:
        return str(ids)
    return f"{Ids(ids.ranges[:_RANGES])},…"


def named(noun: str, ids: Ids) -> str:
    """Ids with what they are of: `vCPU 3`, `vCPUs 2-3`."""
    return f"{noun}{'s' if ids.count > 1 else ''} {few(ids)}"


def in_ranges(threads: Iterable[str]) -> list[str]:
    """Names of threads; those that differ only in their id are one, such as `CPU 2-119/KVM`."""
    found: dict[str, list[int]] = {}
    for thread in threads:
        # Only the id: "I/O thread {}", "CPU {}/KVM".
        found.setdefault(_ID.sub("{}", thread, 1), []).extend(map(int, _ID.findall(thread)[:1]))
    return [_with_ids(name, ids_of(ids)) for name, ids in found.items()]


def _with_ids(name: str, ids: Ids) -> str:
    noun, _, after = name.partition(" {}")
    return f"{noun} {few(ids)}{after}" if after else named(noun, ids) if ids else name
