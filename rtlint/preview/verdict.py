"""Will it be realtime? And what looks wrong all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.conversion.host import as_kubevirt_sees, format_cpulist
from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.mask import MAX_IDS, is_every_vcpu, read_mask
from rtlint.preview.model import failing_step
from rtlint.preview.table import few, rows
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed
    from rtlint.preview.table import Row

_NANO = 10**9
# Of many alike so many are listed: the answer is to fit a screen.
_LISTED = 8


class Verdict(NamedTuple):
    """Whether the vCPUs that the mask names run with SCHED_FIFO, and in words what or why not."""

    realtime: bool
    reasons: tuple[str, ...]


def verdict(previewed: Previewed) -> Verdict:
    """Will the VM be realtime? The reasons against it, or the one sentence for it."""
    against = tuple(_against(previewed))
    if against:
        return Verdict(False, against)
    scheduling = previewed.preview.vcpusched
    assert scheduling is not None
    who = "libvirt" if scheduling.applied_by == "domain-xml" else "virt-handler"
    ids, all_ids = scheduling.enabled, range(len(previewed.preview.placement.vcpus))
    rest = format_cpulist(set(all_ids).difference(ids))
    but = f"; vCPU {rest} stays with SCHED_OTHER" if rest else ""
    sentence = (
        f"{who} gives vCPU {format_cpulist(ids)} SCHED_FIFO with priority "
        f"{scheduling.priority}{but}."
    )
    return Verdict(True, (sentence,))


def _against(previewed: Previewed) -> Iterator[str]:
    preview = previewed.preview
    if not preview.realtime:
        yield "cpu.realtime is not set, so nothing gets real-time scheduling."
    for cause in previewed.admission:
        yield f"the webhook refuses the VM: {_sentence(cause.message)}"
    if preview.error is not None:
        yield f"{failing_step(preview)}: {_sentence(preview.error)}"
    elif preview.realtime and preview.vcpusched is None:
        yield "the mask selects none of its vCPUs."
    yield from _unschedulable(previewed)
    yield from _page_shortfall(preview)
    yield from _foreign_pins(previewed)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _unschedulable(previewed: Previewed) -> Iterator[str]:
    """Why no node takes the pod."""
    release, pod = previewed.preview.release, previewed.preview.pod
    if previewed.preview.realtime and (1, 5) <= release < (1, 5, 3):
        yield (
            f"{release} asks for nodes labelled kubevirt.io/realtime=true, and labels none so; "
            "v1.5.3 does."
        )
    wants_pinning = {"cpumanager", "kubevirt.io/cpumanager"} & pod.node_selector.keys()
    if wants_pinning and "CPUManager" not in previewed.workload.cluster.gates:
        yield (
            "the cluster lacks the feature gate CPUManager: no node is labelled for dedicated CPUs."
        )
    if wants_pinning and previewed.workload.cluster.full_pcpus_only:
        yield from _half_core(previewed.preview)


def _half_core(preview: Preview) -> Iterator[str]:
    """A kubelet that gives out whole cores only; of an assumed host they are taken for SMT ones."""
    threads = 2
    if preview.host.has_known_cores:
        cpus = (cpu for cell in preview.host.cells for cpu in cell.cpus)
        threads = max((len(cpu.siblings) or 1 for cpu in cpus), default=1)
    asked = preview.pod.requests["cpu"]
    if int(asked) % threads:
        yield (
            f"a kubelet with full-pcpus-only refuses the pod: it asks for {asked} CPUs, no whole "
            f"number of cores with {threads} threads."
        )


def _page_shortfall(preview: Preview) -> Iterator[str]:
    """Hugepages for less than the guest's memory: admitted, and QEMU finds no page."""
    for name, amount in hugepages(preview).items():
        needed = sum(cell.memory for cell in preview.cells)
        given = parse_quantity(amount)
        if given is not None and given.value < needed:
            yield (
                f"the pod asks for {amount} of {name}, the guest needs {size_text(needed)}: "
                "it does not start."
            )


def _foreign_pins(previewed: Previewed) -> Iterator[str]:
    """Pins beyond the pod's CPUs: v1.5.0 to v1.8.4 number the host's for a supplemental pool."""
    preview = previewed.preview
    pinned = {cpu for cpus in preview.placement.iothreads.values() for cpu in cpus}
    foreign = pinned - set(preview.cpuset)
    if foreign:
        yield (
            f"libvirt cannot pin I/O threads to CPU {format_cpulist(foreign)}, which the pod does "
            "not have: the VM does not start."
        )
    elif pinned and not preview.host.has_known_cores and preview.cpuset_assumed:
        policy = previewed.workload.defaulted.string("domain.ioThreadsPolicy")
        if policy == "supplementalPool" and (1, 5) <= preview.release < (1, 9):
            yield (
                f"{preview.release} pins the supplemental pool to the host's CPU "
                f"{format_cpulist(pinned)}, whatever CPUs the pod gets: without these the VM does "
                "not start."
            )


def hugepages(preview: Preview) -> dict[str, str]:
    """The pod's hugepages, by the resource's name."""
    requests = preview.pod.requests
    return {name: value for name, value in requests.items() if name.startswith("hugepages-")}


def page_size(preview: Preview) -> int | None:
    """The size of the guest's hugepages in bytes, None without hugepages."""
    for name in hugepages(preview):
        quantity = parse_quantity(name.removeprefix("hugepages-"))
        return None if quantity is None else quantity.value
    return None


def size_text(size: int) -> str:
    """Bytes as Kubernetes writes them: `4Gi`."""
    return str(Quantity(size * _NANO, "binary"))


def concerns(previewed: Previewed) -> tuple[str, ...]:
    """What looks wrong, whether the VM will be realtime or not."""
    preview = previewed.preview
    table = rows(preview)
    return (
        *_unknown_cpus(preview),
        *_too_few_cpus(preview),
        *_missing_ids(previewed),
        *_unseen_siblings(preview),
        *_shared_cores(table),
        *_disturbers(table),
        *_on_other_cells(preview, table),
        *_cells_without_pages(preview),
        *_balloon(previewed),
    )


def _unknown_cpus(preview: Preview) -> Iterator[str]:
    known = {cpu.id for cell in preview.host.cells for cpu in cell.cpus}
    missing = format_cpulist(set(preview.cpuset) - known)
    if missing:
        yield f"The host has no CPU {missing}, which the cpuset names."


def _too_few_cpus(preview: Preview) -> Iterator[str]:
    asked = preview.pod.requests["cpu"]
    if preview.reserved and len(preview.cpuset) < int(asked):
        yield (
            f"The pod asks for {asked} CPUs, and the host has {len(preview.cpuset)} beside the "
            f"reserved ones ({format_cpulist(preview.reserved)})."
        )


def _unseen_siblings(preview: Preview) -> Iterator[str]:
    if preview.placement.vcpus and as_kubevirt_sees(preview.host, preview.release) != preview.host:
        yield (
            f"KubeVirt {preview.release} does not see this host's SMT siblings: libvirt prints "
            "them as ranges, such as 0-1, and virt-handler reads lists, such as 0,8. It takes each "
            "CPU for a core of its own."
        )


def _missing_ids(previewed: Previewed) -> Iterator[str]:
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
        upward = last >= MAX_IDS - 1
        named = f"{past} and more" if upward else few(mask.ids.within(count, last))
        yield f"The mask names vCPU {named}, and the VM has {count} (0-{count - 1})."


def _shared_cores(table: Sequence[Row]) -> Iterator[str]:
    by_core: dict[Ids, list[Row]] = {}
    for row in table:
        if row.vcpu is not None and row.pinned:
            core = Ids((*row.pcpus.ranges, *row.siblings.ranges))
            by_core.setdefault(core, []).append(row)
    shared = [
        f"{' and '.join(str(vcpu.vcpu) for vcpu in vcpus)} "
        f"(pCPUs {', '.join(str(vcpu.pcpus) for vcpu in vcpus)})"
        for vcpus in by_core.values()
        if len(vcpus) > 1 and any(vcpu.realtime for vcpu in vcpus)
    ]
    if shared:
        more = f", and {len(shared) - _LISTED} more" if len(shared) > _LISTED else ""
        yield f"vCPUs share a physical core: {', '.join(shared[:_LISTED])}{more}."


def _disturbers(table: Sequence[Row]) -> Iterator[str]:
    """Threads without real-time scheduling on a realtime vCPU's pCPU, or on its sibling."""
    on: dict[int, list[int]] = {}
    for row in table:
        if row.vcpu is not None and row.realtime and row.pinned:
            for pcpu in row.pcpus:
                on.setdefault(pcpu, []).append(row.vcpu)
    others = [row for row in table if row.vcpu is None and not row.realtime]
    # All that are not pinned run on the same pCPUs.
    places = {row.pcpus: row for row in others}
    disturbed = {pcpus: _disturbed(row, on) for pcpus, row in places.items()}
    yield from _first_of(
        [f"{_subject(row)} runs on {what}." for what in disturbed[row.pcpus]] for row in others
    )


def _disturbed(row: Row, on: Mapping[int, Sequence[int]]) -> list[str]:
    """Where a thread meets realtime vCPUs, which are `on` these pCPUs."""
    same = {vcpu for pcpu in row.pcpus for vcpu in on.get(pcpu, ())}
    near = {vcpu for pcpu in row.siblings for vcpu in on.get(pcpu, ())} - same
    where = [("the pCPUs", same), ("an SMT sibling", near)]
    return [f"{what} of realtime vCPU {format_cpulist(ids)}" for what, ids in where if ids]


def _on_other_cells(preview: Preview, table: Sequence[Row]) -> Iterator[str]:
    """Pinned threads that work for the vCPUs from where all that they share is far away."""
    vcpus = [row for row in table if row.vcpu is not None and row.pinned]
    cells = Ids(each for row in vcpus for each in row.cells.ranges)
    if preview.realtime and cells:
        others = [row for row in table if row.vcpu is None and row.pinned]
        yield from _first_of(_is_far(row, cells) for row in others)


def _is_far(row: Row, cells: Ids) -> list[str]:
    if not row.cells.without(cells):
        return []
    return [f"{_subject(row)} runs on NUMA cell {few(row.cells)}, the vCPUs on {few(cells)}."]


def _first_of(said: Iterable[list[str]]) -> Iterator[str]:
    """What is said of the first threads that there is something to say of, and of how many more."""
    heard = 0
    for sentences in said:
        heard += bool(sentences)
        if heard <= _LISTED:
            yield from sentences
    if heard > _LISTED:
        yield f"So do {heard - _LISTED} more threads."


def _subject(row: Row) -> str:
    """A thread that is no vCPU's, as the beginning of a sentence."""
    return row.thread if row.thread.startswith("I/O") else f"The {row.thread}"


def _cells_without_pages(preview: Preview) -> Iterator[str]:
    size = page_size(preview)
    cells = {cell.id: dict(cell.pages) for cell in preview.host.cells}
    for cell in preview.cells:
        known = cells[cell.host_cell]
        if not size or not any(cells.values()):
            continue
        needed, there = cell.memory // size, known.get(size, 0)
        if known and size not in known:
            # An arm64 kernel whose usual pages have 64 KiB has none of 1Gi.
            sizes = ", ".join(map(size_text, known))
            yield (
                f"NUMA cell {cell.host_cell} cannot have pages of {size_text(size)}: the node's "
                f"kernel knows {sizes}."
            )
        elif there < needed:
            yield (
                f"NUMA cell {cell.host_cell} has {there or 'no'} pages of {size_text(size)}, "
                f"the guest needs {needed} there."
            )


def _balloon(previewed: Previewed) -> Iterator[str]:
    domain = previewed.preview.domain
    if previewed.preview.realtime and domain and '<memballoon model="none"' not in domain:
        yield "The guest has a memory balloon: autoattachMemBalloon is not false."
