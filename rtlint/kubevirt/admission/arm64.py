"""What the webhook refuses on arm64.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/arm64.go (verifyInvalidSetting, to v0.56;
ValidateVirtualMachineInstanceArm64Setting, from v0.57).
"""

from __future__ import annotations

from itertools import islice

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission.firmware import boots_securely
from rtlint.kubevirt.admission.vmi import DEVICES, DISKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_BOOTLOADER = "domain.firmware.bootloader"


def arm64(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVirtualMachineInstanceArm64Setting, but for the type of the video device"""
    # v0.57 brought disks, v1.0 watchdog and sound. To v0.56 one reason is enough.
    number = 5 if vmi.release >= (1, 0) else 3 if vmi.release >= (0, 57) else 2
    checks = (_boot, _cpu_model, _disk_buses, _watchdog, _sound)[:number]
    causes = (cause for check in checks for cause in known(check, vmi))
    yield from islice(causes, 1) if vmi.release < (0, 57) else causes


def _boot(vmi: Vmi) -> Iterator[Cause]:
    """validateBootOptions: secure boot to v1.8.2"""
    bios, efi = f"{_BOOTLOADER}.bios", f"{_BOOTLOADER}.efi"
    if vmi.present(bios):
        message = "Arm64 does not support bios boot, please change to uefi boot"
        yield vmi.cause("arm64-bios", bios, message)
    if vmi.release < (1, 8, 3) and vmi.present(efi) and boots_securely(vmi):
        message = "UEFI secure boot is currently not supported on aarch64 Arch"
        path = f"{efi}.secureBoot" if vmi.spec.has(f"{efi}.secureBoot") else efi
        cause = vmi.cause("arm64-secure-boot", path, message, f"{efi}.secureboot")
        yield cause._replace(instead="Write `secureBoot: false`.")


def _cpu_model(vmi: Vmi) -> Iterator[Cause]:
    """validateCPUModel"""
    path, right = "domain.cpu.model", "host-passthrough"
    model = vmi.spec.string(path)
    if vmi.release >= (1, 6):
        is_wrong, told = model not in (None, "", right), "currently, host-passthrough is the only"
        told = f"{told} model supported on Arm64"
    else:
        is_wrong = model == "host-model"
        told = "CPU host-model" if vmi.release >= (1, 0) else "host model well"
        told = f"Arm64 not support {told}"
    if is_wrong:
        yield vmi.cause("arm64-cpu-model", path, told)._replace(instead=f"Write `{right}`.")


def _disk_buses(vmi: Vmi) -> Iterator[Cause]:
    """validateDiskBus, from v0.57"""
    for i, disk in enumerate(map(Fields, vmi.spec.items(DISKS))):
        for kind in ("disk", "cdrom", "lun"):
            if disk.string(f"{kind}.bus") not in (None, "", "virtio", "scsi"):
                message = "Arm64 not support this disk bus type, please use virtio or scsi"
                yield vmi.cause("arm64-disk-bus", f"{DISKS}[{i}].{kind}.bus", message)


def _watchdog(vmi: Vmi) -> Iterator[Cause]:
    path = f"{DEVICES}.watchdog"
    if vmi.spec.has(path):
        yield vmi.cause("watchdog", path, "Arm64 not support Watchdog device")


def _sound(vmi: Vmi) -> Iterator[Cause]:
    path = f"{DEVICES}.sound"
    if vmi.spec.has(path):
        yield vmi.cause("arm64-sound", path, "Arm64 not support sound device")
