"""Types of the fields of the platform's objects that rules read: which value is of another."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.values import wrong_type
from rtlint.kubevirt.schema.walk import is_clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.schema.problem import WrongType

    Parts = tuple[str | int, ...]

# What JSON Schema calls them. Sources: as of the names in `fields`.
_KUBELET = {
    "cpuManagerPolicy": "string",
    "cpuManagerPolicyOptions": "object",
    "evictionHard": "object",
    "kubeReserved": "object",
    "memoryManagerPolicy": "string",
    "reservedMemory": "array",
    "reservedMemory[].limits": "object",
    "reservedMemory[].numaNode": "integer",
    "reservedSystemCPUs": "string",
    "systemReserved": "object",
    "topologyManagerPolicy": "string",
}
_TYPES: Mapping[str, Mapping[str, str]] = {
    "KubeletConfig": {
        "spec.machineConfigPoolSelector": "object",
        **{f"spec.kubeletConfig.{path}": name for path, name in _KUBELET.items()},
    },
    "KubeletConfiguration": _KUBELET,
    "MachineConfig": {"spec.kernelArguments": "array", "spec.kernelType": "string"},
    "MachineConfigPool": {"spec.paused": "boolean"},
    "PerformanceProfile": {
        "spec.additionalKernelArgs": "array",
        "spec.cpu": "object",
        "spec.cpu.isolated": "string",
        "spec.cpu.offlined": "string",
        "spec.cpu.reserved": "string",
        "spec.cpu.shared": "string",
        "spec.hugepages": "object",
        "spec.hugepages.defaultHugepagesSize": "string",
        "spec.hugepages.pages": "array",
        "spec.hugepages.pages[]": "object",
        "spec.hugepages.pages[].count": "integer",
        "spec.hugepages.pages[].node": "integer",
        "spec.hugepages.pages[].size": "string",
        "spec.machineConfigLabel": "object",
        "spec.machineConfigPoolSelector": "object",
        "spec.nodeSelector": "object",
        "spec.numa": "object",
        "spec.numa.topologyPolicy": "string",
        "spec.realTimeKernel": "object",
        "spec.realTimeKernel.enabled": "boolean",
        "spec.workloadHints": "object",
        "spec.workloadHints.highPowerConsumption": "boolean",
        "spec.workloadHints.mixedCpus": "boolean",
        "spec.workloadHints.perPodPowerManagement": "boolean",
        "spec.workloadHints.realTime": "boolean",
    },
    "SriovNetwork": {"spec.networkNamespace": "string", "spec.resourceName": "string"},
    "SriovNetworkNodePolicy": {
        "spec.deviceType": "string",
        "spec.excludeTopology": "boolean",
        "spec.isRdma": "boolean",
        "spec.nicSelector": "object",
        "spec.nicSelector.vendor": "string",
        "spec.resourceName": "string",
    },
    "Tuned": {
        "spec.profile": "array",
        "spec.profile[]": "object",
        "spec.profile[].data": "string",
    },
}


def mistyped(obj: Object) -> Iterator[WrongType]:
    """The values of an object that their fields do not take; not those of fields inside them."""
    for path, name in _TYPES.get(obj.kind, {}).items():
        schema = {"type": name, "additionalProperties": {}}
        for parts, value in _values(obj.data, path):
            if value is not None and not is_clean(value, schema, {}):
                yield wrong_type(obj, parts, schema)


def _values(data: Any, path: str) -> Iterator[tuple[Parts, Any]]:
    """The values at a path, in which `[]` is each item of a list, with where they stand."""
    found: list[tuple[Parts, Any]] = [((), data)]
    for step in path.replace("[]", ".[]").split("."):
        found = [inner for parts, value in found for inner in _below(parts, value, step)]
    yield from found


def _below(parts: Parts, value: Any, step: str) -> Iterator[tuple[Parts, Any]]:
    if step == "[]" and isinstance(value, list):
        yield from (((*parts, index), item) for index, item in enumerate(value))
    elif isinstance(value, dict) and step in value:
        yield (*parts, step), value[step]
