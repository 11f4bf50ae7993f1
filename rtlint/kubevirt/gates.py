"""KubeVirt's feature gates: in which releases they have to be turned on.

Source: kubevirt/kubevirt, pkg/virt-config/feature-gates.go, from v1.5 pkg/virt-config/featuregate/
active.go and inactive.go (v0.47.1 to v1.9.0).
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.releases import Release

if TYPE_CHECKING:
    from rtlint.kubevirt.cluster import Cluster

_FIRST, _NEVER = (0, 47, 1), (2,)
# Those that admission asks for: the first release that has the gate, and the first in which nobody
# has to turn it on: it is on (generally available, or beta from v1.9 on), or what it was for is
# gone.
_GATES = {
    "ContainerPathVolumes": ((1, 8), _NEVER),
    "DecentralizedLiveMigration": ((1, 6), _NEVER),
    "DeclarativeHotplugVolumes": ((1, 6), (1, 9)),
    "DownwardMetrics": (_FIRST, _NEVER),
    "EnableVirtioFsConfigVolumes": ((1, 5), (1, 8)),
    "EnableVirtioFsStorageVolumes": ((1, 5), _NEVER),
    "ExperimentalIgnitionSupport": (_FIRST, _NEVER),
    "ExperimentalVirtiofsSupport": (_FIRST, (1, 8)),
    "GPU": (_FIRST, (1, 4)),
    "GPUsWithDRA": ((1, 6), (1, 9)),
    "GraceIOVirtualization": ((1, 9), _NEVER),
    "HostDevices": (_FIRST, _NEVER),
    "HostDevicesWithDRA": ((1, 6), (1, 9)),
    "HostDisk": (_FIRST, _NEVER),
    "HotplugNICs": ((1, 0), (1, 4)),
    "IOMMUFD": ((1, 9), _NEVER),
    "LiveMigration": (_FIRST, (1, 3)),
    "Macvtap": (_FIRST, (1, 3)),
    "MultiArchitecture": ((1, 0), _NEVER),
    "NUMA": (_FIRST, (1, 4)),
    "NetworkBindingPlugins": ((1, 1), (1, 5)),
    "NetworkDevicesWithDRA": ((1, 9), _NEVER),
    "PCINUMAAwareTopology": ((1, 8), _NEVER),
    "PanicDevices": ((1, 6), (1, 9)),
    "Passt": ((0, 56), (1, 3)),
    "PasstBinding": ((1, 8), (1, 9)),
    "PersistentReservation": ((1, 0), _NEVER),
    "PortRangesSpec": ((1, 9), _NEVER),
    "RebootPolicy": ((1, 8), (1, 9)),
    "ReservedOverheadMemlock": ((1, 8), _NEVER),
    "SecureExecution": ((1, 6), (1, 9)),
    "Sidecar": (_FIRST, _NEVER),
    "UtilityVolumes": ((1, 8), _NEVER),
    "VMLiveUpdateFeatures": ((1, 0), (1, 5)),
    "VMPersistentState": ((1, 0), (1, 6)),
    "VSOCK": ((0, 59), _NEVER),
    "VideoConfig": ((1, 6), (1, 9)),
    "VolumeMigration": ((1, 3), (1, 5)),
    "VolumesUpdateStrategy": ((1, 3), (1, 5)),
    "WorkloadEncryptionSEV": ((0, 49), (1, 9)),
    "WorkloadEncryptionTDX": ((1, 7), _NEVER),
}
# All others: the first release in which nobody has to turn the gate on.
_OVER = {
    "AutoResourceLimitsGate": (1, 5),
    "BochsDisplayForEFIGuests": (1, 4),
    "CPUNodeDiscovery": (1, 3),
    "CommonInstancetypesDeploymentGate": (1, 4),
    "DisableCustomSELinuxPolicy": (1, 5),
    "DynamicPodInterfaceNaming": (1, 5),
    "ExpandDisks": (1, 8),
    "InstancetypeReferencePolicy": (1, 6),
    "LiveUpdateNADRef": (1, 9),
    "MigrationPriorityQueue": (1, 9),
    "NonRoot": (1, 3),
    "PSA": (1, 3),
    "SRIOVLiveMigration": (1, 3),
    "VMExport": (1, 9),
}
# Of those that nobody has to turn on, these can be turned off: they are beta in v1.9.
_BETA = frozenset(
    {
        "DeclarativeHotplugVolumes",
        "GPUsWithDRA",
        "HostDevicesWithDRA",
        "PasstBinding",
        "RebootPolicy",
        "WorkloadEncryptionSEV",
    }
)


def is_on(gate: str, release: Release, cluster: Cluster) -> bool:
    """Whether a release takes a gate for on, in a cluster with these settings."""
    if gate in cluster.gates:
        return True
    _, until = _GATES[gate]
    return release >= until and not (gate in _BETA and gate in cluster.disabled_gates)


def idle_from(gate: str) -> tuple[int, ...] | None:
    """The first release in which it changes nothing to list a gate; None where it always may."""
    if gate in _BETA:
        return None
    until = _GATES[gate][1] if gate in _GATES else _OVER.get(gate, _NEVER)
    return None if until == _NEVER else until


def releases_of(gate: str) -> str:
    """The releases in which a gate has to be turned on, in words."""
    since, until = _GATES[gate]
    words = [] if since == _FIRST else [f"from {_minor(since)}"]
    words += [] if until == _NEVER else [f"to {_minor((until[0], until[1] - 1))}"]
    return " ".join(words) or "in every release"


def _minor(release: tuple[int, ...]) -> str:
    return f"v{release[0]}.{release[1]}"
