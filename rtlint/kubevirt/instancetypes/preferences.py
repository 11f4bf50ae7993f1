"""What a preference sets in a VMI spec, beside its devices: only what the VM leaves unset.

Source: kubevirt/kubevirt, pkg/instancetype/preference/apply: CPU features, machine, architecture
and annotations measured on v1.9.0, the rest *read*. `preferredLaunchSecurity` is filled in like
the others by analogy.

`volumes.preferredStorageClassName` is not here: it goes into the VirtualMachine's
dataVolumeTemplates, not into the VMI spec. Nor is `devices.preferredVirtualGPUOptions`: KubeVirt
reads it nowhere.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.instancetypes.origin import Setting, is_unset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# Preference -> VMI spec.
_FILLED = {
    "machine.preferredMachineType": "domain.machine.type",
    "clock.preferredTimer": "domain.clock.timer",
    "preferredSubdomain": "subdomain",
    "preferredTerminationGracePeriodSeconds": "terminationGracePeriodSeconds",
    "preferredArchitecture": "architecture",
    "preferredLaunchSecurity": "domain.launchSecurity",
    "features.preferredApic": "domain.features.apic",
    "features.preferredKvm": "domain.features.kvm",
    "features.preferredPvspinlock": "domain.features.pvspinlock",
    "features.preferredSmm": "domain.features.smm",
}
_HYPERV = (
    "evmcs", "frequencies", "ipi", "reenlightenment", "relaxed", "reset", "runtime", "spinlocks",
    "synic", "synictimer", "tlbflush", "vapic", "vendorid", "vpindex",
)  # fmt: skip
_BOOTLOADER = "domain.firmware.bootloader"
_BIOS = {"firmware.preferredUseBiosSerial": f"{_BOOTLOADER}.bios.useSerial"}
# Deprecated since v1.4, where preferredEfi came.
_EFI = {"firmware.preferredUseSecureBoot": f"{_BOOTLOADER}.efi.secureBoot"}


def filled(preference: object, spec: dict[str, Any], fields: dict[str, str]) -> Iterator[Setting]:
    """The settings for those of `fields` (preference to VMI spec) that the VM leaves unset."""
    for theirs, ours in fields.items():
        value = value_at(preference, theirs)
        if not is_unset(value) and is_unset(value_at(spec, ours)):
            yield Setting(ours, value, theirs)


def plain_fields(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    yield from filled(preference, spec, _FILLED)


def cpu_features(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """The preferred CPU features that the VM does not name, after its own."""
    preferred = value_at(preference, "cpu.preferredCPUFeatures")
    ours = value_at(spec, "domain.cpu.features") or []
    if not isinstance(preferred, list) or not isinstance(ours, list):
        return
    names = [value_at(feature, "name") for feature in ours]
    count = len(ours)
    for index, feature in enumerate(preferred):
        if value_at(feature, "name") not in names:
            source = f"cpu.preferredCPUFeatures[{index}]"
            yield Setting(f"domain.cpu.features[{count}]", feature, source)
            count += 1


def features(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """The features that are not simply filled in: ACPI and Hyper-V's enlightenments."""
    acpi = value_at(preference, "features.preferredAcpi")
    # KubeVirt cannot tell whether the VM says it, and overwrites it.
    if acpi is not None:
        yield Setting("domain.features.acpi", acpi, "features.preferredAcpi")
    if value_at(spec, "domain.features.hypervPassthrough.enabled") is not True:
        theirs, ours = "features.preferredHyperv", "domain.features.hyperv"
        pairs = {f"{theirs}.{name}": f"{ours}.{name}" for name in _HYPERV}
        yield from filled(preference, spec, pairs)


def clock_offset(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """UTC or a time zone, if the VM says neither: KubeVirt never mixes the two."""
    if any(value_at(spec, f"domain.clock.{name}") is not None for name in ("utc", "timezone")):
        return
    theirs = "clock.preferredClockOffset"
    pairs = {f"{theirs}.{name}": f"domain.clock.{name}" for name in ("utc", "timezone")}
    yield from filled(preference, spec, pairs)


def bootloader(preference: object, spec: dict[str, Any]) -> Iterator[Setting]:
    """BIOS or EFI, if the VM says neither; then what is missing in the one that there is."""
    bios, efi = (value_at(spec, f"{_BOOTLOADER}.{name}") for name in ("bios", "efi"))
    if bios is None and efi is None:
        yield from _chosen_bootloader(preference)
    elif bios is not None:
        yield from filled(preference, spec, _BIOS)
    else:
        yield from filled(preference, spec, _EFI)


def _chosen_bootloader(preference: object) -> Iterator[Setting]:
    preferred_efi = value_at(preference, "firmware.preferredEfi")
    if value_at(preference, "firmware.preferredUseBios") is True:
        yield Setting(f"{_BOOTLOADER}.bios", {}, "firmware.preferredUseBios")
        yield from filled(preference, {}, _BIOS)
    elif preferred_efi is not None:
        # It says all there is to say: the deprecated fields are not looked at.
        yield Setting(f"{_BOOTLOADER}.efi", preferred_efi, "firmware.preferredEfi")
    elif value_at(preference, "firmware.preferredUseEfi") is True:
        yield Setting(f"{_BOOTLOADER}.efi", {}, "firmware.preferredUseEfi")
        yield from filled(preference, {}, _EFI)
