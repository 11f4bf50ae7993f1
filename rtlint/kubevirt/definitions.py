"""The instancetypes and preferences that a run knows of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.instancetypes import Merged, Reference
    from rtlint.kubevirt.releases import Release

GROUP = "instancetype.kubevirt.io"


class Definition(NamedTuple):
    """An instancetype or a preference; `object` is None for one that KubeVirt deploys itself.

    `is_linted`: the object is linted in the same run, so that findings stand there.
    """

    kind: str
    name: str
    object: Object | None = None
    is_linted: bool = False

    @property
    def title(self) -> str:
        return f"{self.kind} `{self.name}`"


# By kind and name; several where files hold several of one name.
Definitions = Mapping[tuple[str, str], tuple[Definition, ...]]
NONE: Definitions = MappingProxyType({})


class Effective(NamedTuple):
    """What came of a VM and its references; of those None is not named, or not known."""

    merged: Merged
    instancetype: Definition | None
    preference: Definition | None

    def source(self, path: str) -> tuple[Definition, str] | None:
        """Where the value at a VMI-spec path comes from: the definition and the path inside it.

        None where the VM itself says it, or nobody does.
        """
        origin = self.merged.origin(path)
        if origin is None:
            return None
        found = self.instancetype if origin.source == "instancetype" else self.preference
        return None if found is None else (found, origin.path)


def define(objects: Iterable[Object], is_linted: bool) -> Iterable[Definition]:
    """The definitions among objects."""
    for obj in objects:
        if obj.group == GROUP and obj.name is not None:
            yield Definition(obj.kind, obj.name, obj, is_linted)


def collect(definitions: Iterable[Definition]) -> Definitions:
    """The definitions by kind and name."""
    found: dict[tuple[str, str], list[Definition]] = {}
    for definition in definitions:
        found.setdefault((definition.kind, definition.name), []).append(definition)
    return MappingProxyType({key: tuple(those) for key, those in found.items()})


def find(
    reference: Reference | None, namespace: str | None, definitions: Definitions, release: Release
) -> Definition | None:
    """What a VM's reference names, in the VM's namespace for a namespaced kind.

    A manifest without a namespace may be meant for any: it fits every one. What the files hold
    goes before what KubeVirt deploys; of several the first counts.
    """
    if reference is None or reference.kind is None or reference.name is None:
        return None
    for definition in definitions.get((reference.kind, reference.name), ()):
        theirs = definition.object.namespace if definition.object else None
        if reference.is_clusterwide or None in (namespace, theirs) or namespace == theirs:
            return definition
    from rtlint.kubevirt.instancetypes import common

    known = reference.is_clusterwide and common(reference.kind, reference.name, release)
    return Definition(reference.kind, reference.name) if known else None


def spec_of(definition: Definition, release: Release) -> dict[str, Any] | None:
    """The definition's spec in the shape of v1beta1; None where it holds none."""
    from rtlint.kubevirt.instancetypes import common, normalise

    if definition.object is None:
        return common(definition.kind, definition.name, release)
    try:
        spec = Fields(definition.object.data).mapping("spec")
    except UnknownValue:
        return None
    normal = normalise(spec, definition.object.api_version, release)
    return normal if isinstance(normal, dict) else None


def effective(
    vm_spec: dict[str, Any],
    vmi_spec: dict[str, Any],
    annotations: dict[str, Any],
    namespace: str | None,
    definitions: Definitions,
    release: Release,
) -> tuple[Effective, bool] | None:
    """What comes of a VirtualMachine's spec and its references, and whether that is all of it.

    None where the VM names neither instancetype nor preference. It is not all where one of them
    is not known: then what the VMI spec lacks may still come from there.
    """
    if not (vm_spec.get("instancetype") or vm_spec.get("preference")):
        return None
    from rtlint.kubevirt.instancetypes import apply, references

    named = references(vm_spec)
    found = [
        find(reference, namespace, definitions, release)
        for reference in (named.instancetype, named.preference)
    ]
    specs = [None if one is None else spec_of(one, release) for one in found]
    merged = apply(specs[0], specs[1], vmi_spec, annotations)
    wanted = (named.instancetype, named.preference)
    is_whole = all(
        reference is None or spec is not None for reference, spec in zip(wanted, specs, strict=True)
    )
    return Effective(merged, *found), is_whole


def instancetype_vmi(obj: Object, release: Release) -> Effective | None:
    """What a VM gets from an instancetype alone; None where the object is none."""
    if obj.group != GROUP or not obj.kind.endswith("Instancetype"):
        return None
    from rtlint.kubevirt.instancetypes import apply

    definition = Definition(obj.kind, obj.name or "", obj)
    spec = spec_of(definition, release)
    return None if spec is None else Effective(apply(spec, None, {}, {}), definition, None)
