"""What else of a VM runs, or takes the vCPUs out of the guest: a line each, where it has it."""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.conversion.extras import Extras, Timer
    from rtlint.kubevirt.conversion.preview import Preview


def extra_facts(preview: Preview) -> Iterator[tuple[str, str]]:
    """Each with its label."""
    extras = preview.extras
    if extras is None:
        return
    yield from _clock(preview, extras)
    if extras.may_lock:
        yield "memory", _locking(preview)
    if extras.tpm:
        yield "TPM", f"{extras.tpm}: swtpm, a process of its own on {_pod_cpus(extras)}"
    if extras.watchdog:
        yield "watchdog", f"{extras.watchdog}: {extras.action} where the guest stops feeding it"
    if extras.virtiofs:
        yield "virtiofs", _virtiofs(preview, extras)
    if extras.vsock:
        yield "vsock", f"vhost-vsock: a kernel thread on {_pod_cpus(extras)}"
    if extras.smm:
        yield "SMM", "on, as secure boot needs: in an SMI the guest's kernel does not run"


def _clock(preview: Preview, extras: Extras) -> Iterator[tuple[str, str]]:
    pit = any(thread.name == "kvm-pit" for thread in preview.threads)
    raised = "the PIT's thread, kvm-pit, gets FIFO 2"
    if extras.timers:
        written = ", ".join(map(_timer, extras.timers))
        yield "timers", f"{written}; {raised}" if pit else written
    elif pit:
        off = "`clock.timer.pit.present: false` removes it"
        yield "timers", f"none set, so QEMU's defaults: {raised} ({off})"


def _timer(timer: Timer) -> str:
    policy = f" ({timer.policy})" if timer.policy else ""
    return f"{timer.name}{policy}" if timer.present else f"{timer.name} off"


def _locking(preview: Preview) -> str:
    may = "virt-handler lets QEMU lock all of it"
    hugepages = preview.domain is not None and "<hugepages" in preview.domain
    return f"{may}; hugepages are never swapped" if hugepages else may


def _virtiofs(preview: Preview, extras: Extras) -> str:
    names = ", ".join(extras.virtiofs)
    if preview.release < (0, 58):
        return f"{names}: virtiofsd, a process of its own on {_pod_cpus(extras)}"
    request, limit = extras.virtiofs_cpu
    cpu = limit if request == limit else f"{request} to {limit}"
    return f"{names}: virtiofsd in a container of its own, cpu {cpu} of the node's shared CPUs"


def _pod_cpus(extras: Extras) -> str:
    return "the emulator's CPUs" if extras.housekeeping else "any of the pod's CPUs"
