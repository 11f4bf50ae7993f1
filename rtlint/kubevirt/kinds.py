"""Where each of KubeVirt's kinds keeps what its VMs are made of."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import split_path
from rtlint.kubevirt.definitions import GROUP

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubernetes.objects import Object

_OTHER_GROUPS = ("backup", "clone", "export", "migrations", "snapshot")
GROUPS = frozenset(
    {"kubevirt.io", GROUP, "pool.kubevirt.io", *(f"{name}.kubevirt.io" for name in _OTHER_GROUPS)}
)

# Kind -> where the VMI spec stands, and the metadata that the VMI gets.
VMI_SPECS = {
    "VirtualMachineInstance": ("spec", "metadata"),
    "VirtualMachine": ("spec.template.spec", "spec.template.metadata"),
    "VirtualMachineInstanceReplicaSet": ("spec.template.spec", "spec.template.metadata"),
    # A preset has no template: its `spec.domain` is merged into the VMIs that it selects.
    "VirtualMachineInstancePreset": ("spec", None),
    "VirtualMachinePool": (
        "spec.virtualMachineTemplate.spec.template.spec",
        "spec.virtualMachineTemplate.spec.template.metadata",
    ),
}
# Kind -> where the VirtualMachine's own spec stands, which names instancetype and preference.
VIRTUAL_MACHINE_SPECS = {
    "VirtualMachine": "spec",
    "VirtualMachinePool": "spec.virtualMachineTemplate.spec",
}
# Kind -> where the labels stand of what it makes, and which its selector has to match.
LABELS_OF_MADE = {
    "VirtualMachineInstanceReplicaSet": "spec.template.metadata.labels",
    "VirtualMachinePool": "spec.virtualMachineTemplate.metadata.labels",
}


def vmi_spec_path(kind: str) -> str | None:
    """Where the VMI spec stands in an object of this kind; None where it has none."""
    paths = VMI_SPECS.get(kind)
    return paths and paths[0]


def virtual_machine_spec_path(kind: str) -> str | None:
    """Where a VirtualMachine's own spec stands in an object of this kind; None if it makes none."""
    return VIRTUAL_MACHINE_SPECS.get(kind)


def realtime_path(obj: Object) -> str | None:
    """Where `cpu.realtime` stands in an object of this kind; None where the kind has none."""
    if obj.group == GROUP:
        return "spec.cpu.realtime" if obj.kind.endswith("Instancetype") else None
    paths = VMI_SPECS.get(obj.kind)
    return paths and f"{paths[0]}.domain.cpu.realtime"


def virtual_machine_path(obj: Object) -> str | None:
    """Where the spec of a VirtualMachine stands in the object; None where it makes none."""
    return None if obj.group == "instancetype.kubevirt.io" else VIRTUAL_MACHINE_SPECS.get(obj.kind)


def metadata_paths(obj: Object) -> tuple[str, ...]:
    """Where metadata stands in the object: its own, and that of all that it makes."""
    _, metadata = VMI_SPECS.get(obj.kind, ("", None))
    if metadata is None or metadata == "metadata" or obj.group == GROUP:
        return ("metadata",)
    if obj.kind == "VirtualMachinePool":
        return ("metadata", "spec.virtualMachineTemplate.metadata", metadata)
    return ("metadata", metadata)


def mapping_at(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The mapping at a path, or an empty one where none stands there."""
    value: Any = data
    for part in split_path(path):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
