"""The VMI spec that KubeVirt makes of a VM, its instancetype and its preference.

Source: kubevirt/kubevirt, pkg/instancetype/apply/vmi.go (ApplyToVMI); conflicts and results are
held against rows measured on v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path, split_path
from rtlint.kubernetes.plain import value_at, with_value, without_value
from rtlint.kubevirt.instancetypes import devices, instancetype, preferences
from rtlint.kubevirt.instancetypes.conflicts import Conflict, conflicts
from rtlint.kubevirt.instancetypes.origin import Origin, Setting
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from rtlint.kubevirt.instancetypes.origin import Source

    Step = Callable[[object, dict[str, Any]], Iterator[Setting]]

_PREFERENCE_STEPS: tuple[Step, ...] = (
    preferences.cpu_features,
    devices.switches,
    devices.disks,
    devices.interfaces,
    devices.inputs,
    devices.panic_devices,
    preferences.features,
    preferences.bootloader,
    preferences.clock_offset,
    preferences.plain_fields,
)


class Merged(NamedTuple):
    """A VMI spec and annotations with what instancetype and preference set in them.

    `origins` tells by VMI-spec path where what the VM does not say itself comes from,
    `annotation_origins` the same by annotation key. With `conflicts`, in KubeVirt's order, the VM
    is refused; `spec` and `annotations` are then those of a VM that says nothing that conflicts.
    """

    spec: dict[str, Any]
    annotations: dict[str, Any]
    conflicts: tuple[Conflict, ...]
    origins: Mapping[str, Origin]
    annotation_origins: Mapping[str, Origin]

    def origin(self, path: str) -> Origin | None:
        """Where the value at a VMI-spec path comes from; None where the VM says it, or nobody.

        What stands inside a value that was set as a whole has that value's origin, with the way
        inside it.
        """
        parts = split_path(path)
        for length in range(len(parts), 0, -1):
            found = self.origins.get(join_path(*parts[:length]))
            if found is not None:
                inner = join_path(*split_path(found.path), *parts[length:])
                return Origin(found.source, inner)
        return None


def apply(
    instancetype_spec: object | None,
    preference_spec: object | None,
    vmi_spec: dict[str, Any],
    vmi_annotations: dict[str, Any],
) -> Merged:
    """The effective VMI of a VM's template, its instancetype's spec and its preference's.

    All are plain data as Kubernetes reads it, the two specs in the shape of v1beta1 (see
    `versions.normalise`), None where the VM names none. The input is not changed; the result may
    share parts with it, so neither is to be changed afterwards. A value that hangs on a
    placeholder, or on one of a wrong type, is PLACEHOLDER, or left as the VM has it. Raises
    nothing.
    """
    spec, annotations = vmi_spec, vmi_annotations
    origins: dict[str, Origin] = {}
    named: list[Conflict] = []
    if instancetype_spec is not None:
        named, later = conflicts(instancetype_spec, spec, annotations)
        spec, annotations = _without(spec, annotations, [*named, *later])
        found = instancetype.settings(instancetype_spec, preference_spec)
        spec = _set(spec, found, "instancetype", origins)
    if preference_spec is not None:
        for step in _PREFERENCE_STEPS:
            spec = _set(spec, list(step(preference_spec, spec)), "preference", origins)
    annotations, annotation_origins = _annotated(annotations, instancetype_spec, preference_spec)
    return Merged(spec, annotations, tuple(named), origins, annotation_origins)


def _without(
    spec: dict[str, Any], annotations: dict[str, Any], found: list[Conflict]
) -> tuple[dict[str, Any], dict[str, Any]]:
    for conflict in found:
        spec = without_value(spec, conflict.path) if conflict.path else spec
    keys = {conflict.annotation for conflict in found}
    return spec, {key: value for key, value in annotations.items() if key not in keys}


def _set(
    spec: dict[str, Any], settings: Iterable[Setting], source: Source, origins: dict[str, Origin]
) -> dict[str, Any]:
    """The spec with the settings in it; notes the origin of each that found a place."""
    for path, value, source_path in settings:
        changed = with_value(spec, path, value)
        if changed is not spec:
            origins[path] = Origin(source, f"spec.{source_path}")
        spec = changed
    return spec


def _annotated(
    annotations: dict[str, Any], instancetype_spec: object, preference_spec: object
) -> tuple[dict[str, Any], dict[str, Origin]]:
    """The annotations with those that the VM lacks; the instancetype goes before the preference."""
    merged = dict(annotations)
    origins: dict[str, Origin] = {}
    sources: tuple[tuple[Source, object], ...] = (
        ("instancetype", instancetype_spec),
        ("preference", preference_spec),
    )
    for source, from_spec in sources:
        theirs = value_at(from_spec, "annotations")
        for key, value in theirs.items() if isinstance(theirs, dict) else ():
            if key not in merged:
                merged[key] = value
                origins[key] = Origin(source, join_path("spec", "annotations", key))
    return merged, origins
