"""The webhook's checks of GPUs and host devices: feature gates and displays."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields
from rtlint.kubevirt.admission.vmi import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_GPUS = f"{DEVICES}.gpus"
_HOST_DEVICES = f"{DEVICES}.hostDevices"
_DISPLAY = "virtualGPUOptions.display"


def gpus(vmi: Vmi) -> Iterator[Cause]:
    """validateGPUsWithPassthroughEnabled, to v1.3; validateMDEVRamFB, from v1.4"""
    if vmi.release < (1, 4) and vmi.spec.has(_GPUS) and vmi.lacks("GPU"):
        message = "GPU feature gate is not enabled in kubevirt-config"
        yield vmi.gated("gpu-gate", _GPUS, message, "GPU", "GPUs")
    displays = [i for i, gpu in enumerate(map(Fields, vmi.spec.items(_GPUS))) if _has_ramfb(gpu)]
    if vmi.release >= (1, 3) and len(displays) > 1:
        path = f"{_GPUS}[{displays[1]}].{_DISPLAY}"
        message = "configuring multiple displays with ramfb is not valid "
        yield vmi.cause("gpu-displays", path, message, "GPUs")


def _has_ramfb(gpu: Fields) -> bool:
    """countConfiguredMDEVRamFBs: a frame buffer that is named counts where it is turned on"""
    ramfb = f"{_DISPLAY}.ramFB"
    return (
        gpu.has(_DISPLAY)
        and gpu.boolean(f"{_DISPLAY}.enabled") is not False
        and (not gpu.has(ramfb) or gpu.boolean(f"{ramfb}.enabled") is True)
    )


def host_devices(vmi: Vmi) -> Iterator[Cause]:
    """validateHostDevicesWithPassthroughEnabled"""
    gate = "HostDevices"
    if vmi.spec.has(_HOST_DEVICES) and vmi.lacks(gate):
        message = "Host Devices feature gate is not enabled in kubevirt-config"
        yield vmi.gated("host-devices-gate", _HOST_DEVICES, message, gate, gate)
