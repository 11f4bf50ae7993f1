"""What holds a VMI spec: one way from every kind to the domain that its VMs get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, split_path

if TYPE_CHECKING:
    from rtlint.kubernetes.objects import Object

GROUPS = frozenset({"kubevirt.io", "instancetype.kubevirt.io", "pool.kubevirt.io"})

# Kind -> where the VMI spec stands, and the metadata that the VMI gets.
_VMI_SPECS = {
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
_MADE_BY_A_VIRTUAL_MACHINE = frozenset({"VirtualMachine", "VirtualMachinePool"})


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """An object that makes VMIs; `spec` is the VMI spec, read by paths such as `domain.cpu.model`.

    `metadata_path` is None where the kind has none for its VMIs (a preset).
    """

    object: Object
    spec_path: str
    metadata_path: str | None
    spec: Fields

    @property
    def is_realtime(self) -> bool:
        """Whether `domain.cpu.realtime` is there and not null: `{}` counts (v0.47.1 on)."""
        try:
            return self.spec.has("domain.cpu.realtime")
        except UnknownValue:
            return False

    @property
    def is_preset(self) -> bool:
        return self.object.kind == "VirtualMachineInstancePreset"

    @property
    def is_virtual_machine(self) -> bool:
        """Whether a VirtualMachine makes the VMI, so that its controller has a say too."""
        return self.object.kind in _MADE_BY_A_VIRTUAL_MACHINE

    @property
    def metadata(self) -> Fields:
        """The metadata that the VMI gets; empty for a preset."""
        return self._fields(self.metadata_path) if self.metadata_path else Fields({})

    @property
    def annotations(self) -> dict[str, Any]:
        return self.metadata.mapping("annotations")

    def _fields(self, path: str) -> Fields:
        return Fields(mapping_at(self.object.data, path))

    def at(self, path: str) -> str:
        """A path within the VMI spec as a path within the object."""
        return join_path(*split_path(self.spec_path), *split_path(path))


def workload(obj: Object) -> Workload | None:
    """The object as a workload, or None where it makes no VMIs."""
    paths = _VMI_SPECS.get(obj.kind)
    if paths is None or obj.group == "instancetype.kubevirt.io":
        return None
    spec = mapping_at(obj.data, paths[0])
    return Workload(obj, *paths, Fields(spec))


def mapping_at(data: dict[str, Any], path: str) -> dict[str, Any]:
    """The mapping at a path, or an empty one where none stands there."""
    value: Any = data
    for part in split_path(path):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
