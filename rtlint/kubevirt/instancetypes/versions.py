"""Instancetypes and preferences of every API version and release in one shape.

Source: KubeVirt's API definitions, v0.56 (the first with them) to v1.9.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.plain import value_at, with_value, without_value
from rtlint.kubevirt.instancetypes.topology import DEPRECATED_TOPOLOGIES

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubevirt.releases import Release

# Field -> the first release that has it. The API server drops it before that.
_SINCE = {
    "volumes": (0, 59),
    "annotations": (1, 1),
    "nodeSelector": (1, 1),
    "schedulerName": (1, 1),
    "ioThreads": (1, 7),
    "cpu.maxSockets": (1, 3),
    "cpu.preferredCPUFeatures": (1, 0),
    "cpu.spreadOptions": (1, 3),
    "devices.preferredAutoattachInputDevice": (0, 57),
    "devices.preferredInterfaceMasquerade": (1, 0),
    "devices.preferredPanicDeviceModel": (1, 6),
    "devices.preferredVideoType": (1, 9),
    "firmware.preferredEfi": (1, 4),
    "memory.maxGuest": (1, 3),
    "memory.overcommitPercent": (1, 0),
    "preferSpreadSocketToCoreRatio": (1, 1),
    "preferredArchitecture": (1, 7),
    "preferredLaunchSecurity": (1, 9),
    "preferredSubdomain": (1, 0),
    "preferredTerminationGracePeriodSeconds": (1, 0),
    "requirements": (1, 0),
    "requirements.architecture": (1, 7),
}
# The releases whose fields an older version has, however new the release that serves it.
_FROZEN = {"v1alpha1": (0, 57), "v1alpha2": (0, 59)}


def normalise(spec: object, api_version: str, release: Release) -> Any:
    """The spec of an instancetype or preference in the shape of v1beta1, as `release` has it.

    `api_version` is the object's (`instancetype.kubevirt.io/v1alpha2`); one that is not known is
    taken for the newest. Fields that version or release lack are left out, and topologies get
    their names of today. Takes data of any shape, does not change it, raises nothing.
    """
    version = api_version.rpartition("/")[2]
    fields_of = min(_FROZEN.get(version, release[:2]), release[:2])
    for path, since in _SINCE.items():
        if fields_of < since:
            spec = without_value(spec, path)
    topology = value_at(spec, "cpu.preferredCPUTopology")
    if isinstance(topology, str) and topology in DEPRECATED_TOPOLOGIES:
        spec = with_value(spec, "cpu.preferredCPUTopology", DEPRECATED_TOPOLOGIES[topology])
    return spec
