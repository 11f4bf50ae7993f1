"""The webhook's checks of launch security: SEV, SNP, TDX and secure execution."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields
from rtlint.kubevirt.admission.firmware import boots_securely, has_smm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_PATH = "domain.launchSecurity"
_EFI = "domain.firmware.bootloader.efi"
_SEV, _TDX = "WorkloadEncryptionSEV", "WorkloadEncryptionTDX"
# What launch security can be, and the feature gate of each.
_TYPES = {"sev": _SEV, "snp": _SEV, "tdx": _TDX}


def launch_security(vmi: Vmi) -> Iterator[Cause]:
    """validateLaunchSecurity, from v0.49"""
    if vmi.release < (0, 49) or not vmi.present(_PATH):
        return
    if vmi.release >= (1, 7):
        yield from _of_architecture(vmi)
        return
    if vmi.release >= (1, 6) and vmi.spec.string("architecture") == "s390x":
        yield from _gate(vmi, "SecureExecution")
    # To v1.5 all launch security is SEV.
    is_sev = vmi.present(f"{_PATH}.sev")
    lacks_gate = list(_gate(vmi, _SEV)) if is_sev or vmi.release < (1, 6) else []
    yield from lacks_gate
    if is_sev and not lacks_gate:
        yield from _needs(vmi, "sev")


def _of_architecture(vmi: Vmi) -> Iterator[Cause]:
    spec = vmi.spec if vmi.is_defaulted else vmi.written
    architecture = spec.string("architecture") or ""
    if architecture == "amd64":
        yield from _of_amd64(vmi)
    elif architecture == "s390x":
        if vmi.release < (1, 9):
            yield from _gate(vmi, "SecureExecution")
    else:
        message = f"No launchSecurity support for architecture: {architecture}"
        yield vmi.cause("launch-security-architecture", _PATH, message, "architecture")


def _of_amd64(vmi: Vmi) -> Iterator[Cause]:
    """ValidateLaunchSecurityAmd64 of pkg/virt-api/webhooks/amd64.go, from v1.7"""
    chosen = [name for name in _TYPES if vmi.present(f"{_PATH}.{name}")]
    if len(chosen) != 1:
        message = "One and only one launchSecurity type can be set"
        yield _cause(vmi, "launch-security-type", _PATH, message)
        return
    (kind,) = chosen
    lacks_gate = list(_gate(vmi, _TYPES[kind]))
    yield from lacks_gate
    if not lacks_gate:
        yield from _needs(vmi, kind)


def _gate(vmi: Vmi, gate: str) -> Iterator[Cause]:
    if vmi.lacks(gate):
        message = f"{gate} feature gate is not enabled in kubevirt-config"
        yield _cause(vmi, "launch-security-gate", _PATH, message)._replace(gate=gate)


def _needs(vmi: Vmi, kind: str) -> Iterator[Cause]:
    """What a kind of launch security needs of the rest of the VM."""
    named = kind.upper()
    if kind == "tdx" and has_smm(vmi):
        told = "TDX does not work along with SMM"
        yield _cause(vmi, "launch-security-smm", "domain.features.smm", told)
    if not vmi.present(_EFI):
        yield _cause(vmi, "launch-security-efi", _PATH, f"{named} requires OVMF (UEFI)")
    else:
        if kind != "tdx" and boots_securely(vmi):
            told = f"{named} does not work along with SecureBoot"
            path = f"{_EFI}.secureBoot" if vmi.spec.has(f"{_EFI}.secureBoot") else _EFI
            cause = _cause(vmi, "launch-security-secure-boot", path, told)
            yield cause._replace(instead="Write `secureBoot: false`.")
        if kind != "sev" and vmi.spec.boolean(f"{_EFI}.persistent"):
            told = f"{named} does not work along with Persistent EFI variables"
            yield _cause(vmi, "launch-security-persistent", f"{_EFI}.persistent", told)
    attests = vmi.release >= (1, 1) and vmi.present(f"{_PATH}.{kind}.attestation")
    if attests and kind == "sev" and vmi.spec.string("startStrategy") != "Paused":
        told = "SEV attestation requires VMI StartStrategy 'Paused'"
        yield _cause(vmi, "launch-security-paused", f"{_PATH}.sev.attestation", told)
    listed = "domain.devices.interfaces"
    for i, interface in enumerate(map(Fields, vmi.spec.items(listed))):
        if interface.has("bootOrder"):
            name = interface.string("name") or ""
            told = f"{named} does not work with bootable NICs: {name}"
            yield _cause(vmi, "launch-security-boot", f"{listed}[{i}].bootOrder", told)


def _cause(vmi: Vmi, check: str, path: str, message: str) -> Cause:
    """A cause of which the webhook names `launchSecurity` of the spec itself."""
    return vmi.cause(check, path, message, "launchSecurity")
