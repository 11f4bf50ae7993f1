"""What objects of the platform say of kubelets: which CPUs they give out, and which they keep."""

from __future__ import annotations

import json

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, split_path
from rtlint.platform.objects import kubelet_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

OVERRIDES = "kubeletconfig.experimental"
WHOLE_CORES = "full-pcpus-only"
SINGLE_NODE = "single-numa-node"
_OPTION = f"cpuManagerPolicyOptions.{WHOLE_CORES}"
_POLICY = "spec.numa.topologyPolicy"


def kubelet_of(kind: str, data: Mapping[str, Any]) -> Fields | None:
    """The KubeletConfiguration in an object; None for a kind that holds none.

    A KubeletConfig may hold it as an object only: MachineConfigs are made of nothing else.
    """
    path = kubelet_path(kind)
    if path is None:
        return None
    try:
        return Fields(Fields(data).mapping(path) if path else data, base=path)
    except UnknownValue:
        return Fields({}, base=path)


def at(kubelet: Fields, *parts: str) -> str:
    """The path of a kubelet's field, from the object that holds the kubelet."""
    return join_path(*split_path(kubelet.base), *parts)


def overrides(profile: Fields) -> Fields:
    """What a profile's annotation sets of the kubelet, a KubeletConfiguration as JSON.

    Raises ValueError where it is no JSON object, UnknownValue.
    """
    text = profile.string(f'metadata.annotations["{OVERRIDES}"]')
    if not text:
        return Fields({})
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return Fields(found)


def gives_out_whole_cores(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether an object has its kubelets refuse half a core.

    A PerformanceProfile turns the option on with the topology policy single-numa-node; its
    annotation has the last word (openshift/cluster-node-tuning-operator d2394aa81,
    kubeletconfig.go, setKubeletConfigForCPUAndMemoryManagers).
    """
    try:
        if kind == "PerformanceProfile":
            said = overrides(Fields(data))
            if said.has(_OPTION):
                return _is_on(said)
            return topology_policy(data) == SINGLE_NODE
        kubelet = kubelet_of(kind, data)
        return kubelet is not None and _is_on(kubelet)
    except (UnknownValue, ValueError):
        return False


def topology_policy(profile: Mapping[str, Any]) -> str | None:
    """A profile's topology policy, or the operator's default; None where it cannot be told."""
    try:
        return Fields(profile).string(_POLICY) or "best-effort"
    except UnknownValue:
        return None


def _is_on(kubelet: Fields) -> bool:
    # The kubelet wants a string; what it makes of an unquoted true is another rule's.
    try:
        return kubelet.string(_OPTION) == "true"
    except UnknownValue:
        return kubelet.boolean(_OPTION) is True
