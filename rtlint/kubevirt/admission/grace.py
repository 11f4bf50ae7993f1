"""The webhook's checks of NVIDIA Grace GPUs, which a VM names by a resource of the cluster.

Source: kubevirt/kubevirt, grace_io_virtualization.go and pkg/util/hardware/grace.go, v1.9.0.
Which resource is such a GPU, only the cluster's KubeVirt object tells.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, join_path, known, split_path
from rtlint.kubevirt.admission.vmi import DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_GATE = "GraceIOVirtualization"
# What else has to be on.
_GATES = ("PCINUMAAwareTopology", "IOMMUFD")
_NVIDIA = "10DE"
_GRACE = frozenset({"2342", "2348", "2941"})
_LISTS = (f"{DEVICES}.gpus", f"{DEVICES}.hostDevices")
_DIGITS = frozenset("0123456789ABCDEF")
# Annotations that do not go with such a GPU, and why.
_ANNOTATIONS = {
    "kubevirt.io/placePCIDevicesOnRootComplex": (
        f"{_GATE} is not compatible with placing PCI devices on the root complex"
    ),
    "kubevirt.io/disablePCIHole64": f"{_GATE} requires the 64-bit PCI hole",
}


def grace(vmi: Vmi) -> Iterator[Cause]:
    """validateGraceIOVirtualization"""
    devices = list(_devices(vmi))
    if not vmi.lacks(_GATE):
        for path, name, device in devices:
            if device == "*":
                told = "requires an exact pciVendorSelector for NVIDIA PCI host device resource"
                yield vmi.cause("grace-selector", path, f'{_GATE} {told} "{name}"')
    gpus = [(path, name) for path, name, device in devices if device in _GRACE]
    if vmi.lacks(_GATE):
        for path, name in gpus:
            told = "feature gate must be enabled for NVIDIA Grace GPU passthrough resource"
            yield vmi.gated("grace-gate", path, f'{_GATE} {told} "{name}"', _GATE)
    elif gpus:
        for check in (_architecture, _machine, _dedicated, _other_gates):
            yield from known(check, vmi)


def with_annotations(vmi: Vmi) -> Iterator[Cause]:
    """validateGraceIOVirtualizationAnnotations: whether or not the gate is on"""
    if not any(device in _GRACE for _, _, device in _devices(vmi)):
        return
    for name, message in _ANNOTATIONS.items():
        if vmi.metadata.string(join_path("annotations", name)) == "true":
            path = join_path(*split_path(f"{vmi.metadata_path}.annotations"), name)
            field = f"{vmi.metadata_path}.annotations[{name}]"
            yield vmi.cause_of_object("grace-annotation", path, message, field)


def _devices(vmi: Vmi) -> Iterator[tuple[str, str, str]]:
    """The NVIDIA devices that the VM asks for: path and name of each, and its id (`*` is any)."""
    if vmi.release < (1, 9) or not vmi.cluster.pci_devices:
        return
    for listed in _LISTS:
        for i, item in enumerate(map(Fields, vmi.spec.items(listed))):
            name = item.string("deviceName") or ""
            vendor, device = _ids(vmi.cluster.pci_devices.get(name, ""))
            if vendor == _NVIDIA:
                yield f"{listed}[{i}].deviceName", name, device


def _ids(selector: str) -> tuple[str, str]:
    """ParsePCIVendorSelector: vendor and device, empty where it is none."""
    ids = [text.strip().upper().removeprefix("0X") for text in selector.split(":")]
    if len(ids) != 2 or not _is_id(ids[0]) or not (ids[1] == "*" or _is_id(ids[1])):
        return "", ""
    return ids[0], ids[1]


def _is_id(text: str) -> bool:
    return len(text) == 4 and _DIGITS.issuperset(text)


def _architecture(vmi: Vmi) -> Iterator[Cause]:
    if _architecture_of(vmi) != "arm64":
        path = "architecture"
        yield vmi.cause("grace-architecture", path, f"{_GATE} requires arm64 architecture")


def _machine(vmi: Vmi) -> Iterator[Cause]:
    path, right = "domain.machine.type", "virt"
    # What a cluster gives a VM that names none.
    default = right if _architecture_of(vmi) == "arm64" else ""
    if not (vmi.spec.string(path) or default).startswith(right):
        yield vmi.cause("grace-machine", path, f'{_GATE} requires "{right}" machine type')


def _architecture_of(vmi: Vmi) -> str:
    return vmi.spec.string("architecture") or vmi.cluster.architecture


def _dedicated(vmi: Vmi) -> Iterator[Cause]:
    if not vmi.dedicated():
        path = "domain.cpu.dedicatedCpuPlacement"
        yield vmi.cause("grace-dedicated", path, f"{_GATE} requires dedicated CPU placement")


def _other_gates(vmi: Vmi) -> Iterator[Cause]:
    for gate in _GATES:
        if vmi.lacks(gate):
            message = f"{gate} feature gate must be enabled when {_GATE} is used"
            yield vmi.gated("grace-gate", DEVICES, message, gate)
