"""What the VMs of a run ask of their nodes, in the preview's own figures."""

from __future__ import annotations

from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.quantity import parse_quantity
from rtlint.kubevirt.conversion.pod import dedicated_cpus, render_pod
from rtlint.platform.model import Vm
from rtlint.platform.read import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeVar

    from rtlint.kubevirt.workload import Workload

    _T = TypeVar("_T")

_CRIO = ("cpu-load-balancing.crio.io", "cpu-quota.crio.io", "irq-load-balancing.crio.io")


def read_vm(vm: Workload) -> Vm | None:
    """What a VM asks for; None for one that asks nothing of a cluster beside any node."""
    is_dedicated = bool(_told(lambda: vm.is_dedicated))
    passes_numa = bool(_told(lambda: vm.spec.has("domain.cpu.numa.guestMappingPassthrough")))
    pages = hugepages(vm)
    wants_crio = bool(_told(lambda: any(name in vm.annotations for name in _CRIO)))
    if not (vm.is_realtime or is_dedicated or passes_numa or pages or wants_crio):
        return None
    obj = vm.object
    return Vm(
        title=f"{obj.kind} `{obj.name}`" if obj.name else obj.kind,
        place=place(obj),
        is_realtime=vm.is_realtime,
        # A realtime VM without dedicated CPUs is refused, and asks for as many once it has them.
        is_dedicated=is_dedicated or vm.is_realtime,
        is_isolated=bool(_told(lambda: vm.is_isolated)),
        passes_numa=passes_numa,
        cpus=dedicated(vm),
        pages=pages,
        selector=selector(vm),
        wants_crio=wants_crio,
        is_growable=bool(_told(lambda: _is_growable(vm))),
        sriov=_told(lambda: tuple(_sriov(vm))) or (),
    )


def dedicated(vm: Workload) -> int | None:
    """How many CPUs of its own a VM's pod asks for; None for none, or where it cannot be told."""
    return _told(lambda: sum(dedicated_cpus(vm.vmi)) if vm.is_dedicated or vm.is_realtime else None)


def hugepages(vm: Workload) -> tuple[int, int] | None:
    """The size of a VM's hugepages and how much of it its pod asks for, in bytes."""
    return _told(lambda: _hugepages(vm))


def selector(vm: Workload) -> Mapping[str, str]:
    """The labels that the VM itself wants of its node."""
    labels = _told(lambda: vm.spec.mapping("nodeSelector")) or {}
    texts = {k: v for k, v in labels.items() if isinstance(k, str) and isinstance(v, str)}
    return MappingProxyType(texts)


def _hugepages(vm: Workload) -> tuple[int, int] | None:
    if not vm.spec.has("domain.memory.hugepages"):
        return None
    for name, amount in render_pod(vm.vmi).requests.items():
        if name.startswith("hugepages-"):
            size = parse_quantity(name.removeprefix("hugepages-"))
            asked = parse_quantity(amount)
            if size is not None and asked is not None and size.value > 0:
                return size.value, asked.value
    return None


def _sriov(vm: Workload) -> Iterator[tuple[str, str]]:
    interfaces = vm.spec.each("domain.devices.interfaces")
    passed = {each.string("name") for each in interfaces if each.has("sriov")}
    for network in vm.spec.each("networks"):
        where = network.string("multus.networkName")
        if where and network.string("name") in passed:
            namespace, _, name = where.rpartition("/")
            yield namespace or vm.object.namespace or "", name


def _is_growable(vm: Workload) -> bool:
    return vm.has_hotplug_topology and not vm.spec.unsigned("domain.cpu.maxSockets")


def _told(read: Callable[[], _T]) -> _T | None:
    try:
        return read()
    except UnknownValue:
        return None
