"""The two objects that `kubectl apply` takes, as YAML.

Source of the fields: kubernetes/kubernetes, api/openapi-spec, admissionregistration.k8s.io/v1
(v1.30 on); what the API server makes of them was tried on v1.36.
"""

from __future__ import annotations

from io import StringIO

import rtlint
from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from rtlint.kubevirt.releases import Release
    from rtlint.policy.model import Evaluated

    Action = Literal["deny", "warn", "audit"]


_ACTIONS: dict[Action, list[str]] = {
    "deny": ["Deny", "Audit"],
    "warn": ["Warn", "Audit"],
    "audit": ["Audit"],
}
# Where KubeVirt's own manifests put the KubeVirt object: namespace and name.
KUBEVIRT = ("kubevirt", "kubevirt")
_API = "admissionregistration.k8s.io/v1"
# The kinds that hold a VMI spec. KubeVirt writes the status of a VMI with an UPDATE of the whole:
# VMIs are judged when they are made.
_RESOURCES = (
    ("kubevirt.io", ["virtualmachines", "virtualmachineinstancereplicasets"], ["CREATE", "UPDATE"]),
    ("kubevirt.io", ["virtualmachineinstances"], ["CREATE"]),
    ("pool.kubevirt.io", ["virtualmachinepools"], ["CREATE", "UPDATE"]),
)
# What an UPDATE must change to be judged: neither a stop of a VM nor what KubeVirt notes in it.
_CHANGED = """\
request.operation == 'CREATE' ||
['template', 'virtualMachineTemplate'].exists(field,
  object.spec[?field].orValue({}) != oldObject.spec[?field].orValue({})) ||
['instancetype', 'preference'].exists(field,
  object.spec[?field].?name.orValue('') != oldObject.spec[?field].?name.orValue(''))"""
_CONDITIONS = (
    ("not-deleted", "!has(object.metadata.deletionTimestamp)"),
    ("vm-changed", _CHANGED),
)
_MESSAGE = "The VM is not set up for realtime; lint its manifest with rtlint."


class Wanted(NamedTuple):
    """What the user wants of the objects; `cluster` is the KubeVirt object's namespace and name."""

    name: str = "rtlint"
    action: Action = "warn"
    namespaces: Mapping[str, Any] | None = None
    cluster: tuple[str, str] = KUBEVIRT


def render(policy: Evaluated, release: Release, wanted: Wanted) -> str:
    """The policy and its binding as YAML documents; the same input gives the same bytes."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import LiteralScalarString

    def laid_out(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: laid_out(each) for key, each in value.items()}
        if isinstance(value, list):
            return [laid_out(each) for each in value]
        return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value

    yaml = YAML()
    yaml.width = 100
    yaml.explicit_start = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    for document in objects(policy, release, wanted):
        yaml.dump(laid_out(document), out)
    return f"{_head(policy, release, wanted)}{out.getvalue()}"


def _head(policy: Evaluated, release: Release, wanted: Wanted) -> str:
    namespace, name = wanted.cluster
    lines = [
        f"Made by `rtlint policy` (rtlint {rtlint.__version__}) for KubeVirt {release}.",
        "It needs Kubernetes v1.30 or newer.",
    ]
    if policy.reads_cluster:
        lines += [
            f"The binding reads the KubeVirt object `{name}` in the namespace `{namespace}`.",
            "Where there is none of that name, nothing is judged: change `paramRef`, or remove it",
            "to judge with KubeVirt's default configuration.",
        ]
    return "".join(f"# {line}\n" for line in lines)


def objects(policy: Evaluated, release: Release, wanted: Wanted) -> list[dict[str, Any]]:
    """The policy and its binding."""
    metadata = {
        "name": wanted.name,
        "annotations": {
            "rtlint.io/version": rtlint.__version__,
            "rtlint.io/kubevirt": str(release),
        },
    }
    spec = {
        # Without Deny nothing is to be refused, whatever fails.
        "failurePolicy": "Fail" if wanted.action == "deny" else "Ignore",
        **({"paramKind": _PARAM_KIND} if policy.reads_cluster else {}),
        "matchConstraints": {
            "matchPolicy": "Equivalent",
            "resourceRules": [
                {
                    "apiGroups": [group],
                    "apiVersions": ["*"],
                    "operations": list(operations),
                    "resources": list(resources),
                }
                for group, resources, operations in _RESOURCES
            ],
        },
        "matchConditions": [
            {"name": name, "expression": expression} for name, expression in _CONDITIONS
        ],
        "variables": [
            {"name": each.name, "expression": each.expression} for each in policy.variables
        ],
        "validations": [
            {
                "expression": "variables.findings.size() == 0",
                "message": _MESSAGE,
                "messageExpression": "variables.message",
                "reason": "Invalid",
            }
        ],
    }
    return [
        {
            "apiVersion": _API,
            "kind": "ValidatingAdmissionPolicy",
            "metadata": metadata,
            "spec": spec,
        },
        {
            "apiVersion": _API,
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": metadata,
            "spec": _binding(policy, wanted),
        },
    ]


_PARAM_KIND = {"apiVersion": "kubevirt.io/v1", "kind": "KubeVirt"}


def _binding(policy: Evaluated, wanted: Wanted) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "policyName": wanted.name,
        "validationActions": list(_ACTIONS[wanted.action]),
    }
    if policy.reads_cluster:
        namespace, name = wanted.cluster
        # With Deny every VM is refused while the object is missing, even where only warned is.
        spec["paramRef"] = {
            "name": name,
            "namespace": namespace,
            "parameterNotFoundAction": "Allow",
        }
    if wanted.namespaces is not None:
        spec["matchResources"] = {"namespaceSelector": dict(wanted.namespaces)}
    return spec
