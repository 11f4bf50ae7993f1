"""What the webhook says of the architecture, and of what an architecture has not.

Source: kubevirt/kubevirt, vmi-create-admitter.go (validateArchitecture, v1.0.0 to v1.7;
ValidateVirtualMachineInstancePerArch, from v1.5.2), pkg/virt-api/webhooks/{amd64,s390x}.go
and, in v1.6, ppc64le.go.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.admission.cpu import architecture_of
from rtlint.kubevirt.admission.vmi import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_PATH = "architecture"
_VIDEO = f"{DEVICES}.video"
_WATCHDOG = f"{DEVICES}.watchdog"
_VIDEO_TYPES = {
    "amd64": ("vga", "cirrus", "virtio", "ramfb", "bochs"),
    "arm64": ("virtio", "ramfb"),
    "s390x": ("virtio",),
    "ppc64le": ("virtio", "bochs", "vga", "cirrus"),
}
# The watchdog of an architecture, how its message calls it, and the one that it has not.
_WATCHDOGS = {
    "amd64": ("i6300esb", "I6300ESB", "diag288"),
    "s390x": ("diag288", "Diag288", "i6300esb"),
}


def other_architecture(vmi: Vmi) -> Iterator[Cause]:
    """validateArchitecture: to v1.7 only the control plane's, taken to be the cluster's default"""
    gate = "MultiArchitecture"
    if not (1, 0) <= vmi.release < (1, 8) or not vmi.lacks(gate):
        return
    if vmi.spec.string(_PATH) not in (None, "", vmi.cluster.architecture):
        named = gate if vmi.release >= (1, 3) else "multi-architecture"
        told = f"{named} feature gate is not enabled in kubevirt-config, invalid entry"
        yield vmi.gated("architecture-gate", _PATH, f"{told} {vmi.name(_PATH)}", gate)


def of_architecture(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVirtualMachineInstancePerArch; to v1.5.1 only arm64 has checks of its own"""
    architecture = architecture_of(vmi)
    if architecture == "arm64":
        from rtlint.kubevirt.admission.arm64 import arm64

        yield from arm64(vmi)
    elif vmi.release >= (1, 5, 2):
        if architecture in _WATCHDOGS:
            yield from _watchdog(vmi, architecture)
        elif architecture != "ppc64le" or not (1, 6) <= vmi.release < (1, 7):
            yield from _unsupported(vmi, architecture)
            return
    yield from _video(vmi, architecture)


def _unsupported(vmi: Vmi, architecture: str) -> Iterator[Cause]:
    message = f"unsupported architecture: {architecture}"
    cause = vmi.cause("architecture", _PATH, message)
    yield cause.with_allowed(architecture, ("amd64", "arm64", "s390x"))


def _watchdog(vmi: Vmi, architecture: str) -> Iterator[Cause]:
    """The defaults of a VMI add the right one where there is none."""
    _, told, other = _WATCHDOGS[architecture]
    if vmi.spec.has(f"{_WATCHDOG}.{other}"):
        message = f"{architecture} only supports {told} watchdog device"
        yield vmi.cause("watchdog", f"{_WATCHDOG}.{other}", message, _WATCHDOG)


def _video(vmi: Vmi, architecture: str) -> Iterator[Cause]:
    """validateVideoType of each architecture: from v1.6, which brought the field"""
    if vmi.release < (1, 6) or not vmi.present(_VIDEO):
        return
    allowed = _VIDEO_TYPES[architecture]
    kind = vmi.spec.string(f"{_VIDEO}.type") or ""
    if kind not in allowed:
        message = f"video model '{kind}' is not supported on {architecture} architecture"
        yield vmi.cause("video-type", f"{_VIDEO}.type", message).with_allowed(kind, allowed)
