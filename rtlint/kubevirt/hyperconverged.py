"""What a HyperConverged object makes its operator write into the KubeVirt object.

Source: kubevirt/hyperconverged-cluster-operator, controllers/handlers/kubevirt.go (NewKubeVirt,
getKVConfig, setAnnotationsToReqState, hardCodeKvFgs), v1.8 to v1.18, and ApplyPatchToSpec.
"""

from __future__ import annotations

import json

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, join_path
from rtlint.kubevirt.cluster import PARITY_ANNOTATION, REALTIME_GATES, Cluster, read_cluster

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubernetes.objects import Object

_PATCH = join_path("metadata", "annotations", "kubevirt.kubevirt.io/jsonpatch")
_METHODS = "workloadUpdateStrategy.workloadUpdateMethods"
_COUNTS = ("maxCpuSockets", "maxHotplugRatio")
_OPTIONS = ("disableFreePageReporting", "disableSerialConsoleLog")


def read_hyperconverged(data: dict[str, Any]) -> Cluster:
    """The settings of the KubeVirt object that the operator makes.

    The gates that realtime needs, and HostDevices, it has for itself in every release, others in
    some: which are on only the KubeVirt object tells. Raises UnknownValue as `read_cluster` does.
    """
    made = kubevirt_of(data)
    try:
        return read_cluster(made)._replace(is_known=False)
    except UnknownValue:
        # What the object itself says was read before.
        raise UnknownValue(_PATCH) from None


def kubevirt_fields(obj: Object) -> Fields:
    """A KubeVirt object, or the one that a HyperConverged object makes its operator write.

    Raises UnknownValue.
    """
    return Fields(kubevirt_of(obj.data) if obj.kind == "HyperConverged" else obj.data)


def kubevirt_of(data: dict[str, Any]) -> dict[str, Any]:
    """The KubeVirt object that the operator makes, as far as rtlint reads it.

    The operator always asks for LiveUpdate, and for the parity annotation with the gate AlignCPUs
    where `alignCPUs` is on. In v1 the settings stand under `spec.virtualization` and the gates are
    a list, in v1beta1 straight under `spec`. A patch in an annotation goes over all. Raises
    UnknownValue.
    """
    fields = Fields(data)
    base = hyperconverged_base(fields)
    aligns = aligns_cpus(fields)
    gates = REALTIME_GATES | {"HostDevices"} | ({"AlignCPUs"} if aligns else set())
    path = f"{base}.{_METHODS}"
    methods = list(fields.items(path)) if fields.has(path) else ["LiveMigrate"]
    made = {
        "metadata": {"annotations": {PARITY_ANNOTATION: ""} if aligns else {}},
        "spec": {
            "configuration": {
                "vmRolloutStrategy": "LiveUpdate",
                "evictionStrategy": fields.string(f"{base}.evictionStrategy"),
                "cpuModel": fields.string(f"{base}.defaultCPUModel"),
                "defaultRuntimeClass": fields.string(runtime_class_path(fields)),
                "liveUpdateConfiguration": _live_update(fields, f"{base}.liveUpdateConfiguration"),
                "virtualMachineOptions": {
                    name: {}
                    for name in _OPTIONS
                    if fields.boolean(f"{base}.virtualMachineOptions.{name}")
                },
                "developerConfiguration": {"featureGates": sorted(gates)},
            },
            "workloadUpdateStrategy": {"workloadUpdateMethods": methods},
        },
    }
    text = fields.string(_PATCH)
    if text:
        _patch(made, text)
    return made


def kubevirt_name(name: str) -> str:
    """The name of the KubeVirt object that the operator makes of a HyperConverged so named, in its
    namespace (NewKubeVirtWithNameOnly).
    """
    return f"kubevirt-{name}"


def hyperconverged_base(fields: Fields) -> str:
    """Where a HyperConverged object keeps what is about VMs: in v1beta1 in `spec` itself."""
    is_v1 = fields.string("apiVersion") == "hco.kubevirt.io/v1" or fields.has("spec.virtualization")
    return "spec.virtualization" if is_v1 else "spec"


def runtime_class_path(fields: Fields) -> str:
    """Where a HyperConverged object names the default runtime class."""
    base = hyperconverged_base(fields)
    return f"{base}{'' if base == 'spec' else '.virtualMachineOptions'}.defaultRuntimeClass"


def aligns_cpus(fields: Fields) -> bool:
    """Whether a HyperConverged object turns on `alignCPUs`. Raises UnknownValue."""
    gates = fields.mapping("spec").get("featureGates")
    if not isinstance(gates, list):
        return fields.boolean("spec.featureGates.alignCPUs") is True
    return any(
        gate.string("name") == "alignCPUs" and gate.string("state") in (None, "Enabled")
        for gate in map(Fields, gates)
    )


def _live_update(fields: Fields, path: str) -> dict[str, Any]:
    # Read for what is wrong with it.
    fields.quantity(f"{path}.maxGuest")
    counts = {name: fields.unsigned(f"{path}.{name}") for name in _COUNTS}
    return {**counts, "maxGuest": fields.mapping(path).get("maxGuest")}


def _patch(made: dict[str, Any], text: str) -> None:
    """Apply a JSON patch (RFC 6902). Raises UnknownValue for one whose outcome cannot be told."""
    try:
        operations = json.loads(text)
    except (ValueError, RecursionError):
        raise UnknownValue(_PATCH) from None
    if not isinstance(operations, list):
        raise UnknownValue(_PATCH)
    try:
        for operation in map(Fields, operations):
            _apply(made, operation)
    except UnknownValue:
        raise UnknownValue(_PATCH) from None


def _apply(made: dict[str, Any], operation: Fields) -> None:
    action, path = operation.string("op"), operation.string("path") or ""
    if action == "test":
        return
    # The operator takes no other path.
    if action not in ("add", "replace", "remove") or not path.startswith("/spec/"):
        raise UnknownValue(path)
    *above, last = (part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/"))
    parent: Any = made
    for part in above:
        if not isinstance(parent, dict):
            raise UnknownValue(path)
        # The operator's object has more than what is read here.
        parent = parent.setdefault(part, {})
    value = operation.mapping("").get("value")
    if isinstance(parent, list) and action == "add" and last == "-":
        parent.append(value)
    elif not isinstance(parent, dict):
        raise UnknownValue(path)
    elif action == "remove":
        parent.pop(last, None)
    else:
        parent[last] = value
