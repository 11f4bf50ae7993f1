"""Will it be realtime?"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.platform.capacity import size_text
from rtlint.preview.concerns import Concern, concerns
from rtlint.preview.model import SCHEDULING, failing_step
from rtlint.preview.pages import hugepages
from rtlint.preview.table import ids_of, named
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed

    Level = Literal["yes", "but", "no"]

REFUSAL = "the webhook refuses the VM"


class Verdict(NamedTuple):
    """Whether the vCPUs that the mask names run with SCHED_FIFO, and in words what or why not.

    `starts` is False where the guest never runs at all. `concerns` are what looks wrong besides.
    """

    realtime: bool
    starts: bool
    reasons: tuple[str, ...]
    concerns: tuple[Concern, ...]

    @property
    def level(self) -> Level:
        """`but` where the answer is yes, and something looks wrong all the same."""
        if not self.realtime:
            return "no"
        return "but" if self.concerns else "yes"

    @property
    def headline(self) -> str:
        """The answer in a few words."""
        if self.level != "but":
            return "Realtime: yes" if self.realtime else "Realtime: no"
        count = len(self.concerns)
        return (
            f"Realtime: yes, but {f'{count} things look' if count > 1 else '1 thing looks'} wrong"
        )


def verdict(previewed: Previewed) -> Verdict:
    """Will the VM be realtime? The reasons against it, or the one sentence for it."""
    obstacles, omissions = tuple(_obstacles(previewed)), tuple(_omissions(previewed.preview))
    against = (*omissions, *obstacles)
    reasons = against or (_scheduled(previewed.preview),)
    return Verdict(not against, not obstacles, reasons, concerns(previewed))


def _scheduled(preview: Preview) -> str:
    scheduling = preview.vcpusched
    assert scheduling is not None
    who = "libvirt" if scheduling.applied_by == "domain-xml" else "virt-handler"
    enabled = ids_of(scheduling.enabled)
    rest = ids_of(range(len(preview.placement.vcpus))).without(enabled)
    stay = "stay" if rest.count > 1 else "stays"
    but = f"; {named('vCPU', rest)} {stay} with SCHED_OTHER" if rest else ""
    return (
        f"{who} gives {named('vCPU', enabled)} SCHED_FIFO with priority {scheduling.priority}{but}."
    )


def _omissions(preview: Preview) -> Iterator[str]:
    """Why the guest that runs is not realtime."""
    if not preview.realtime:
        yield "cpu.realtime is not set, so nothing gets real-time scheduling."
    elif preview.error is None and preview.vcpusched is None:
        yield "the mask selects none of its vCPUs."
    elif preview.error is not None and failing_step(preview) == SCHEDULING:
        yield f"{failing_step(preview)}: {_sentence(preview.error)}"


def _obstacles(previewed: Previewed) -> Iterator[str]:
    """Why the guest does not run at all."""
    preview = previewed.preview
    for cause in previewed.admission:
        yield f"{REFUSAL}: {_sentence(cause.message)}"
    if preview.error is not None and failing_step(preview) != SCHEDULING:
        yield f"{failing_step(preview)}: {_sentence(preview.error)}"
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
            f"a kubelet with full-pcpus-only refuses the pod: it asks for {asked} CPUs, not a "
            f"multiple of the {threads} threads of a core."
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
            f"libvirt cannot pin I/O threads to {named('CPU', ids_of(foreign))}, which the pod "
            "does not have: the VM does not start."
        )
    elif pinned and not preview.host.has_known_cores and preview.cpuset_assumed:
        policy = previewed.workload.defaulted.string("domain.ioThreadsPolicy")
        if policy == "supplementalPool" and (1, 5) <= preview.release < (1, 9):
            yield (
                f"{preview.release} pins the supplemental pool to the host's "
                f"{named('CPU', ids_of(pinned))}, whatever CPUs the pod gets: without these the VM "
                "does not start."
            )
