"""A guest's memory: its size, its hugepages, and how it lies on the host's NUMA cells.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: converter.go (setupDomainMemory), from
v1.8 compute/memory.go and compute/memory_backing.go; vcpu/vcpu.go (numaMapping).
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.conversion.xml import element
from rtlint.kubevirt.repairs import guest_memory
from rtlint.kubevirt.vmi import NIL_PANIC, ConversionError
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.kubevirt.conversion.host import Host
    from rtlint.kubevirt.vmi import Vmi

_NANO = 10**9


class GuestCell(NamedTuple):
    """A guest NUMA cell: its vCPU ids, its memory in bytes, and the host cell it is bound to."""

    vcpus: tuple[int, ...]
    memory: int
    host_cell: int


def memory_elements(vmi: Vmi) -> str:
    """`<memory>` and `<maxMemory>`. Raises ConversionError where virt-launcher does."""
    most = _max_guest(vmi)
    if most is None:
        return element("memory", str(_bytes(guest_memory(vmi.spec, vmi.release))), unit="b")
    # v1.1 and v1.2 built the domain for the most memory, and plugged a virtio-mem device into it.
    virtio_mem = vmi.release < (1, 3)
    size, guest = _bytes(most), _bytes(guest_memory(vmi.spec, vmi.release))
    return element("memory", str(size if virtio_mem else guest), unit="b") + element(
        "maxMemory", str(size), unit="b", slots=1 if virtio_mem else 0
    )


def _max_guest(vmi: Vmi) -> Quantity | None:
    """`memory.maxGuest` where it differs from the guest's memory."""
    most = vmi.spec.quantity("domain.memory.maxGuest")
    if most is None:
        return None
    guest = vmi.spec.quantity("domain.memory.guest")
    if guest is None:
        raise ConversionError(NIL_PANIC)
    return None if guest.nano == most.nano else most


def _bytes(quantity: Quantity) -> int:
    """Whole bytes, rounded down (QuantityToByte)."""
    size = quantity.nano // _NANO
    if size < 0:
        raise ConversionError(f"Memory size '{quantity}' must be greater than or equal to 0")
    return size


def backing_element(vmi: Vmi, cells: Sequence[GuestCell]) -> str:
    """`<memoryBacking>`; "" where there is none. `cells` are those of a NUMA passthrough."""
    hugepages, shared = vmi.hugepages, _has_virtiofs(vmi)
    if not hugepages and not shared:
        return ""
    parts = []
    if hugepages:
        size = _page_size(vmi) if cells else 0
        pages = (element("page", size=size, unit="b", nodeset=i) for i in range(len(cells)))
        parts.append(element("hugepages", *pages))
    if needs_memfd(vmi):
        parts.append(element("source", type="memfd"))
    if shared:
        parts.append(element("access", mode="shared"))
    if cells:
        parts.append(element("allocation", mode="immediate"))
        if vmi.realtime:
            parts.append(element("nosharepages"))
    return element("memoryBacking", *parts)


def needs_memfd(vmi: Vmi) -> bool:
    if _has_virtiofs(vmi):
        return True
    return vmi.hugepages and vmi.annotations.get("kubevirt.io/memfd") != "false"


def _has_virtiofs(vmi: Vmi) -> bool:
    filesystems = vmi.spec.each("domain.devices.filesystems")
    return any(filesystem.has("virtiofs") for filesystem in filesystems)


def numa_element(vmi: Vmi, cells: Sequence[GuestCell]) -> str:
    """`<numa>` of `<cpu>`: the passed-through cells, else the one cell that memfd needs."""
    if cells:
        return element(
            "numa",
            *(
                element("cell", id=i, cpus=_list(cell.vcpus), memory=cell.memory, unit="b")
                for i, cell in enumerate(cells)
            ),
        )
    last = vmi.full_topology.vcpus - 1
    memory = guest_memory(vmi.spec, vmi.release)
    if vmi.release < (1, 3) and _max_guest(vmi) is not None:
        size, unit = _bytes(memory), "b"
    elif needs_memfd(vmi):
        size, unit = memory.value // 1024, "KiB"
    else:
        return ""
    return element("numa", element("cell", id=0, cpus=f"0-{last}", memory=size, unit=unit))


def numatune_element(cells: Sequence[GuestCell]) -> str:
    """`<numatune>` of a NUMA passthrough; "" without one."""
    if not cells:
        return ""
    nodes = _list([cell.host_cell for cell in cells])
    return element(
        "numatune",
        element("memory", mode="strict", nodeset=nodes),
        *(
            element("memnode", cellid=i, mode="strict", nodeset=cell.host_cell)
            for i, cell in enumerate(cells)
        ),
    )


def pass_numa_through(vmi: Vmi, host: Host, vcpus: Sequence[int]) -> tuple[GuestCell, ...]:
    """A guest cell for each host cell that a vCPU is pinned to, in the host's order.

    `vcpus` are the pCPUs of the vCPUs. Raises ConversionError where virt-launcher does.
    """
    by_cell = _vcpus_by_cell(host, vcpus)
    if not vmi.hugepages:
        raise ConversionError(
            "passing through a numa topology is restricted to VMIs with hugepages enabled"
        )
    page = _page_size(vmi)
    size, count = _bytes(guest_memory(vmi.spec, vmi.release)), len(by_cell)
    # `{… b}` is how Go prints the struct; the page size is taken for MiB in the message only.
    if size < count * page:
        raise ConversionError(
            "not enough memory requested to allocate at least one hugepage per numa node: "
            f"{{{size} b}} < {count * page * 2**20}"
        )
    if not page:
        raise ConversionError("panic: runtime error: integer divide by zero")
    if size % page:
        raise ConversionError(
            "requested memory can't be divided through the numa page size: "
            f"{{{size} b}} mod {page} != 0"
        )
    # Equal parts, whatever the vCPUs' split; left-over pages go to the first cells.
    pages, more = divmod(size // page, count)
    return tuple(
        GuestCell(tuple(ids), (pages + (i < more)) * page, cell)
        for i, (cell, ids) in enumerate(by_cell.items())
    )


def _vcpus_by_cell(host: Host, vcpus: Sequence[int]) -> dict[int, list[int]]:
    cell_of = {cpu.id: cell.id for cell in host.cells for cpu in cell.cpus}
    by_cell: dict[int, list[int]] = {cell.id: [] for cell in host.cells}
    for vcpu, pcpu in enumerate(vcpus):
        if pcpu not in cell_of:
            raise ConversionError(
                "failed to generate numa pinning information: "
                f"vcpu {vcpu} is mapped to a not existing host cpu set {pcpu}"
            )
        by_cell[cell_of[pcpu]].append(vcpu)
    return {cell: ids for cell, ids in by_cell.items() if ids}


def _page_size(vmi: Vmi) -> int:
    """`hugepages.pageSize` in bytes."""
    text = vmi.spec.string("domain.memory.hugepages.pageSize") or ""
    quantity = parse_quantity(text)
    if quantity is None:
        raise ConversionError(
            f"failed to determine if hugepages are enabled: could not parse hugepage value {text}: "
            "quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        )
    size = quantity.nano // _NANO
    if size < 0:
        raise ConversionError(
            "failed to determine if hugepages are enabled: could not convert page size to MiB "
            f"{text}: Memory size '{quantity}' must be greater than or equal to 0"
        )
    return size


def _list(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))
