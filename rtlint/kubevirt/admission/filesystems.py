"""The webhook's checks of file systems: the feature gates of virtiofs."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields
from rtlint.kubevirt.admission.vmi import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_PATH = f"{DEVICES}.filesystems"
_GATE = "ExperimentalVirtiofsSupport"
_OF_CONFIG = ("configMap", "secret", "serviceAccount", "downwardAPI")
_OF_STORAGE = ("persistentVolumeClaim", "dataVolume")


def with_one_gate(vmi: Vmi) -> Iterator[Cause]:
    """validateFilesystemsWithVirtIOFSEnabled, to v1.1; v1.0 wants it for privileged ones alone"""
    if vmi.release >= (1, 2) or not vmi.lacks(_GATE) or not vmi.spec.has(_PATH):
        return
    if vmi.release < (1, 0) or any(not _is(volume, _OF_CONFIG) for _, volume in _shared(vmi)):
        message = "virtiofs feature gate is not enabled in kubevirt-config"
        yield vmi.gated("virtiofs-gate", _PATH, message, _GATE, "Filesystems")


def with_gates(vmi: Vmi) -> Iterator[Cause]:
    """validateFilesystemsWithVirtIOFSEnabled, from v1.5; v1.8 asks of storage alone"""
    if vmi.release < (1, 5):
        return
    for i, volume in _shared(vmi):
        if _is(volume, _OF_CONFIG) and vmi.release < (1, 8):
            gate, told = "EnableVirtioFsConfigVolumes", "config volumes"
        elif _is(volume, _OF_STORAGE):
            gate, told = "EnableVirtioFsStorageVolumes", "PVC"
        else:
            continue
        has_old = vmi.release < (1, 8) and not vmi.lacks(_GATE)
        if vmi.lacks(gate) and not has_old:
            message = f"virtiofs is not allowed: virtiofs feature gate is not enabled for {told}"
            yield vmi.gated("virtiofs-gate", f"{_PATH}[{i}]", message, gate, _PATH)


def _shared(vmi: Vmi) -> Iterator[tuple[int, Fields]]:
    """The file systems that have a volume."""
    volumes = {Fields(item).string("name"): Fields(item) for item in vmi.spec.items("volumes")}
    for i, item in enumerate(vmi.spec.items(_PATH)):
        volume = volumes.get(Fields(item).string("name"))
        if volume is not None:
            yield i, volume


def _is(volume: Fields, sources: tuple[str, ...]) -> bool:
    return any(map(volume.has, sources))
