"""What of the cluster's KubeVirt object counts for a realtime VM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, known
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any, Final

# Feature gates that a realtime VM cannot do without: virt-api refuses NUMA passthrough without
# NUMA (to v1.3.1), no node is labelled for dedicated CPUs without CPUManager.
REALTIME_GATES = frozenset({"NUMA", "CPUManager"})


# DefaultMemBalloonStatsPeriod, in seconds.
_STATS_PERIOD = 10
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Cluster(NamedTuple):
    """Settings of the KubeVirt object; the defaults are KubeVirt's own plus realtime's gates.

    `rollout` is `spec.configuration.vmRolloutStrategy` ("" where unset: from v1.6 that means
    LiveUpdate). `gates` are turned on, `disabled_gates` off; see `is_on` of gates.py.
    `max_cpu_sockets` is `liveUpdateConfiguration.maxCpuSockets`, `max_guest` in bytes is
    `liveUpdateConfiguration.maxGuest`, `max_hotplug_ratio` is `maxHotplugRatio`.
    `balloon_stats_period` in seconds is `memBalloonStatsPeriod`, 0 for none; the two after it are
    what `virtualMachineOptions` switches off.
    `bridge_on_pod_network` and `slirp` are what its `network` permits.
    `persistent_reservation` is `persistentReservationConfiguration.enabled`, None where unset.
    `pci_devices` are the resources of `permittedHostDevices.pciHostDevices`, each with its
    `pciVendorSelector`.
    `full_pcpus_only` is the kubelets': they give out whole cores and refuse half of one.
    `is_known`: the gates were read from the KubeVirt object itself, and are not assumed.
    """

    rollout: str = ""
    gates: frozenset[str] = REALTIME_GATES
    disabled_gates: frozenset[str] = frozenset()
    eviction_strategy: str | None = None
    cpu_model: str | None = None
    architecture: str = "amd64"
    max_cpu_sockets: int | None = None
    max_guest: int | None = None
    max_hotplug_ratio: int = 4
    balloon_stats_period: int = _STATS_PERIOD
    free_page_reporting: bool = True
    serial_console_log: bool = True
    annotations: Mapping[str, str] = _NONE
    bridge_on_pod_network: bool = True
    slirp: bool = False
    full_pcpus_only: bool = False
    persistent_reservation: bool | None = None
    pci_devices: Mapping[str, str] = _NONE
    is_known: bool = False


PARITY_ANNOTATION = "alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity"
_CONFIGURATION = "spec.configuration"
_LIVE_UPDATE = f"{_CONFIGURATION}.liveUpdateConfiguration"
_DEVELOPER = f"{_CONFIGURATION}.developerConfiguration"
_OPTIONS = f"{_CONFIGURATION}.virtualMachineOptions"
_NETWORK = f"{_CONFIGURATION}.network"
_BRIDGE = "permitBridgeInterfaceOnPodNetwork"
_RESERVATION = f"{_CONFIGURATION}.persistentReservationConfiguration"
_ROLLOUTS = ("", "Stage", "LiveUpdate")


def read_cluster(data: dict[str, Any]) -> Cluster:
    """The settings of a KubeVirt object, in plain data as Kubernetes reads it.

    The gates are what the object says: one that realtime needs and the object lacks is missing.
    Raises UnknownValue, with the field's path, for a placeholder or a value that KubeVirt refuses.
    Source: kubevirt, pkg/virt-config/configuration.go (setConfigFromKubeVirt) and
    virt-config.go.
    """
    fields = Fields(data)
    rollout = fields.string(f"{_CONFIGURATION}.vmRolloutStrategy") or ""
    if rollout not in _ROLLOUTS:
        raise UnknownValue(f"{_CONFIGURATION}.vmRolloutStrategy")
    max_guest = fields.quantity(f"{_LIVE_UPDATE}.maxGuest")
    return Cluster(
        rollout=rollout,
        gates=_strings(fields, f"{_DEVELOPER}.featureGates"),
        disabled_gates=_strings(fields, f"{_DEVELOPER}.disabledFeatureGates"),
        eviction_strategy=fields.string(f"{_CONFIGURATION}.evictionStrategy"),
        cpu_model=fields.string(f"{_CONFIGURATION}.cpuModel"),
        # virt-operator writes it there; nobody can set it in the spec.
        architecture=fields.string("status.defaultArchitecture") or "amd64",
        max_cpu_sockets=fields.unsigned(f"{_LIVE_UPDATE}.maxCpuSockets") or None,
        max_guest=None if max_guest is None else max_guest.value,
        max_hotplug_ratio=fields.unsigned(f"{_LIVE_UPDATE}.maxHotplugRatio") or 4,
        balloon_stats_period=_balloon_stats_period(fields),
        # Their presence counts: they have no fields.
        free_page_reporting=not fields.has(f"{_OPTIONS}.disableFreePageReporting"),
        serial_console_log=not fields.has(f"{_OPTIONS}.disableSerialConsoleLog"),
        annotations=_annotations(fields),
        bridge_on_pod_network=fields.boolean(f"{_NETWORK}.{_BRIDGE}") is not False,
        slirp=fields.boolean(f"{_NETWORK}.permitSlirpInterface") is True,
        persistent_reservation=fields.boolean(f"{_RESERVATION}.enabled"),
        # Few VMs ask for any: what cannot be told is no reason to leave the object alone.
        pci_devices=MappingProxyType(dict(known(_selectors, fields))),
        is_known=True,
    )


def _balloon_stats_period(fields: Fields) -> int:
    path = f"{_CONFIGURATION}.memBalloonStatsPeriod"
    return fields.unsigned(path) if fields.has(path) else _STATS_PERIOD


def _annotations(fields: Fields) -> Mapping[str, str]:
    names = fields.mapping("metadata.annotations")
    paths = {name: join_path("metadata", "annotations", name) for name in names}
    return MappingProxyType({name: fields.string(path) or "" for name, path in paths.items()})


def _selectors(fields: Fields) -> Iterator[tuple[str, str]]:
    """permittedPCIResourceSelectors"""
    for device in fields.each(f"{_CONFIGURATION}.permittedHostDevices.pciHostDevices"):
        name, selector = (device.string(key) for key in ("resourceName", "pciVendorSelector"))
        if name and selector:
            yield name, selector


def _strings(fields: Fields, path: str) -> frozenset[str]:
    count = len(fields.items(path))
    return frozenset(fields.string(f"{path}[{i}]") or "" for i in range(count))
