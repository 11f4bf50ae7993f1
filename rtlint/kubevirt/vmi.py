"""A VMI as virt-launcher and virt-controller see it: after the mutating webhook."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubevirt.cluster import PARITY_ANNOTATION
from rtlint.kubevirt.defaults import default_spec
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

NIL_PANIC = "panic: runtime error: invalid memory address or nil pointer dereference"


class ConversionError(Exception):
    """virt-launcher makes no domain of the VMI; the message is its own, `panic:` where it dies."""


class Topology(NamedTuple):
    """A guest's CPU topology; each count is at least 1."""

    sockets: int
    cores: int
    threads: int

    @property
    def vcpus(self) -> int:
        return self.sockets * self.cores * self.threads


class Vmi(NamedTuple):
    """The defaulted VMI spec, the VMI's annotations, and the release that reads them."""

    spec: Fields
    annotations: Mapping[str, Any]
    release: Release

    @property
    def architecture(self) -> str:
        """`amd64`, `arm64` or `s390x`.

        Before v1.0 no field says it: virt-launcher went by its node, and rtlint assumes amd64.
        """
        return self.spec.string("architecture") or "amd64"

    @property
    def dedicated(self) -> bool:
        return self.spec.boolean("domain.cpu.dedicatedCpuPlacement") or False

    @property
    def isolated(self) -> bool:
        return self.spec.boolean("domain.cpu.isolateEmulatorThread") or False

    @property
    def realtime(self) -> bool:
        """`{}` counts: KubeVirt asks only whether the field is there."""
        return self.spec.has("domain.cpu.realtime")

    @property
    def pmu_off(self) -> bool:
        """Whether KubeVirt turns the guest's PMU off: for realtime, and for TDX."""
        return (self.dedicated and self.realtime) or self.spec.has("domain.launchSecurity.tdx")

    @property
    def passthrough(self) -> bool:
        return self.spec.has("domain.cpu.numa.guestMappingPassthrough")

    @property
    def hugepages(self) -> bool:
        return self.spec.has("domain.memory.hugepages")

    @property
    def completes_parity(self) -> bool:
        """Whether the emulator gets a second CPU for an even number of others.

        The annotation's presence counts, not its value.
        """
        return self.release >= (1, 1, 1) and PARITY_ANNOTATION in self.annotations

    @property
    def interfaces(self) -> list[Fields]:
        """The network interfaces.

        Where the VMI has neither these nor networks the webhook attaches it to the pod's network
        (SetDefaultNetworkInterface); how depends on the cluster, and that one has no fields here.
        """
        interfaces = self.spec.each("domain.devices.interfaces")
        if interfaces or self.spec.items("networks") or not self.attaches_pod_network:
            return interfaces
        return [Fields({})]

    @property
    def attaches_pod_network(self) -> bool:
        return self.spec.boolean("domain.devices.autoattachPodInterface") is not False

    @property
    def topology(self) -> Topology:
        """The requested topology, without hotplug sockets; 0 counts as 1 (GetCPUTopology)."""
        sockets, cores, threads = (
            self.spec.unsigned(f"domain.cpu.{name}") for name in ("sockets", "cores", "threads")
        )
        return Topology(sockets or 1, cores or 1, threads or 1)

    @property
    def max_sockets(self) -> int:
        """The sockets of a hotplug topology, 0 where there is none."""
        # From v1.5 virt-launcher builds none for arm64, whatever the VMI says.
        if self.architecture == "arm64" and self.release >= (1, 5):
            return 0
        return self.spec.unsigned("domain.cpu.maxSockets")

    @property
    def full_topology(self) -> Topology:
        """The topology that the domain is built for: with the sockets to plug in later."""
        topology = self.topology
        return topology._replace(sockets=self.max_sockets or topology.sockets)

    @property
    def booted_topology(self) -> Topology:
        """The topology of the vCPUs that the guest starts with."""
        topology, most = self.topology, self.max_sockets
        if not most:
            return topology
        # v1.0.0 enabled the first socket only and left the others to hotplug.
        sockets = 1 if self.release < (1, 0, 1) else min(topology.sockets, most)
        return topology._replace(sockets=sockets)

    @property
    def pinned_pool(self) -> int:
        """The I/O threads of a supplemental pool that virt-launcher pins.

        To v1.8 the count is read whatever the policy is; to v1.4 there is none.
        """
        policy = self.spec.string("domain.ioThreadsPolicy")
        if self.release >= (1, 9) and policy != "supplementalPool":
            return 0
        return self.pool_threads or 0

    @property
    def pool_threads(self) -> int | None:
        """`ioThreads.supplementalPoolThreadCount`, None where it is not set."""
        if not self.spec.has("domain.ioThreads.supplementalPoolThreadCount"):
            return None
        return self.spec.unsigned("domain.ioThreads.supplementalPoolThreadCount")


def mutate(
    spec: dict[str, Any], annotations: Mapping[str, Any], release: Release, cluster: Cluster
) -> Vmi:
    """The VMI as the mutating webhook of the release leaves it.

    Raises UnknownValue where the spec is no mapping.
    """
    if not isinstance(spec, dict):
        raise UnknownValue("spec")
    return mutated(Fields(default_spec(spec, release, cluster)), annotations, release, cluster)


def mutated(
    spec: Fields, annotations: Mapping[str, Any], release: Release, cluster: Cluster
) -> Vmi:
    """The same of a spec that has its defaults already."""
    vmi = Vmi(spec, annotations, release)
    # The cluster's annotation counts only with the gate (vmi-mutator.go, from v1.1).
    if "AlignCPUs" in cluster.gates and PARITY_ANNOTATION in cluster.annotations and vmi.isolated:
        return vmi._replace(annotations={**annotations, PARITY_ANNOTATION: ""})
    return vmi
