"""The webhook's checks of a VirtualMachine's data volume templates.

Source: kubevirt/kubevirt, to v1.4 pkg/virt-api/webhooks/validating-webhook/admitters/
vms-admitter.go, from v1.5 pkg/storage/admitters/data-volume-template.go (the functions that the
checks name), v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_SOURCES = (
    "http",
    "s3",
    "gcs",
    "registry",
    "pvc",
    "upload",
    "blank",
    "imageio",
    "vddk",
    "snapshot",
)


def templates(vmi: Vmi) -> Iterator[Cause]:
    """ValidateDataVolumeTemplate"""
    assert vmi.machine is not None
    used = _named(vmi)
    for i, template in enumerate(vmi.machine.each("dataVolumeTemplates")):
        yield from known(_template, vmi, i, template, used)


def _template(vmi: Vmi, i: int, template: Fields, used: set[str] | None) -> Iterator[Cause]:
    # Its field lacks the last letter.
    named = f"{vmi.machine_path}.dataVolumeTemplate[{i}]"
    path = f"{vmi.machine_path}.dataVolumeTemplates[{i}]"
    if vmi.release >= (1, 4):
        cause = next(_against(vmi, path, named, template), None)
        if cause is not None:
            yield cause
            return
    elif not template.string("metadata.name"):
        yield _nameless(vmi, path, named, named)
    name = template.string("metadata.name") or ""
    if used is not None and name not in used:
        told = f"DataVolumeTemplate entry {named} must be referenced in the VMI template's"
        yield vmi.cause_of_object("data-volume-unused", path, f"{told} 'volumes' list", named)


def _named(vmi: Vmi) -> set[str] | None:
    """The data volumes and claims that volumes name; None where that cannot be told"""
    try:
        return {name for volume in vmi.spec.each("volumes") for name in _names(volume)}
    except UnknownValue:
        return None


def _names(volume: Fields) -> Iterator[str]:
    """The data volume of a volume, or its PVC"""
    if volume.has("persistentVolumeClaim"):
        yield volume.string("persistentVolumeClaim.claimName") or ""
    if volume.has("dataVolume"):
        yield volume.string("dataVolume.name") or ""


def _nameless(vmi: Vmi, path: str, named: str, entry: str) -> Cause:
    told = f"'name' field must not be empty for DataVolumeTemplate entry {entry}."
    at = f"{path}.metadata.name"
    return vmi.cause_of_object("data-volume-name", at, told, f"{named}.name")


def _against(vmi: Vmi, path: str, named: str, template: Fields) -> Iterator[Cause]:
    """validateDataVolume: its first reason"""
    if not template.string("metadata.name"):
        yield _nameless(vmi, path, named, f"{named}.name")
    target = [key for key in ("pvc", "storage") if template.has(f"spec.{key}")]
    if len(target) != 1:
        told = "Missing Data volume PVC or Storage"
        if target:
            told = "Duplicate storage definition, both target storage and target pvc defined"
        at = f"{named}.PVC.Storage"
        yield vmi.cause_of_object("data-volume-storage", f"{path}.spec", told, at)
        return
    is_filled = any(
        template.has(f"spec.{target[0]}.{key}") for key in ("dataSourceRef", "dataSource")
    )
    has_source = template.has("spec.source") or template.has("spec.sourceRef")
    if is_filled and has_source:
        told, at = (
            "External population is incompatible with Source and SourceRef",
            f"{named}.source",
        )
        yield vmi.cause_of_object("data-volume-source", f"{path}.spec", told, at)
    # v1.4 refuses what is filled from elsewhere too.
    if not has_source and (not is_filled or vmi.release < (1, 5)):
        told = "Data volume should have either Source, SourceRef, or be externally populated"
        at = f"{named}.source.sourceRef"
        yield vmi.cause_of_object("data-volume-source", f"{path}.spec", told, at)
    if template.has("spec.source"):
        sources = sum(template.has(f"spec.source.{source}") for source in _SOURCES)
        if sources != 1:
            told = "Multiple dataVolume sources" if sources else "Missing dataVolume valid source"
            at = f"{named}.source"
            yield vmi.cause_of_object("data-volume-source", f"{path}.spec.source", told, at)


def namespaces(vmi: Vmi) -> Iterator[Cause]:
    """validateVirtualMachineDataVolumeTemplateNamespace, before v1.5 authorizeVirtualMachineSpec

    It came with v1.0.1. Where the manifest does not say the VM's namespace nobody knows.
    """
    assert vmi.machine is not None
    namespace = vmi.owner.string("metadata.namespace")
    if vmi.release < (1, 0, 1) or not namespace:
        return
    for i, template in enumerate(vmi.machine.each("dataVolumeTemplates")):
        written = template.string("metadata.namespace")
        if written and written != namespace:
            told = f"Embedded DataVolume namespace {written} differs from VM namespace {namespace}"
            at = f"{vmi.machine_path}.dataVolumeTemplates[{i}]"
            cause = vmi.cause_of_object(
                "data-volume-namespace", f"{at}.metadata.namespace", told, at
            )
            yield cause._replace(instead="Remove it.")
