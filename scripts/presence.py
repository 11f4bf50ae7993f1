"""Which fields of KubeVirt's API count by being there, whatever they hold.

The API server drops a null, so `realtime:` with nothing behind it is no `realtime: {}`. Go tells
the two apart and the published API definition does not: it shows in the shape of an object, and
where that misleads, in KubeVirt's code (read in v1.9.0).
"""

from __future__ import annotations

from typing import Any

from rtlint.kubevirt.schema.api import definition_name

Json = dict[str, Any]

_SCALARS = {"string", "integer", "number", "boolean", "null"}

# These count and do not look like it. Kubernetes: no selector selects nothing, or its own namespace
# only; an empty one selects everything. CDI: an empty `storage` takes the size from the source.
_COUNT = {"LabelSelector", "StorageSpec"}

# These look like it and say nothing while they are empty: what is read is only ever inside.
_SAY_NOTHING = {
    "ACPI",
    "BlockSize",
    "CPUPreferences",
    "CertConfig",
    "Chassis",
    "CustomBlockSize",
    "CustomProfile",
    "DHCPOptions",
    "DiskIOThreads",
    "FirmwarePreferences",
    "InterfaceBindingMigration",
    "Machine",
    "MachinePreferences",
    "PlatformOptions",
    "ReservedOverhead",
    "SpreadOptions",
    "VGPUDisplayOptions",
    "VGPUOptions",
    "VideoDevice",
    "VirtualMachinePoolNameGeneration",
    "VirtualMachinePoolSelectionPolicy",
    "VolumePreferences",
    # References, which are none without a name.
    "InstancetypeMatcher",
    "LocalObjectReference",
    "PreferenceMatcher",
    # The cluster's configuration: each setting in it has its own default.
    "CommonInstancetypesDeployment",
    "InstancetypeConfiguration",
    "LiveUpdateConfiguration",
    "MediatedDevicesConfiguration",
    "MigrationConfiguration",
    "PersistentReservationConfiguration",
    "SMBiosConfiguration",
    "TDXAttestationConfiguration",
    "VirtTemplateDeployment",
}


def counts(field: Json, owner: Json, definitions: Json) -> bool:
    """Whether a field counts by being there; `owner` is the definition that it is a field of.

    So does a switch, an object that holds scalars only, or nothing, or an `enabled`; and so does
    one of a choice, such as a volume's source: beside it stands an object without any field. An
    object that has to hold something does not: there is no right value to give it.
    """
    name = definition_name(field)
    if name is None or not _may_be_empty(definitions[name]):
        return False
    plain = name.rpartition(".")[2]
    if plain in _COUNT or plain in _SAY_NOTHING:
        return plain in _COUNT
    beside = [definition_name(other) for other in owner["properties"].values()]
    is_choice = any(other and _has_no_fields(definitions[other]) for other in beside)
    return is_choice or _is_switch(definitions[name], definitions)


def _may_be_empty(made: Json) -> bool:
    return made.get("additionalProperties") is False and "required" not in made


def _has_no_fields(made: Json) -> bool:
    return made.get("additionalProperties") is False and not made["properties"]


def _is_switch(made: Json, definitions: Json) -> bool:
    fields = made["properties"]
    return "enabled" in fields or all(_is_scalar(each, definitions) for each in fields.values())


def _is_scalar(field: Json, definitions: Json) -> bool:
    name = definition_name(field)
    types = (definitions[name] if name else field).get("type", ["object"])
    return set(types) <= _SCALARS
