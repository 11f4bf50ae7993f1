"""What each check of the webhook finds wrong, in plain words; the webhook's own are for a search.

Read only where something is refused.
"""

from __future__ import annotations

from types import MappingProxyType

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from rtlint.kubevirt.admission.vmi import Cause

_OF_CPU = {
    "architecture": "KubeVirt has no such architecture",
    "arm64-cpu-model": "arm64 has no such CPU model",
    "cpu-feature-policy": "This is not a policy of a CPU feature",
    "cpu-negative": "A CPU quantity cannot be negative",
    "cpu-not-vcpus": "With dedicated CPUs, the CPU request or limit must be the number of vCPUs",
    "cpu-not-whole": "With dedicated CPUs, CPU requests and limits must be whole numbers",
    "cpu-request-above-limit": "The CPU request is above the CPU limit",
    "cpu-request-not-limit": "With dedicated CPUs, the CPU request and limit must be equal",
    "isolate-dedicated": "`isolateEmulatorThread` needs `dedicatedCpuPlacement: true`",
    "live-update-cpu": "In this release CPU resources do not go with CPU hotplug",
    "machine-type": "The machine type does not exist on the VM's architecture",
    "numa-dedicated": "`guestMappingPassthrough` needs `dedicatedCpuPlacement: true`",
    "numa-hugepages": "`guestMappingPassthrough` needs `memory.hugepages`",
    "realtime-dedicated": "`realtime` needs `dedicatedCpuPlacement: true`",
    "realtime-numa": "`realtime` needs `numa.guestMappingPassthrough`",
    "sockets-above-max": "There are more `sockets` than `maxSockets`",
    "threads": "There are too many threads per core for dedicated CPUs",
}
_OF_MEMORY = {
    "guest-above-limit": "`memory.guest` is above the memory limit",
    "live-update-memory": "Memory hotplug does not allow this",
    "memory-below-page": "The memory is less than one hugepage",
    "memory-missing": "The VM sets no memory",
    "memory-negative": "A memory quantity cannot be negative",
    "memory-page-multiple": "The memory is not a multiple of the page size",
    "memory-request-above-limit": "The memory request is above the memory limit",
    "memory-request-not-limit": "With dedicated CPUs, the memory request and limit must be equal",
    "memory-tiny": "The memory is below 1M; a unit such as `Mi` or `Gi` may be missing",
    "page-size-invalid": "The page size is not a quantity such as `2Mi` or `1Gi`",
    "page-size-zero": "The page size is 0",
}
_OF_IO_THREADS = {
    "io-threads-bus": "Disks on this bus cannot have an I/O thread of their own",
    "io-threads-count": "`supplementalPool` needs a `supplementalPoolThreadCount` above 0",
    "io-threads-policy": "This is not a policy for I/O threads",
}
_OF_DISKS = {
    "arm64-disk-bus": "arm64 VMs have no such disk bus",
    "block-size": "The block size is not valid",
    "boot-order": "A boot order must be at least 1",
    "boot-order-duplicate": "Another device has the same boot order",
    "boot-order-taken": "Another device has the same boot order",
    "disk-bus": "This device cannot be on this bus",
    "disk-cache": "This is not a cache mode",
    "disk-duplicate": "Another disk has the same name",
    "disk-error-policy": "This is not an error policy",
    "disk-floppy": "KubeVirt has no floppy disks any more",
    "disk-io": "This is not an I/O mode",
    "disk-name": "The disk's name is not valid",
    "disk-pci-address": "The PCI address is not valid",
    "disk-pci-bus": "Only disks on the bus `virtio` can have a PCI address",
    "disk-serial": "The serial number is too long or has a character that is not allowed",
    "disk-targets": "A disk can be only one of `disk`, `cdrom` and `lun`",
    "disk-without-volume": "No volume has this disk's name",
    "lun-volume": "A `lun` needs a volume that is a claim or a data volume",
}
_OF_VOLUMES = {
    "cloud-init-base64": "The text is not valid base64",
    "cloud-init-size": "The cloud-init data is too long",
    "cloud-init-sources": "cloud-init needs user data or network data, and one source for each",
    "container-file-path": "The path in the container is not valid",
    "container-path-disk": "A `containerPath` volume must be a filesystem, not a disk",
    "container-path-filesystem": "A `containerPath` volume needs a filesystem of the same name",
    "container-path-reserved": "KubeVirt keeps this path for itself",
    "credentials": "The access credentials are not complete, or contradict each other",
    "credentials-volume": "The propagation method needs a cloud-init volume of its kind",
    "data-volume-name": "The data volume template has no name",
    "data-volume-namespace": "The data volume template is for another namespace",
    "data-volume-source": "The data volume template has no valid source",
    "data-volume-storage": "A data volume template needs one of `pvc` and `storage`",
    "data-volume-unused": "No volume of the VM uses this data volume template",
    "host-disk-capacity": "A host disk has a capacity only with the type `DiskOrCreate`",
    "host-disk-path": "The host disk has no path",
    "host-disk-type": "This is not a type of host disk",
    "metrics-disk": "The volume `downwardMetrics` needs a disk on the bus `virtio`",
    "service-account-name": "This is not a valid name of a service account",
    "service-account-volume": "The volumes name different service accounts",
    "utility-volumes": "Utility volumes can only be hotplugged",
    "volume-duplicate": "Another volume has the same name",
    "volume-reference": "The volume does not name what it refers to",
    "volume-single": "A VM can have only one volume of this kind",
    "volume-source": "A volume needs exactly one source",
    "volume-without-disk": "No disk or filesystem has this volume's name",
}
_OF_NETWORKS = {
    "bridge-on-pod-network": "The cluster does not allow `bridge` on the pod network",
    "interface-binding": "An interface needs exactly one binding",
    "interface-dhcp-duplicate": "Two private DHCP options have the same number",
    "interface-dhcp-option": "Private DHCP options have the numbers 224 to 254",
    "interface-duplicate": "Another interface has the same network",
    "interface-mac": "The MAC address is not valid",
    "interface-model": "KubeVirt has no such interface model",
    "interface-name": "The name has a character that is not allowed",
    "interface-ntp": "NTP servers must be IPv4 addresses",
    "interface-pci": "The PCI address is not valid",
    "interface-port": "A port is a number from 1 to 65535",
    "interface-port-duplicate": "Another port has the same name",
    "interface-port-name": "The port's name is not valid",
    "interface-port-overlap": "Two port ranges overlap",
    "interface-port-ranges": "The port ranges are not valid",
    "interface-ports-and-ranges": "An interface can have `ports` or `portRanges`, not both",
    "interface-protocol": "A port's protocol is TCP or UDP",
    "interface-state": "The interface cannot be in this state",
    "interface-without-network": "No network has this interface's name",
    "macvtap-network": "`macvtap` works only with a Multus network",
    "masquerade-mac": "KubeVirt uses this MAC address itself",
    "multiqueue": "Multiqueue needs an interface with the model `virtio`",
    "multus-default-duplicate": "Only one Multus network can be the default",
    "network-claim": "The network uses a resource claim that the VM does not have",
    "network-claim-duplicate": "Another network uses the same claim and request",
    "network-claim-interface": "A network with a claim needs SR-IOV or a binding plugin",
    "network-claim-multus": "A VM cannot mix Multus networks and networks with claims",
    "network-duplicate": "Another network has the same name",
    "network-name": "The Multus network has no `networkName`",
    "network-type": "A network needs exactly one type",
    "network-without-interface": "No interface has this network's name",
    "passt-single": "`passt` works only where it is the VM's one interface",
    "pod-and-multus-default": "A default Multus network takes the place of the pod network",
    "pod-network-duplicate": "Only one interface can be on the pod network",
    "probe-network": "A probe of a port needs an interface on the pod network",
    "slirp-permitted": "The cluster does not allow `slirp`",
}
_OF_DEVICES = {
    "arm64-sound": "arm64 VMs cannot have a sound device",
    "claim-name": "The name of the resource claim is missing, not valid or a duplicate",
    "claim-source": "A resource claim needs exactly one source",
    "claims-missing": "A device uses a resource claim that the VM does not have",
    "device-both": "A device has `deviceName` or a claim, not both",
    "device-claim": "The device's claim or request is missing",
    "device-name": "The device has no `deviceName`",
    "device-pair": "Another device uses the same claim and request",
    "devices-mixed": "A VM cannot mix devices by name and devices by claim",
    "gpu-displays": "Only one GPU can have a display with `ramFB`",
    "grace-annotation": "A VM with a Grace GPU cannot have this annotation",
    "grace-architecture": "A VM with a Grace GPU needs `architecture: arm64`",
    "grace-dedicated": "A VM with a Grace GPU needs dedicated CPUs",
    "grace-machine": "A VM with a Grace GPU needs the machine type `virt`",
    "grace-selector": "A host device for Grace GPUs needs an exact `pciVendorSelector`",
    "input-bus": "An input device cannot be on this bus",
    "input-type": "KubeVirt has no such input device",
    "panic-architecture": "The VM's architecture has no panic devices",
    "panic-model": "KubeVirt has no such panic device",
    "sound-model": "KubeVirt has no such sound device",
    "sound-name": "The sound device has no name",
    "video-graphics": "`video` does not go with `autoattachGraphicsDevice: false`",
    "video-type": "The VM's architecture has no such video device",
    "watchdog": "The VM's architecture has no such watchdog",
}
_OF_FIRMWARE = {
    "acpi-empty": "`acpi` names no volume",
    "acpi-volume": "`acpi` names a volume that does not exist or cannot hold a table",
    "arm64-bios": "arm64 VMs start with UEFI, not with BIOS",
    "arm64-secure-boot": "arm64 VMs have no secure boot",
    "bootloader": "A VM starts with BIOS or EFI, not with both",
    "clock-timer": "`timer` has no value",
    "firmware-serial": "The serial number is not valid",
    "hyperv-need": "This Hyper-V feature needs another one",
    "hyperv-passthrough": "`hyperv` and `hypervPassthrough` exclude each other",
    "hyperv-vmx": "`evmcs` needs the CPU feature `vmx` with the policy `require`",
    "kernel-boot": "The kernel to boot is not complete",
    "launch-security-architecture": "The VM's architecture has no launch security",
    "launch-security-boot": "With this launch security a VM cannot boot from an interface",
    "launch-security-efi": "This launch security needs EFI",
    "launch-security-paused": "Attestation needs `startStrategy: Paused`",
    "launch-security-persistent": "With this launch security EFI variables cannot be persistent",
    "launch-security-secure-boot": "This launch security does not go with secure boot",
    "launch-security-smm": "This launch security does not go with `features.smm`",
    "launch-security-type": "A VM can have only one type of launch security",
    "secure-boot-smm": "Secure boot needs `features.smm`",
}
_OF_LIFE_CYCLE = {
    "affinity": "The affinity is not valid",
    "dns-config": "`dnsPolicy: None` needs a `dnsConfig` with a name server",
    "dns-nameservers": "The name servers are missing, too many or not IP addresses",
    "dns-options": "A DNS option has no name",
    "dns-policy": "This is not a DNS policy",
    "dns-searches": "The search domains are too many, too long or not valid",
    "eviction-strategy": "This is not an eviction strategy",
    "hostname": "The host name is not a valid DNS label",
    "live-update-instancetype": "In this release an instancetype does not go with live updates",
    "live-update-sockets": "This release reads `maxSockets` from `liveUpdateFeatures` only",
    "matcher": "The instancetype or preference is not named, or named twice",
    "matcher-policy": "This is not a policy for failures to infer",
    "max-unavailable": "`maxUnavailable` must be above 0",
    "migration-threads": "The number of migration threads must be a whole number above 1",
    "pool-strategy": "Only one strategy can be set",
    "probe-handlers": "A probe needs exactly one way to probe",
    "reserved-label": "KubeVirt keeps this label for itself",
    "run-strategy": "This is not a run strategy",
    "run-strategy-missing": "The VM has no `runStrategy`",
    "running-and-run-strategy": "`running` and `runStrategy` exclude each other",
    "selector": "The selector does not match the labels of the template",
    "start-strategy": "This is not a start strategy",
    "start-strategy-probe": "A VM that starts paused cannot have a liveness probe",
    "subdomain": "The subdomain is not a valid DNS name",
    "too-many": "The list is too long",
    "topology-spread": "The topology spread constraint is not valid",
}
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **_OF_CPU,
        **_OF_MEMORY,
        **_OF_IO_THREADS,
        **_OF_DISKS,
        **_OF_VOLUMES,
        **_OF_NETWORKS,
        **_OF_DEVICES,
        **_OF_FIRMWARE,
        **_OF_LIFE_CYCLE,
    }
)

# What to write instead, where the check itself does not say it.
_INSTEAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "boot-order-duplicate": "Give each device its own boot order.",
        "boot-order-taken": "Give each device its own boot order.",
        "cpu-feature-policy": "Use `force`, `require`, `optional`, `disable` or `forbid`.",
        "cpu-request-not-limit": "Set both to the same value.",
        "data-volume-unused": "Add a volume that uses it, or remove it.",
        "disk-duplicate": "Rename one of them.",
        "disk-without-volume": "Add the volume, or correct the name.",
        "guest-above-limit": "Raise the limit, or omit it.",
        "interface-without-network": "Add the network, or correct the name.",
        "io-threads-bus": "Remove `dedicatedIOThread`, or use the bus `virtio`.",
        "isolate-dedicated": "Set `dedicatedCpuPlacement: true`, or remove it.",
        "memory-missing": "Set `memory.guest`.",
        "memory-request-above-limit": "Raise the limit, or omit it.",
        "memory-request-not-limit": "Set both to the same value.",
        "network-without-interface": "Add the interface, or correct the name.",
        "numa-dedicated": "Set `dedicatedCpuPlacement: true`.",
        "numa-hugepages": "Set `memory.hugepages.pageSize`.",
        "sockets-above-max": "Raise `maxSockets`, or lower `sockets`.",
        "volume-duplicate": "Rename one of them.",
        "volume-without-disk": "Add the disk, or correct the name.",
    }
)


def instead(cause: Cause) -> str:
    """What to write instead, in a sentence; "" where nobody can know."""
    return cause.instead or _INSTEAD.get(cause.check, "")


def in_plain_words(cause: Cause) -> str:
    """What is wrong, without a full stop."""
    if cause.gate:
        return f"This needs the feature gate `{cause.gate}`"
    if cause.check.endswith("-discontinued"):
        return "This binding has been removed from KubeVirt"
    if cause.check.endswith("-network"):
        return _WORDS.get(cause.check, "This binding works only on the pod network")
    return _WORDS.get(cause.check, f"The value of `{cause.path.rpartition('.')[2]}` is not valid")
