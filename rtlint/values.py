"""What `rtlint.api` hands out: immutable values with the fields of the JSON reports.

The fields bear the names that they have there, so that one description serves both: Kubernetes'
own spelling for Kubernetes' own fields. New ones may come; construct none of these yourself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; both count from 1, columns in Unicode code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Resource:
    """The Kubernetes object that something is about."""

    apiVersion: str  # noqa: N815 - Kubernetes' spelling
    kind: str
    namespace: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """The text from `start` to `end` (exclusive) becomes `text`."""

    start: Position
    end: Position
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What would mend a finding; the edits never overlap and apply to the text as it was read."""

    applicability: Literal["safe", "unsafe"]
    description: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding has to do with."""

    message: str
    path: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding. `end` is exclusive; `document` counts the documents of the file from 1.

    `resource` and `field` are None where the text is no YAML, `url` where the rule has no page.
    """

    rule: str
    name: str
    severity: Literal["error", "warning", "info"]
    message: str
    path: str
    document: int
    resource: Resource | None
    field: str | None
    start: Position
    end: Position
    fix: Fix | None
    url: str | None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """A fix that was made; `line` is where its finding stood when it was."""

    rule: str
    line: int
    description: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """The text after the fixes, what they were, and what is left to find in it."""

    text: str
    applied: tuple[Applied, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Host:
    """The node: where its description comes from, the pod's CPUs on it, those reserved on it.

    `name` is that of the PerformanceProfile or Node that describes it.
    """

    source: str
    cpuset: str
    reserved: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason of a webhook's to refuse the VM."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class VcpuSched:
    """What gives which vCPUs real-time scheduling; `enabled` are the ids that end up with it."""

    applied_by: Literal["domain-xml", "virt-handler"]
    scheduler: str
    priority: int
    vcpus: str
    enabled: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread with real-time scheduling."""

    name: str
    policy: str
    priority: int


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk: the I/O threads that serve it (`1-3`; "": the emulator thread), the CPUs of these.

    None is what QEMU or the node decides.
    """

    name: str
    device: str
    bus: str
    iothreads: str
    cpus: str
    queues: int | None
    cache: str | None
    io: str | None


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface, who moves its packets, and on which CPUs.

    None is what KubeVirt makes no device for.
    """

    name: str
    model: str | None
    backend: Literal["vhost-net", "qemu", "vfio", "passt", "plugin"]
    cpus: str | None
    queues: int | None


@dataclass(frozen=True, slots=True)
class HostDevice:
    """A device of the host; `resource` is None where a resource claim allocates it."""

    name: str
    kind: Literal["gpu", "host-device"]
    resource: str | None


@dataclass(frozen=True, slots=True)
class Io:
    """What the guest does I/O with."""

    disks: tuple[Disk, ...]
    interfaces: tuple[Interface, ...]
    host_devices: tuple[HostDevice, ...]


@dataclass(frozen=True, slots=True)
class Resources:
    """The compute container's requests and limits, as quantities."""

    requests: Mapping[str, str]
    limits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pod:
    """The virt-launcher pod."""

    nodeSelector: Mapping[str, str]  # noqa: N815 - Kubernetes' spelling
    resources: Resources


@dataclass(frozen=True, slots=True)
class Preview:
    """What KubeVirt makes of a VM.

    `admission` are the webhooks' reasons to refuse it, `error` is what fails after admission.
    `domain` is libvirt domain XML, None where virt-launcher makes none. `io` is None then, too,
    and where a field of it is not known.
    """

    path: str
    document: int
    resource: Resource
    kubevirt: str
    realtime: bool
    host: Host
    admission: tuple[Cause, ...]
    error: str | None
    vcpusched: VcpuSched | None
    pmu: Literal["off"] | None
    threads: tuple[Thread, ...]
    io: Io | None
    domain: str | None
    pod: Pod | None


def diagnostic(plain: dict[str, Any]) -> Diagnostic:
    """The value of a diagnostic of the JSON report."""
    resource, fix = plain["resource"], plain["fix"]
    return Diagnostic(
        **{
            **plain,
            **_span(plain),
            "resource": resource and Resource(**resource),
            "fix": fix and Fix(**{**fix, "edits": tuple(map(_edit, fix["edits"]))}),
            "related": tuple(
                Related(**{**each, **_span(each)}) for each in plain.get("related", ())
            ),
        }
    )


def preview(plain: dict[str, Any]) -> Preview:
    """The value of a preview of the JSON document."""
    sched, pod, io = plain["vcpusched"], plain["pod"], plain["io"]
    return Preview(
        **{
            **plain,
            "resource": Resource(**plain["resource"]),
            "host": Host(**plain["host"]),
            "admission": tuple(Cause(**each) for each in plain["admission"]),
            "vcpusched": sched and VcpuSched(**{**sched, "enabled": tuple(sched["enabled"])}),
            "threads": tuple(Thread(**each) for each in plain["threads"]),
            "io": io and _io(io),
            "pod": pod and Pod(pod["nodeSelector"], Resources(**pod["resources"])),
        }
    )


def _io(plain: dict[str, Any]) -> Io:
    return Io(
        tuple(Disk(**each) for each in plain["disks"]),
        tuple(Interface(**each) for each in plain["interfaces"]),
        tuple(HostDevice(**each) for each in plain["host_devices"]),
    )


def _edit(plain: dict[str, Any]) -> Edit:
    return Edit(**{**plain, **_span(plain)})


def _span(plain: dict[str, Any]) -> dict[str, Position]:
    return {end: Position(**plain[end]) for end in ("start", "end")}
