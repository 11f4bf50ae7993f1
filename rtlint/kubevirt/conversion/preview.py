"""What KubeVirt makes of a VM: domain, real-time scheduling, pod and placement in one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.conversion.devices import usb_refusal
from rtlint.kubevirt.conversion.domain import Domain, convert
from rtlint.kubevirt.conversion.extras import Extras, extras_of
from rtlint.kubevirt.conversion.host import (
    MAX_CPUS,
    Host,
    as_kubevirt_sees,
    assumed_host,
    first_core,
    likely_cpuset,
)
from rtlint.kubevirt.conversion.io import Io, guest_io
from rtlint.kubevirt.conversion.placement import Placement
from rtlint.kubevirt.conversion.pod import Pod, render_pod, whole_cpus
from rtlint.kubevirt.conversion.scheduling import Scheduling, Thread, VcpuSched, schedule
from rtlint.kubevirt.vmi import ConversionError, mutate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.conversion.memory import GuestCell
    from rtlint.kubevirt.releases import Release

    _T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Preview:
    """What comes of a VM in a release, if it is admitted.

    `error` is what fails after admission, in virt-launcher's, libvirt's or virt-handler's words.
    `domain` (libvirt domain XML, the realtime view) is None only where virt-launcher itself fails,
    and virt-controller has made the `pod` by then. `vcpusched` and `threads` hold what really gets
    real-time scheduling. `pmu` is "off", or None where KubeVirt writes no `<pmu>`.

    `host.source` says where the host comes from, `cpuset_assumed` whether its CPUs were given to
    the pod by a guess. That leaves the CPUs `reserved` to the node's own processes, themselves a
    guess where `reserved_assumed`. `placement` and `cells` say which pCPU and NUMA cell everything
    is on. `io` and `extras` are None without a domain, and where a field of theirs is not known.
    """

    release: Release
    realtime: bool
    host: Host
    cpuset: tuple[int, ...]
    cpuset_assumed: bool
    reserved: tuple[int, ...]
    reserved_assumed: bool
    pod: Pod
    error: str | None = None
    domain: str | None = None
    vcpusched: VcpuSched | None = None
    threads: tuple[Thread, ...] = ()
    pmu: str | None = None
    placement: Placement = Placement()  # noqa: RUF009 - a tuple, never changed
    cells: tuple[GuestCell, ...] = ()
    io: Io | None = None
    extras: Extras | None = None


def preview(
    spec: dict[str, Any],
    annotations: Mapping[str, Any],
    release: Release,
    cluster: Cluster,
    *,
    host: Host | None = None,
    cpuset: Sequence[int] | None = None,
    reserved: Sequence[int] | None = None,
) -> Preview:
    """The preview of a VMI spec with the annotations of its metadata.

    `cpuset` are the pCPUs that the kubelet gives the pod, ascending. Without it the pod gets the
    first ones that fit and that the kubelet has not `reserved`: without these no CPU of the first
    core, as a kubelet that gives out CPUs has to keep some. Without a host a plain one is assumed,
    that has just the pod's CPUs.
    Raises UnknownValue where a field that counts holds a placeholder or a value of a wrong type.
    """
    vmi = mutate(spec, annotations, release, cluster)
    kept: tuple[int, ...] = ()
    if host is not None and cpuset is None and vmi.dedicated:
        kept = tuple(sorted(first_core(host) if reserved is None else reserved))
    assumed = cpuset is None
    if cpuset is None:
        # No host has more than MAX_CPUS, and the pod none of them.
        count = whole_cpus(vmi)
        count = count if count <= MAX_CPUS else 0
        cpuset = range(count) if host is None else likely_cpuset(host, count, kept)
    if host is None:
        host = assumed_host(cpuset)
    head = (release, vmi.realtime, host, tuple(cpuset), assumed)
    made = Preview(*head, kept, bool(kept) and reserved is None, render_pod(vmi))
    try:
        domain = convert(vmi, as_kubevirt_sees(host, release), cpuset, cluster)
    except ConversionError as error:
        return replace(made, error=str(error))
    refused = _missing_iothread(domain) or usb_refusal(vmi)
    scheduling = (
        Scheduling(error=refused) if refused else schedule(vmi, len(domain.placement.vcpus))
    )
    return replace(
        made,
        error=scheduling.error,
        domain=domain.xml,
        vcpusched=scheduling.vcpusched,
        threads=scheduling.threads,
        pmu="off" if vmi.pmu_off else None,
        placement=domain.placement,
        cells=domain.cells,
        io=_if_known(guest_io, vmi, domain.iothreads),
        extras=_if_known(extras_of, vmi),
    )


def _if_known(read: Callable[..., _T], *args: object) -> _T | None:
    """What no conversion needs: a placeholder there spoils no preview."""
    try:
        return read(*args)
    except UnknownValue:
        return None


def _missing_iothread(domain: Domain) -> str | None:
    """Why libvirt does not take the domain's I/O threads.

    One that is pinned must be there (libvirt, src/conf/domain_conf.c,
    virDomainIOThreadPinDefParseXML); KubeVirt v1.2 to v1.7 pins one without a disk.
    """
    missing = [thread for thread in domain.placement.iothreads if thread > domain.iothreads]
    if not missing:
        return None
    return f"unsupported configuration: Cannot find 'iothread' : {missing[0]}"
