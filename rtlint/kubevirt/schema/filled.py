"""What becomes of a VM without a required field.

From v1.0 KubeVirt publishes a default for required strings and numbers, and its webhooks pass over
a required field that has one. Its mutating webhooks write the whole spec of a VirtualMachine and a
VirtualMachineInstance anew, with `""` and `0` for these fields, before the API server checks the
schema. Objects, lists and quantities are refused as before: go-openapi drops the default beside a
reference (kubevirt/kubevirt, pkg/util/openapi; go-openapi/spec, expander.go). Nothing mutates the
other kinds, so the API server refuses those.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.schema.api import definition_name
from rtlint.kubevirt.schema.paths import value_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rtlint.kubevirt.schema.api import Schema, Version
    from rtlint.kubevirt.schema.paths import Parts
    from rtlint.kubevirt.schema.problem import Outcome

_SINCE = (1, 0)
_MUTATED = ("VirtualMachine", "VirtualMachineInstance")
# From this release on a probe's port has no default any more.
_PORTS_SINCE = (1, 4)
_PROBES = ("httpGet", "tcpSocket")

# The key above a field, and the field. These do without: what is empty is not used, or only in the
# name that libvirt gives a device.
_DISPENSABLE = {
    ("checkpoints", "current"),
    ("checkpoints", "previous"),
    ("gpus", "name"),
    ("hostDevices", "name"),
    ("httpHeaders", "value"),
    ("inputs", "name"),
    ("privateOptions", "value"),
    ("watchdog", "name"),
}
# The validating webhooks refuse these where they are empty (vmi-create-admitter.go,
# pkg/network/admitter, pkg/storage/admitters).
_REFUSED = {
    ("container", "image"),
    ("custom", "logical"),
    ("custom", "physical"),
    ("dataVolume", "name"),
    ("disks", "name"),
    ("hostDisk", "path"),
    ("hostDisk", "type"),
    ("inputs", "type"),
    ("interfaces", "name"),
    ("multus", "networkName"),
    ("networks", "name"),
    ("portRanges", "end"),
    ("portRanges", "protocol"),
    ("portRanges", "start"),
    ("ports", "port"),
    ("privateOptions", "option"),
    ("sound", "name"),
    ("utilityVolumes", "claimName"),
    ("utilityVolumes", "name"),
    ("volumes", "name"),
}


def outcome(data: Mapping[str, Any], path: Parts, field: Schema, release: Version) -> Outcome:
    """What becomes of an object without the required field at a path; `field` is its schema."""
    is_written = release >= _SINCE and data["kind"] in _MUTATED and path[0] == "spec"
    if not is_written or not _has_default(path, field, release):
        return "invalid"
    parent = next(part for part in reversed(path[:-1]) if isinstance(part, str))
    place = (parent, path[-1])
    if place == ("inputs", "type") and _takes_any_input(data):
        return "fine"
    if place in _DISPENSABLE:
        return "fine"
    return "refused" if place in _REFUSED else "stuck"


def _has_default(path: Parts, field: Schema, release: Version) -> bool:
    if path[-1] == "port" and path[-2] in _PROBES and release >= _PORTS_SINCE:
        return False
    types = field.get("type", ())
    is_compound = types in ("object", "array") or not {"object", "array"}.isdisjoint(types)
    return definition_name(field) is None and not is_compound


def _takes_any_input(data: Mapping[str, Any]) -> bool:
    """Whether an input without a type becomes a tablet.

    KubeVirt's defaults do that for a VMI, after a VirtualMachine's own webhook has refused it;
    there only a preference comes before.
    """
    return data["kind"] != "VirtualMachine" or value_at(data, ("spec", "preference")) is not None
