"""Which instancetype and which preference a VirtualMachine names.

Source: kubevirt/kubevirt, pkg/instancetype/find and pkg/instancetype/preference/find.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.instancetypes.origin import is_unset
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Final

    from rtlint.kubevirt.instancetypes.origin import Source

INSTANCETYPE_KINDS: Final = ("VirtualMachineClusterInstancetype", "VirtualMachineInstancetype")
PREFERENCE_KINDS: Final = ("VirtualMachineClusterPreference", "VirtualMachinePreference")


class Reference(NamedTuple):
    """What a VM names: `path` is the field in its spec (`instancetype` or `preference`).

    `kind` is the object's kind, None where it is none that KubeVirt takes, or cannot be told.
    `name` is None where there is none, where it cannot be told, or where it is inferred from a
    volume.
    """

    path: Source
    kind: str | None
    name: str | None
    is_inferred: bool = False

    @property
    def is_clusterwide(self) -> bool:
        """Whether the object stands in no namespace."""
        return self.kind in (INSTANCETYPE_KINDS[0], PREFERENCE_KINDS[0])


class References(NamedTuple):
    """What a VM names; None for what it does not name at all."""

    instancetype: Reference | None
    preference: Reference | None


def references(vm_spec: object) -> References:
    """The references of a VirtualMachine's spec, plain data of any shape.

    `revisionName` is not looked at: it names a copy of the object, which only the cluster has.
    """
    return References(
        _reference(vm_spec, "instancetype", INSTANCETYPE_KINDS),
        _reference(vm_spec, "preference", PREFERENCE_KINDS),
    )


def _reference(vm_spec: object, field: Source, kinds: tuple[str, str]) -> Reference | None:
    matcher = value_at(vm_spec, field)
    if matcher is None:
        return None
    name, volume = value_at(matcher, "name"), value_at(matcher, "inferFromVolume")
    # The volume's labels name kind and object, in the cluster only. Of a matcher that is a
    # placeholder nobody knows even that.
    if not is_unset(volume):
        return Reference(field, None, None, is_inferred=isinstance(matcher, dict))
    known = name if isinstance(name, str) and name else None
    return Reference(field, _kind(value_at(matcher, "kind"), kinds), known)


def _kind(written: object, kinds: tuple[str, str]) -> str | None:
    """KubeVirt takes the resource's name, singular or plural, in any case; the cluster's kind
    where nothing is written."""
    if is_unset(written):
        return kinds[0]
    name = written.lower().removesuffix("s") if isinstance(written, str) else ""
    return next((kind for kind in kinds if kind.lower() == name), None)
