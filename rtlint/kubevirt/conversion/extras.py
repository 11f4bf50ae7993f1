"""What else of a VM runs beside its vCPUs, or takes them out of the guest.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: converter.go, from v1.8 compute/ (clock.go,
tpm.go, watchdog.go, hypervisor_features.go); pkg/virt-controller/services/virtiofs.go;
pkg/virt-handler/isolation/detector.go and pkg/hypervisor/kvm/runtime.go (AdjustResources); read in
v0.47.1, v0.58.0, v1.0.1, v1.1.1, v1.5.3 and v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

# The names of the API and libvirt's, in the converter's order.
_TIMERS = {"rtc": "rtc", "pit": "pit", "kvm": "kvmclock", "hpet": "hpet", "hyperv": "hypervclock"}


class Timer(NamedTuple):
    """A timer of the clock by libvirt's name; `policy` says what becomes of lost ticks."""

    name: str
    present: bool
    policy: str | None


class Extras(NamedTuple):
    """What a VM has of it; empty or False where it has none.

    `may_lock` is whether QEMU may lock the guest's memory. `tpm` and `watchdog` are the models,
    `action` what a watchdog does. `virtiofs` are the filesystems that have a container of their
    own, `virtiofs_cpu` its request and its limit. `housekeeping`: virt-handler moves every thread
    but the vCPUs' to the emulator's CPUs.
    """

    timers: tuple[Timer, ...]
    may_lock: bool
    tpm: str
    watchdog: str
    action: str
    virtiofs: tuple[str, ...]
    virtiofs_cpu: tuple[str, str]
    smm: bool
    vsock: bool
    housekeeping: bool


def extras_of(vmi: Vmi) -> Extras:
    """What the VMI has beside its vCPUs and its I/O. Raises UnknownValue."""
    spec, devices = vmi.spec, "domain.devices"
    watchdog, action = _watchdog(vmi)
    return Extras(
        timers=tuple(_timers(spec)),
        may_lock=_may_lock(vmi),
        tpm=_tpm(vmi),
        watchdog=watchdog,
        action=action,
        virtiofs=tuple(_virtiofs(vmi)),
        virtiofs_cpu=_virtiofs_cpu(vmi),
        smm=spec.has("domain.features.smm")
        and spec.boolean("domain.features.smm.enabled") is not False,
        vsock=vmi.release >= (0, 59) and spec.boolean(f"{devices}.autoattachVSOCK") is True,
        # configureHousekeepingCgroup, from v0.58.1.
        housekeeping=vmi.release >= (0, 58, 1) and vmi.dedicated and vmi.isolated,
    )


def has_pit(vmi: Vmi) -> bool:
    """Whether the guest has the emulated timer that a kernel thread drives: it is x86's."""
    if vmi.architecture != "amd64":
        return False
    return vmi.spec.boolean("domain.clock.timer.pit.present") is not False


def _timers(spec: Fields) -> Iterator[Timer]:
    for field, name in _TIMERS.items():
        path = f"domain.clock.timer.{field}"
        if spec.has(path):
            present = spec.boolean(f"{path}.present") is not False
            yield Timer(name, present, spec.string(f"{path}.tickPolicy") or None)


def _may_lock(vmi: Vmi) -> bool:
    spec, devices = vmi.spec, "domain.devices"
    if vmi.realtime or spec.has("domain.launchSecurity.sev"):
        return True
    if (
        vmi.release >= (1, 8)
        and spec.string("domain.memory.reservedOverhead.memLock") == "Required"
    ):
        return True
    if spec.items(f"{devices}.gpus") or spec.items(f"{devices}.hostDevices"):
        return True
    return any(interface.has("sriov") for interface in vmi.interfaces)


def _tpm(vmi: Vmi) -> str:
    path, release = "domain.devices.tpm", vmi.release
    if release < (0, 53) or not vmi.spec.has(path):
        return ""
    if release >= (1, 6) and vmi.spec.boolean(f"{path}.enabled") is False:
        return ""
    persistent = release >= (1, 0) and vmi.spec.boolean(f"{path}.persistent")
    return "tpm-crb" if persistent else "tpm-tis"


def _watchdog(vmi: Vmi) -> tuple[str, str]:
    path = "domain.devices.watchdog"
    if not vmi.spec.has(path):
        return "", ""
    is_s390x = vmi.architecture == "s390x" and vmi.release >= (1, 6)
    model = "diag288" if is_s390x else "i6300esb"
    # Model and action are the webhook's defaults.
    return model, vmi.spec.string(f"{path}.{model}.action") or "reset"


def _virtiofs(vmi: Vmi) -> Iterator[str]:
    for filesystem in vmi.spec.each("domain.devices.filesystems"):
        if filesystem.has("virtiofs"):
            yield filesystem.string("name") or ""


def _virtiofs_cpu(vmi: Vmi) -> tuple[str, str]:
    # Before v1.1 no VM made its containers guaranteed.
    return ("100m", "100m") if vmi.dedicated and vmi.release >= (1, 1) else ("10m", "100m")
