"""The webhook's checks of firmware: tables, serial number, bootloader, kernel, stored variables."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission.disks import against_serial
from rtlint.kubevirt.admission.paths import against_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_FIRMWARE = "domain.firmware"
_EFI = f"{_FIRMWARE}.bootloader.efi"
_SMM = "domain.features.smm"
_TABLES = ("slicNameRef", "msdmNameRef")


def serial(vmi: Vmi) -> Iterator[Cause]:
    """validateFirmwareSerial, to v1.5.2; its length counts bytes"""
    path = f"{_FIRMWARE}.serial"
    number = vmi.spec.string(path)
    if vmi.release >= (1, 5, 3) or not number:
        return
    length = len(number.encode(errors="surrogatepass"))
    # The length first, other than of a disk.
    for reason in reversed(list(against_serial(number, length))):
        yield vmi.cause("firmware-serial", path, f"{vmi.name(path)} {reason}")


def acpi(vmi: Vmi) -> Iterator[Cause]:
    """validateFirmwareACPI, from v1.5; the webhook names `acpi` of the spec itself"""
    path = f"{_FIRMWARE}.acpi"
    if vmi.release < (1, 5) or not vmi.present(path):
        return
    refs = {name: vmi.spec.string(f"{path}.{name}") or "" for name in _TABLES}
    if vmi.release < (1, 6):
        yield from _table(vmi, "slicNameRef", refs["slicNameRef"])
    elif not any(refs.values()):
        message = "ACPI was set but no SLIC nor MSDM volume reference was set"
        yield vmi.cause("acpi-empty", path, message, "acpi")
    else:
        for name, ref in refs.items():
            if ref:
                yield from known(_table, vmi, name, ref)


def _table(vmi: Vmi, name: str, ref: str) -> Iterator[Cause]:
    path, field = f"{_FIRMWARE}.acpi.{name}", f"acpi.{name}"
    for volume in map(Fields, vmi.spec.items("volumes")):
        if (volume.string("name") or "") == ref:
            if not volume.has("secret"):
                message = f"{vmi.name('acpi')} refers to Volume of unsupported type."
                cause = vmi.cause("acpi-volume", path, message, field)
                yield cause._replace(instead="Name a volume that is a `secret`.")
            return
    message = f"{vmi.name('acpi')} does not have a matching Volume."
    yield vmi.cause("acpi-volume", path, message, field if vmi.release >= (1, 6) else "acpi")


def bootloader(vmi: Vmi) -> Iterator[Cause]:
    """validateBootloader"""
    path = f"{_FIRMWARE}.bootloader"
    if vmi.present(_EFI) and vmi.present(f"{path}.bios"):
        told = "has both EFI and BIOS configured, but they are mutually exclusive."
        yield vmi.cause("bootloader", path, f"{vmi.name(path)} {told}")


def kernel_boot(vmi: Vmi) -> Iterator[Cause]:
    """validateKernelBoot"""
    path = f"{_FIRMWARE}.kernelBoot"
    base = f"{path}.container"
    if not vmi.present(path):
        return
    if not vmi.present(base):
        if vmi.release >= (0, 53) and vmi.spec.string(f"{path}.kernelArgs"):
            message = "kernel arguments cannot be provided without an external kernel"
            yield vmi.cause("kernel-boot", f"{path}.kernelArgs", message)
        return
    container = Fields(vmi.spec.mapping(base))
    if not container.string("image"):
        # v0.49.1 has a fix that came into the main line with v0.55.1.
        is_exact = vmi.release >= (0, 55, 1) or vmi.release == (0, 49, 1)
        message = f"{vmi.name(base)} must be defined with an image"
        field = f"{base}.image"
        yield vmi.cause("kernel-boot", field, message, field if is_exact else base)
    if not container.string("initrdPath") and not container.string("kernelPath"):
        told = "must be defined with at least one of the following: kernelPath, initrdPath"
        yield vmi.cause("kernel-boot", base, f"{vmi.name(base)} {told}")
    for name in ("kernelPath", "initrdPath"):
        yield from known(against_path, vmi, container, name, base, f"{base}.{name}")


def secure_boot(vmi: Vmi) -> Iterator[Cause]:
    """validateDomainSpec: EFI means secure boot where it is not turned off"""
    if not vmi.present(_EFI) or not boots_securely(vmi):
        return
    # From v1.9 TDX needs no SMM: its firmware has the keys in its image.
    if vmi.release >= (1, 9) and vmi.present("domain.launchSecurity.tdx"):
        return
    is_bare = vmi.release < (0, 53) and vmi.as_in_template() is not None
    if is_bare and vmi.present(_SMM) and vmi.spec.boolean(f"{_SMM}.enabled") is None:
        # Nothing has filled it in yet.
        message = "panic: runtime error: invalid memory address or nil pointer dereference"
        yield vmi.cause("secure-boot-smm", _SMM, message)._replace(field="")
    elif not has_smm(vmi):
        told = f"{vmi.name('domain')} has EFI SecureBoot enabled."
        message = f"{told} SecureBoot requires SMM, which is currently disabled."
        yield vmi.cause("secure-boot-smm", _EFI, message, "domain")


def boots_securely(vmi: Vmi) -> bool:
    """Whether EFI, which there is, is with secure boot (secureBootEnabled)."""
    is_set = vmi.spec.boolean(f"{_EFI}.secureBoot")
    if is_set is None and vmi.release >= (1, 8, 3) and vmi.spec.string("architecture") == "arm64":
        # The defaults of a VMI turn it off (setDefaultArm64Bootloader).
        return vmi.as_in_template() is not None
    return is_set is not False


def has_smm(vmi: Vmi) -> bool:
    """Whether system management mode is on (smmFeatureEnabled)."""
    return vmi.present(_SMM) and vmi.spec.boolean(f"{_SMM}.enabled") is not False


def persistent_state(vmi: Vmi) -> Iterator[Cause]:
    """validatePersistentState, v1.0 to v1.5: of EFI variables from v1.1 on"""
    gate = "VMPersistentState"
    if not (1, 0) <= vmi.release < (1, 6) or not vmi.lacks(gate):
        return
    tpm = "domain.devices.tpm"
    message = f"{gate} feature gate is not enabled in kubevirt-config"
    # From v1.4.1, and in v1.5 from v1.5.1, one that is switched off is none.
    heeds_switch = vmi.release >= (1, 4, 1) and vmi.release != (1, 5, 0)
    is_off = heeds_switch and vmi.spec.boolean(f"{tpm}.enabled") is False
    if vmi.spec.boolean(f"{tpm}.persistent") and not is_off:
        yield vmi.gated("persistent-state-gate", f"{tpm}.persistent", message, gate)
    if vmi.release >= (1, 1) and vmi.spec.boolean(f"{_EFI}.persistent"):
        yield vmi.gated("persistent-state-gate", f"{_EFI}.persistent", message, gate)
