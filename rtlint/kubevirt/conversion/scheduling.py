"""Which threads of a realtime VM get real-time scheduling, and who gives it to them.

To v0.58.0 libvirt does, from `<vcpusched>`; from v0.58.1 virt-handler calls sched_setscheduler on
QEMU's threads right after the start (kubevirt, pkg/virt-handler/realtime.go and vm.go).
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.extras import has_pit
from rtlint.kubevirt.mask import VIRT_HANDLER_ERA, is_every_vcpu, read_mask, refusal
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.vmi import Vmi


class VcpuSched(NamedTuple):
    """How the vCPUs are scheduled.

    `applied_by` is `domain-xml` or `virt-handler`, `vcpus` the mask as the release uses it,
    `enabled` the ids of the vCPUs that get it.
    """

    applied_by: str
    scheduler: str
    priority: int
    vcpus: str
    enabled: tuple[int, ...]


class Thread(NamedTuple):
    """A thread on the node with its scheduling policy and priority."""

    name: str
    policy: str
    priority: int


class Scheduling(NamedTuple):
    """`vcpusched` is None where no vCPU gets real-time scheduling; `error` says why it fails."""

    vcpusched: VcpuSched | None = None
    threads: tuple[Thread, ...] = ()
    error: str | None = None


def mask_text(vmi: Vmi, vcpus: int) -> str:
    """The mask as written, or the range of all `vcpus` that an empty one stands for."""
    mask = vmi.spec.string("domain.cpu.realtime.mask") or ""
    if not is_every_vcpu(mask, vmi.release):
        return mask
    return "0" if vcpus <= 1 else f"0-{vcpus - 1}"


def schedule(vmi: Vmi, pinned: int) -> Scheduling:
    """What of the started VM gets real-time scheduling. `pinned` is the number of pinned vCPUs.

    With a mask that the release refuses nothing does: libvirt does not start the domain, and
    virt-handler gives up before it comes to the timer's thread.
    """
    in_xml = vmi.release < VIRT_HANDLER_ERA
    # virt-handler asks only for `realtime`, KubeVirt's converter for dedicated CPUs, too.
    if not vmi.realtime or (in_xml and not vmi.dedicated):
        return Scheduling()
    # libvirt counts the vCPUs that it is told of, virt-handler finds the threads that run.
    vcpus = vmi.full_topology.vcpus if in_xml else vmi.booted_topology.vcpus
    written = vmi.spec.string("domain.cpu.realtime.mask") or ""
    text = mask_text(vmi, pinned if in_xml else vcpus)
    mask = read_mask(written, vmi.release)
    error = refusal(mask, written, vcpus, vmi.release)
    if error is not None:
        return Scheduling(error=error)
    # Not more than MAX_THREADS: of more there is no domain.
    enabled = tuple(
        mask.enabled(pinned if in_xml and is_every_vcpu(written, vmi.release) else vcpus)
    )
    threads = tuple(Thread(f"CPU {i}/KVM", "SCHED_FIFO", 1) for i in enabled)
    if vmi.dedicated and has_pit(vmi) and _raises_pit(vmi.release):
        threads += (Thread("kvm-pit", "SCHED_FIFO", 2),)
    if not enabled:
        return Scheduling(threads=threads)
    applied_by = "domain-xml" if in_xml else "virt-handler"
    return Scheduling(VcpuSched(applied_by, "fifo", 1, text, enabled), threads)


def _raises_pit(release: Release) -> bool:
    """Whether virt-handler gives FIFO 2 to the thread of the emulated timer, `kvm-pit/<pid>`."""
    return release >= (1, 0) or release >= (0, 59, 2) or (0, 58, 2) <= release < (0, 59)
