"""What looks wrong with a VM, whether it will be realtime or not, and where."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.conversion.host import as_kubevirt_sees, format_cpulist
from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.mask import MAX_IDS, is_every_vcpu, read_mask
from rtlint.platform.capacity import size_text
from rtlint.preview.pages import page_size
from rtlint.preview.table import few, ids_of, in_ranges, named, rows
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed
    from rtlint.preview.table import Row

# Of many alike so many are listed: the answer is to fit a screen.
_LISTED = 8


class Concern(NamedTuple):
    """What looks wrong, in a sentence, and what of the picture it is about.

    `threads` are those of the table by their names; `pcpus` and `cells` are the host's. `fact` is
    the label of a fact that everybody compares, such as "mask".
    """

    message: str
    threads: frozenset[str] = frozenset()
    pcpus: Ids = Ids()
    cells: Ids = Ids()
    fact: str = ""


def concerns(previewed: Previewed) -> tuple[Concern, ...]:
    """What looks wrong, whether the VM will be realtime or not."""
    preview = previewed.preview
    table = rows(preview)
    return (
        *_unknown_cpus(preview, table),
        *_too_few_cpus(preview),
        *_missing_ids(previewed),
        *_unseen_siblings(preview),
        *_shared_cores(previewed, table),
        *_disturbers(table),
        *_on_other_cells(preview, table),
        *_cells_without_pages(preview),
        *_balloon(preview),
    )


def _unknown_cpus(preview: Preview, table: Sequence[Row]) -> Iterator[Concern]:
    missing = ids_of(preview.cpuset).without(ids_of(_host_cpus(preview)))
    if missing:
        on_them = [row for row in table if row.pinned and row.pcpus.without(missing) != row.pcpus]
        message = f"The host has no {named('CPU', missing)}, which the cpuset names."
        yield _about(message, on_them)


def _host_cpus(preview: Preview) -> Iterator[int]:
    return (cpu.id for cell in preview.host.cells for cpu in cell.cpus)


def _too_few_cpus(preview: Preview) -> Iterator[Concern]:
    asked = preview.pod.requests["cpu"]
    if preview.reserved and len(preview.cpuset) < int(asked):
        yield Concern(
            f"The pod asks for {asked} CPUs, and the host has {len(preview.cpuset)} beside the "
            f"reserved ones ({format_cpulist(preview.reserved)}).",
            pcpus=ids_of(preview.reserved),
        )


def _unseen_siblings(preview: Preview) -> Iterator[Concern]:
    if preview.placement.vcpus and as_kubevirt_sees(preview.host, preview.release) != preview.host:
        yield Concern(
            f"KubeVirt {preview.release} does not see this host's SMT siblings: libvirt prints "
            "them as ranges, such as 0-1, and virt-handler reads lists, such as 0,8. It takes each "
            "CPU for a core of its own."
        )


def _missing_ids(previewed: Previewed) -> Iterator[Concern]:
    release, count = previewed.preview.release, len(previewed.preview.placement.vcpus)
    try:
        text = previewed.workload.mask_text
    except UnknownValue:
        # Something else failed before KubeVirt came to the mask.
        return
    if not count or not previewed.preview.realtime or is_every_vcpu(text, release):
        return
    mask = read_mask(text, release)
    past = mask.past(count)
    if past is not None and mask.error is None:
        last = mask.ids.ranges[-1][1]
        missing = mask.ids.within(count, last)
        upward = last >= MAX_IDS - 1
        what = f"vCPU {past} and more" if upward else named("vCPU", missing)
        message = f"The mask names {what}, and the VM has {count} (0-{count - 1})."
        yield Concern(message, fact="mask")


def _shared_cores(previewed: Previewed, table: Sequence[Row]) -> Iterator[Concern]:
    """Realtime vCPUs that share a core with others, and the guest cannot know or the mask differs.

    With `threads: 2` the guest sees which vCPUs are siblings.
    """
    threads = previewed.workload.vmi.topology.threads
    by_core: dict[Ids, list[Row]] = {}
    for row in table:
        if row.vcpu is not None and row.pinned:
            core = Ids((*row.pcpus.ranges, *row.siblings.ranges))
            by_core.setdefault(core, []).append(row)
    shared = [
        vcpus
        for vcpus in by_core.values()
        if any(vcpu.realtime for vcpu in vcpus)
        and len({(vcpu.realtime, (vcpu.vcpu or 0) // threads) for vcpu in vcpus}) > 1
    ]
    if shared:
        listed = ", ".join(map(_on_one_core, shared[:_LISTED]))
        more = f", and {len(shared) - _LISTED} more" if len(shared) > _LISTED else ""
        everyone = [vcpu for vcpus in shared for vcpu in vcpus]
        yield _about(f"vCPUs share a physical core: {listed}{more}.", everyone)


def _on_one_core(vcpus: Sequence[Row]) -> str:
    ids = " and ".join(str(vcpu.vcpu) for vcpu in vcpus)
    return f"{ids} (pCPUs {', '.join(str(vcpu.pcpus) for vcpu in vcpus)})"


def _about(message: str, threads: Sequence[Row]) -> Concern:
    """A concern about threads, on the pCPUs that they are pinned to."""
    pcpus = Ids(each for row in threads if row.pinned for each in row.pcpus.ranges)
    return Concern(message, frozenset(row.thread for row in threads), pcpus)


def _disturbers(table: Sequence[Row]) -> Iterator[Concern]:
    """Threads without real-time scheduling on a realtime vCPU's pCPU, or on its sibling."""
    on: dict[int, list[Row]] = {}
    for row in table:
        if row.vcpu is not None and row.realtime and row.pinned:
            for pcpu in row.pcpus:
                on.setdefault(pcpu, []).append(row)
    others = [row for row in table if row.vcpu is None and not row.realtime]
    for kind in ("emulator", "I/O"):
        alike = [row for row in others if row.thread.startswith(kind)]
        pcpus, siblings = [row.pcpus for row in alike], [row.siblings for row in alike]
        same, near = _met(pcpus, on), _met(siblings, on)
        yield from _disturbing(alike, pcpus, same, "the pCPUs")
        yield from _disturbing(alike, siblings, near - same, "an SMT sibling")


def _met(places: Iterable[Ids], on: Mapping[int, Sequence[Row]]) -> frozenset[Row]:
    # Threads that are not pinned are all in one place.
    return frozenset(row for ids in set(places) for pcpu in ids for row in on.get(pcpu, ()))


def _disturbing(
    threads: Sequence[Row], places: Sequence[Ids], vcpus: frozenset[Row], where: str
) -> Iterator[Concern]:
    """Which of the threads, each in its place, are where the vCPUs are, if there are any."""
    if not vcpus:
        return
    there = {pcpu for vcpu in vcpus for pcpu in vcpu.pcpus}
    meets = {ids: not there.isdisjoint(ids) for ids in set(places)}
    found = [row for row, ids in zip(threads, places, strict=True) if meets[ids]]
    who = named("vCPU", ids_of(vcpu.vcpu or 0 for vcpu in vcpus))
    yield _about(f"{_subject(found)} on {where} of realtime {who}.", [*found, *vcpus])


def _on_other_cells(preview: Preview, table: Sequence[Row]) -> Iterator[Concern]:
    """Pinned threads that work for the vCPUs from where all that they share is far away."""
    vcpus = [row for row in table if row.vcpu is not None and row.pinned]
    cells = Ids(each for row in vcpus for each in row.cells.ranges)
    if not preview.realtime or not cells:
        return
    far: dict[tuple[bool, Ids], list[Row]] = {}
    for row in table:
        if row.vcpu is None and row.pinned and row.cells.without(cells):
            far.setdefault((row.thread.startswith("I/O"), row.cells), []).append(row)
    for (_, there), threads in far.items():
        where = f"on {named('NUMA cell', there)}, the vCPUs on {few(cells)}"
        yield _about(f"{_subject(threads)} {where}.", threads)


def _subject(threads: Sequence[Row]) -> str:
    """Threads of one kind with their verb, as the beginning of a sentence."""
    (name,) = in_ranges(row.thread for row in threads)
    name = name if name.startswith("I/O") else f"The {name}"
    return f"{name} run" if len(threads) > 1 else f"{name} runs"


def _cells_without_pages(preview: Preview) -> Iterator[Concern]:
    size = page_size(preview)
    cells = {cell.id: dict(cell.pages) for cell in preview.host.cells}
    for cell in preview.cells:
        known = cells[cell.host_cell]
        if not size or not any(cells.values()):
            continue
        needed, there = cell.memory // size, known.get(size, 0)
        where = f"NUMA cell {cell.host_cell}"
        here = Ids([(cell.host_cell, cell.host_cell)])
        if known and size not in known:
            # An arm64 kernel whose usual pages have 64 KiB has none of 1Gi.
            sizes = ", ".join(map(size_text, known))
            message = (
                f"{where} cannot have pages of {size_text(size)}: the node's kernel knows {sizes}."
            )
            yield Concern(message, cells=here)
        elif there < needed:
            message = (
                f"{where} has {there or 'no'} pages of {size_text(size)}, the guest needs "
                f"{needed} there."
            )
            yield Concern(message, cells=here)


def _balloon(preview: Preview) -> Iterator[Concern]:
    domain = preview.domain
    if preview.realtime and domain and '<memballoon model="none"' not in domain:
        message = "The guest has a memory balloon: autoattachMemBalloon is not false."
        yield Concern(message, fact="balloon")
