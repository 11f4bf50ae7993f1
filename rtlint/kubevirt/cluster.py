"""What of the cluster's KubeVirt object counts for a realtime VM."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Feature gates that a realtime VM cannot do without: virt-api refuses NUMA passthrough without
# NUMA (to v1.3.1), no node is labelled for dedicated CPUs without CPUManager.
REALTIME_GATES = frozenset({"NUMA", "CPUManager"})


@dataclass(frozen=True, slots=True)
class Cluster:
    """Settings of the KubeVirt object; the defaults are KubeVirt's own plus realtime's gates.

    `rollout` is `spec.configuration.vmRolloutStrategy` ("" where unset: from v1.6 that means
    LiveUpdate). `max_cpu_sockets` is `liveUpdateConfiguration.maxCpuSockets`, `max_guest` in bytes
    is `liveUpdateConfiguration.maxGuest`, `max_hotplug_ratio` is `maxHotplugRatio`.
    `full_pcpus_only` is the kubelets': they give out whole cores and refuse half of one.
    """

    rollout: str = ""
    gates: frozenset[str] = REALTIME_GATES
    eviction_strategy: str | None = None
    cpu_model: str | None = None
    architecture: str = "amd64"
    max_cpu_sockets: int | None = None
    max_guest: int | None = None
    max_hotplug_ratio: int = 4
    annotations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    full_pcpus_only: bool = False
