"""What KubeVirt's validating webhook refuses, and in which words.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go (the functions that the checks name), v0.47.1 to v1.9.0; causes, fields and
messages are held against measured rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import Fields, known
from rtlint.kubernetes.plain import without_value
from rtlint.kubevirt.admission import cpu, devices, memory
from rtlint.kubevirt.admission.vmi import Cause, Vmi
from rtlint.kubevirt.defaults import default_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

__all__ = ["Cause", "admit", "as_read"]

# In the webhook's order, which is the order of the causes in its answer.
_CHECKS: tuple[Callable[[Vmi], Iterator[Cause]], ...] = (
    devices.clock,
    memory.request_too_small,
    memory.limit_too_small,
    memory.hugepages,
    memory.guest_above_limit,
    cpu.machine_type,
    cpu.request_negative,
    cpu.limit_negative,
    cpu.request_above_limit,
    cpu.pinning,
    cpu.numa,
    cpu.isolated_emulator_thread,
    cpu.features,
    cpu.sockets_above_maximum,
    cpu.realtime,
    cpu.other_architecture,
    devices.disks_without_volume,
    devices.inputs,
    devices.io_threads,
    devices.disks,
    devices.secure_boot,
    devices.volumes,
    devices.eviction,
    devices.vsock,
    devices.volumes_without_disk,
    memory.none_requested,
    cpu.unsupported_architecture,
)

# What fixes set most often of all that no check reads.
_UNREAD = (
    "domain.cpu.model",
    "domain.cpu.realtime.mask",
    "domain.devices.autoattachGraphicsDevice",
    "domain.devices.autoattachMemBalloon",
    "domain.devices.autoattachSerialConsole",
    "domain.devices.interfaces",
    "nodeSelector",
)


def admit(
    spec: dict[str, Any],
    release: Release,
    cluster: Cluster,
    prefix: str = "spec",
    defaulted: dict[str, Any] | None = None,
) -> list[Cause]:
    """The reasons for which `release` refuses a VMI spec, in its order; none where it is admitted.

    Takes the spec as its author wrote it, in plain data as Kubernetes reads it; it may hold
    placeholders. `prefix` is the spec's path in messages: `spec` of a VirtualMachineInstance,
    `spec.template.spec` of a VirtualMachine. `defaulted` is what `default_spec` makes of the spec,
    where the caller has it. A check that needs a placeholder, or a value that the
    API refuses for its type, says nothing; the others do. Where the webhook crashes (a message
    that starts with `panic:`) the other causes are given as well, though nobody gets to see them
    until the crash is gone. Raises nothing.
    """
    if defaulted is None:
        defaulted = default_spec(spec, release, cluster)
    vmi = Vmi(Fields(spec), Fields(defaulted), release, cluster, prefix)
    return [cause for check in _CHECKS for cause in known(check, vmi)]


def as_read(spec: Any) -> Any:
    """The VMI spec without fields that no check reads; `spec` is not changed.

    Specs of which the same is left are admitted alike, by any release and cluster.
    """
    for path in _UNREAD:
        spec = without_value(spec, path)
    return spec
