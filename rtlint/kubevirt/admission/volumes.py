"""The webhook's checks of volumes: their sources, and what each source needs."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission.vmi import about, of_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_VOLUMES = "volumes"
# What a volume can be, and the first release that knows it.
_SOURCES = {
    "persistentVolumeClaim": (0,),
    "sysprep": (0,),
    "cloudInitNoCloud": (0,),
    "cloudInitConfigDrive": (0,),
    "containerDisk": (0,),
    "ephemeral": (0,),
    "emptyDisk": (0,),
    "hostDisk": (0,),
    "dataVolume": (0,),
    "configMap": (0,),
    "secret": (0,),
    "downwardAPI": (0,),
    "serviceAccount": (0,),
    "downwardMetrics": (0,),
    "memoryDump": (0, 54),
    "containerPath": (1, 8),
}
# Of these a VMI has one volume at most; how the message calls them.
_SINGLE = {
    "serviceAccount": "serviceAccount",
    "downwardMetrics": "downwardMetric",
    "memoryDump": "memory dump",
}
# Sources that name an object, and the field that does.
_REQUIRED = {
    "configMap": "name",
    "secret": "secretName",
    "serviceAccount": "serviceAccountName",
}
_HOST_DISK_TYPES = ("Disk", "DiskOrCreate")


def volumes(vmi: Vmi) -> Iterator[Cause]:
    """validateVolumes"""
    firsts: dict[str, int] = {}
    items = [Fields(item) for item in vmi.spec.items(_VOLUMES)]
    for i, volume in enumerate(items):
        yield from known(_same_name, vmi, i, volume, firsts)
        yield from of_item(_CHECKS, vmi, i, volume)
    for source, told in _SINGLE.items():
        if vmi.release >= _SOURCES[source]:
            yield from known(_single, vmi, items, source, told)


def _same_name(vmi: Vmi, i: int, volume: Fields, firsts: dict[str, int]) -> Iterator[Cause]:
    """`firsts` keeps the first index of each name."""
    first = firsts.setdefault(volume.string("name") or "", i)
    if first < i:
        both = f"{vmi.name(f'{_VOLUMES}[{i}]')} and {vmi.name(f'{_VOLUMES}[{first}]')}"
        message = f"{both} must not have the same Name."
        yield vmi.cause("volume-duplicate", f"{_VOLUMES}[{i}].name", message)


def _data_volume(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    """To v1.1 a cluster without CDI refuses them all; a manifest cannot tell."""
    if volume.has("dataVolume") and not volume.string("dataVolume.name"):
        path = f"{_VOLUMES}[{i}].dataVolume.name"
        message = "DataVolume 'name' must be set"
        yield vmi.cause("volume-reference", path, message, f"{_VOLUMES}[{i}].name")


def _source(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    there = [name for name, value in volume.mapping("").items() if value is not None]
    if sum(name in _SOURCES and vmi.release >= _SOURCES[name] for name in there) != 1:
        path = f"{_VOLUMES}[{i}]"
        message = f"{vmi.name(path)} must have exactly one source type set"
        yield vmi.cause("volume-source", path, message)


def _cloud_init(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    if volume.has("cloudInitNoCloud") or volume.has("cloudInitConfigDrive"):
        from rtlint.kubevirt.admission.cloud_init import cloud_init

        yield from cloud_init(vmi, i, volume)


def _metrics(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    gate = "DownwardMetrics"
    if volume.has("downwardMetrics") and vmi.lacks(gate):
        told = f"downwardMetrics disks are not allowed: {gate} feature gate is not enabled."
        path = f"{_VOLUMES}[{i}]"
        yield vmi.gated("metrics-gate", f"{path}.downwardMetrics", told, gate, path)


def _host_disk(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    if not volume.has("hostDisk"):
        return
    path = f"{_VOLUMES}[{i}].hostDisk"
    gate = "HostDisk"
    if vmi.lacks(gate):
        message = f"{gate} feature gate is not enabled"
        yield vmi.gated("host-disk-gate", path, message, gate, f"{_VOLUMES}[{i}]")
    if not volume.string("hostDisk.path"):
        message = f"{vmi.name(f'{path}.path')} is required for hostDisk volume"
        yield vmi.cause("host-disk-path", f"{path}.path", message)
    kind = volume.string("hostDisk.type") or ""
    one, two = _HOST_DISK_TYPES
    if kind not in _HOST_DISK_TYPES:
        told = f"has invalid value '{kind}', allowed are '{one}' or '{two}'"
        cause = vmi.cause("host-disk-type", f"{path}.type", f"{vmi.name(f'{path}.type')} {told}")
        yield cause.with_allowed(kind, _HOST_DISK_TYPES)
    capacity = volume.quantity("hostDisk.capacity")
    if kind == one and capacity is not None and capacity.nano:
        told = f"is allowed to pass only with {vmi.name(f'{path}.type')} equal to '{two}'"
        message = f"{vmi.name(f'{path}.capacity')} {told}"
        yield vmi.cause("host-disk-capacity", f"{path}.capacity", message)


def _named(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    for source, name in _REQUIRED.items():
        if volume.has(source) and not volume.string(f"{source}.{name}"):
            path = f"{_VOLUMES}[{i}].{source}.{name}"
            message = f"{vmi.name(path)} is a required field"
            yield vmi.cause("volume-reference", path, message)


_CHECKS = (
    about(_data_volume, "dataVolume"),
    about(_source),
    about(_cloud_init, "cloudInitNoCloud", "cloudInitConfigDrive"),
    about(_metrics, "downwardMetrics"),
    about(_host_disk, "hostDisk"),
    about(_named, *_REQUIRED),
)


def _single(vmi: Vmi, items: list[Fields], source: str, told: str) -> Iterator[Cause]:
    found = [i for i, volume in enumerate(items) if volume.has(source)]
    if len(found) > 1:
        message = f"{vmi.name(_VOLUMES)} must have max one {told} volume set"
        path = f"{_VOLUMES}[{found[1]}].{source}"
        yield vmi.cause("volume-single", path, message, _VOLUMES)


def container_disks(vmi: Vmi) -> Iterator[Cause]:
    """validateContainerDisks; from v1.7 ValidateContainerDisks of pkg/storage/admitters"""
    for i, volume in enumerate(map(Fields, vmi.spec.items(_VOLUMES))):
        yield from of_item(_CONTAINER_DISKS, vmi, i, volume)


def _container_disk(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    if volume.has("containerDisk.path"):
        from rtlint.kubevirt.admission.paths import against_path

        # To v0.56 the webhook misspells the field.
        name = "containerDisk" if vmi.release >= (0, 57) else "conatinerDisk"
        base = f"{_VOLUMES}[{i}]"
        yield from against_path(vmi, volume, "containerDisk.path", base, f"{base}.{name}")


_CONTAINER_DISKS = (about(_container_disk, "containerDisk"),)


def utility_volumes(vmi: Vmi) -> Iterator[Cause]:
    """ValidateUtilityVolumesNotPresentOnCreation, from v1.8"""
    path = "utilityVolumes"
    if vmi.release >= (1, 8) and vmi.spec.has(path):
        told = "cannot create VMI with utility volumes in spec"
        message = f"{told}, utility volumes can only be added via hotplug"
        yield vmi.cause("utility-volumes", path, message)
