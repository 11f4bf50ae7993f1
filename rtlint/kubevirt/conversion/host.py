"""The node that a VM is previewed on: its NUMA cells, CPUs and SMT siblings.

KubeVirt reads them from libvirt's capabilities (kubevirt, pkg/virt-handler, capabilities to
topology), in libvirt's order, and that order decides which pCPU a vCPU is pinned to.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.ids import Ids
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any
    from xml.etree.ElementTree import Element

    from rtlint.kubevirt.releases import Release

# libvirt's own bound on a CPU bitmap (VIR_DOMAIN_CPUMASK_LEN): no host has more CPUs. It also
# keeps a hostile `0-999999999` from being built in memory.
MAX_CPUS = 16384
# POWER has eight threads a core, the most there is; the rest is room.
_MAX_SIBLINGS = 64
_MAX_TEXT = 32 * 2**20
# Bytes; the largest size of a usual page (arm64).
_LARGEST_SMALL_PAGE = 64 * 2**10

_RANGE = re.compile(r"\s*([0-9]{1,9})(?:-([0-9]{1,9}))?\s*", re.ASCII)
_HOW = (
    "give the output of `virsh capabilities` or of "
    "`lscpu --json --extended=CPU,CORE,SOCKET,NODE`, taken on the node"
)


class Cpu(NamedTuple):
    """A host CPU and the CPUs of its core, itself included; none where libvirt names none.

    `listed` are those that libvirt prints one by one, where it prints others as a range (`0-1`).
    Nothing hangs on the `socket`: it is for people who look for the CPU.
    """

    id: int
    siblings: tuple[int, ...] = ()
    listed: tuple[int, ...] | None = None
    socket: int = 0


class Cell(NamedTuple):
    """A NUMA cell with its CPUs in libvirt's order.

    `pages` are the hugepages that it has, as pairs of a page's size in bytes and the number of
    such pages; empty where nothing is known of them.
    """

    id: int
    cpus: tuple[Cpu, ...]
    pages: tuple[tuple[int, int], ...] = ()


class Host(NamedTuple):
    """A node. `source` is `virsh`, `lscpu`, or `assumed` where nothing is known of it.

    It is the kind of an object, and `name` its name, where one says which CPUs there are: of cells
    and cores such an object says nothing, and they are assumed, too.
    """

    cells: tuple[Cell, ...]
    source: str
    name: str = ""

    @property
    def has_known_cores(self) -> bool:
        """Whether cells and SMT siblings are known, and not assumed."""
        return self.source in ("virsh", "lscpu")


def parse_host(text: str) -> Host:
    """The node that the output of virsh or lscpu describes.

    Raises ValueError, with a message that helps, for text in neither format.
    """
    text = text.lstrip("\ufeff \t\r\n")
    if len(text) > _MAX_TEXT:
        raise ValueError(f"the host description is larger than any node's; {_HOW}")
    if text.startswith("<"):
        cells = _virsh_cells(text)
        source = "virsh"
    elif text.startswith("{"):
        cells = _lscpu_cells(text)
        source = "lscpu"
    else:
        raise ValueError(f"the host description is neither XML nor JSON; {_HOW}")
    ids = [cpu.id for cell in cells for cpu in cell.cpus]
    if len(ids) > MAX_CPUS or max(ids, default=0) >= MAX_CPUS:
        raise ValueError(f"the host description holds a CPU past {MAX_CPUS - 1}")
    if len(ids) != len(set(ids)):
        raise ValueError("the host description holds a CPU twice")
    return Host(cells, source)


def assumed_host(
    cpuset: Iterable[int],
    pages: tuple[tuple[int, int], ...] = (),
    source: str = "assumed",
    name: str = "",
) -> Host:
    """A plain node that has just these CPUs: one NUMA cell, no SMT."""
    cell = Cell(0, tuple(Cpu(cpu, (cpu,)) for cpu in cpuset), pages)
    return Host((cell,), source, name)


def as_kubevirt_sees(host: Host, release: Release) -> Host:
    """The host with the SMT siblings that virt-handler finds.

    From v1.4.0 it splits libvirt's list at the commas and drops what is no number, so a range of
    siblings (kubevirt, pkg/virt-handler/options.go, convertListOfIntStringToSlice).
    """
    if release < (1, 4) or not _has_ranges(host):
        return host
    return host._replace(
        cells=tuple(
            cell._replace(cpus=tuple(map(_without_range, cell.cpus))) for cell in host.cells
        )
    )


def _without_range(cpu: Cpu) -> Cpu:
    return cpu if cpu.listed is None else cpu._replace(siblings=cpu.listed, listed=None)


def _has_ranges(host: Host) -> bool:
    return any(cpu.listed is not None for cell in host.cells for cpu in cell.cpus)


def first_core(host: Host) -> tuple[int, ...]:
    """The CPUs of the core with the lowest CPU; none of a host without CPUs.

    The kubelet's static policy wants CPUs reserved, and takes the first ones where nothing says
    which (kubernetes v1.36, pkg/kubelet/cm/cpumanager/policy_static.go, NewStaticPolicy).
    """
    cpu = min((cpu for cell in host.cells for cpu in cell.cpus), default=None)
    return () if cpu is None else cpu.siblings or (cpu.id,)


def likely_cpuset(host: Host, count: int, reserved: Sequence[int] = ()) -> tuple[int, ...]:
    """`count` CPUs of the host as kubelet's static policy would take them on an idle node.

    Cell by cell whole cores, then what is still missing from cores of which a part is reserved,
    then from the next core; all that is not reserved where that is not enough.
    """
    kept = frozenset(reserved)
    cores = dict.fromkeys(cpu.siblings or (cpu.id,) for cell in host.cells for cpu in cell.cpus)
    taken: dict[int, None] = {}
    single: list[int] = []
    for core in cores:
        if kept.isdisjoint(core) and len(taken) + len(core) <= count:
            taken.update(dict.fromkeys(core))
    for core in sorted(cores, key=kept.isdisjoint):
        single += (cpu for cpu in core if cpu not in kept and cpu not in taken)
    return tuple(sorted((*taken, *dict.fromkeys(single[: count - len(taken)]))))


def parse_cpulist(text: str, limit: int = MAX_CPUS) -> tuple[int, ...]:
    """The CPU numbers of `read_cpulist`, ascending, each once."""
    return tuple(read_cpulist(text, limit))


def read_cpulist(text: str, limit: int = MAX_CPUS) -> Ids:
    """The CPUs of a Linux cpulist (`2-7,10`); none for "".

    Raises ValueError for anything else, for a CPU past 16383, and for more than `limit` CPUs.
    """
    ranges = []
    for piece in text.split(",") if text.strip() else ():
        match = _RANGE.fullmatch(piece)
        if match is None:
            raise ValueError(f"`{_short(piece)}` is no CPU or range of CPUs, such as 2-7,10")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last >= MAX_CPUS:
            reason = "is reversed" if last < first else f"ends past CPU {MAX_CPUS - 1}"
            raise ValueError(f"the CPU range `{_short(piece)}` {reason}")
        if last - first >= limit:
            raise ValueError(f"`{_short(piece)}` holds more than {limit} CPUs")
        ranges.append((first, last))
    cpus = Ids(ranges)
    if cpus.count > limit:
        raise ValueError(f"`{_short(text)}` holds more than {limit} CPUs")
    return cpus


def format_cpulist(cpus: Iterable[int]) -> str:
    """The CPU numbers as the kernel writes them: `2-7,10`."""
    return str(Ids((cpu, cpu) for cpu in cpus))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _virsh_cells(text: str) -> tuple[Cell, ...]:
    # Capabilities have no document type, and one may hold an entity that explodes.
    if "<!DOCTYPE" in text:
        raise ValueError(f"the host description has a DOCTYPE, virsh's output has none; {_HOW}")
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"the host description is broken XML ({error}); {_HOW}") from None
    cells = root.find("./host/topology/cells")
    if root.tag != "capabilities" or cells is None:
        raise ValueError(f"the XML holds no <cells> of a host's topology; {_HOW}")
    return tuple(
        Cell(
            _number(cell.get("id"), "a cell's id"),
            tuple(_virsh_cpu(cpu.attrib) for cpu in cell.iterfind("./cpus/cpu")),
            tuple(_virsh_pages(cell)),
        )
        for cell in cells.iterfind("./cell")
    )


def _virsh_pages(cell: Element) -> Iterator[tuple[int, int]]:
    """The cell's pages, those of the usual size left out: they are no hugepages.

    An arm64 kernel whose usual pages have 4 KiB has hugepages of 64.
    """
    found = sorted(
        (
            _number(pages.get("size"), "a page's size") * 1024,
            _number((pages.text or "").strip(), "a number of pages"),
        )
        for pages in cell.iterfind("./pages")
        if pages.get("unit") == "KiB"
    )
    yield from found[1:] if found and found[0][0] <= _LARGEST_SMALL_PAGE else found


def _virsh_cpu(attributes: dict[str, str]) -> Cpu:
    text = attributes.get("siblings", "")
    siblings = parse_cpulist(text, _MAX_SIBLINGS)
    socket = attributes.get("socket_id", "")
    return Cpu(
        _number(attributes.get("id"), "a CPU's id"),
        siblings,
        _listed(text),
        # Some arm64 firmware numbers sockets from anywhere; an offline CPU has none.
        int(socket) if re.fullmatch(r"[0-9]{1,9}", socket, re.ASCII) else 0,
    )


def _listed(text: str) -> tuple[int, ...] | None:
    if "-" not in text:
        return None
    pieces = text.split(",")
    return tuple(int(piece) for piece in pieces if piece.isascii() and piece.isdigit())


def _lscpu_cells(text: str) -> tuple[Cell, ...]:
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the host description is broken JSON ({error}); {_HOW}") from None
    rows = data.get("cpus")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"the JSON holds no list of CPUs; {_HOW}")
    cores: dict[tuple[int, int, int], list[int]] = {}
    for row in rows:
        missing = [name for name in ("cpu", "core", "socket", "node") if name not in row]
        if missing:
            raise ValueError(f"the JSON has no column {missing[0].upper()}; {_HOW}")
        # An offline CPU has no core; a kernel without NUMA names no node.
        if row["core"] in (None, "-", ""):
            continue
        node, socket = (0 if row[n] in (None, "-", "") else row[n] for n in ("node", "socket"))
        key = (_number(node, "NODE"), _number(socket, "SOCKET"), _number(row["core"], "CORE"))
        cores.setdefault(key, []).append(_number(row["cpu"], "CPU"))
    return _cells_of_cores(cores)


def _cells_of_cores(cores: dict[tuple[int, int, int], list[int]]) -> tuple[Cell, ...]:
    """Cells and CPUs in ascending order, which is libvirt's."""
    if max(map(len, cores.values()), default=0) > _MAX_SIBLINGS:
        raise ValueError(f"the JSON has a core with more than {_MAX_SIBLINGS} CPUs; {_HOW}")
    cells: dict[int, list[Cpu]] = {}
    for (node, socket, _), cpus in cores.items():
        siblings = tuple(sorted(cpus))
        # libvirt prints what lscpu only tells: two neighbours are a range.
        listed = _listed(format_cpulist(siblings))
        cells.setdefault(node, []).extend(Cpu(cpu, siblings, listed, socket) for cpu in siblings)
    return tuple(Cell(node, tuple(sorted(cells[node]))) for node in sorted(cells))


def _number(value: Any, what: str) -> int:
    """A number of virsh's or lscpu's; lscpu before util-linux 2.33 quotes its own."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return int(value)
    if type(value) is int and 0 <= value < 10**9:
        return value
    raise ValueError(f"{what} is no number in the host description; {_HOW}")
