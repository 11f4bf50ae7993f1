"""Values that the webhook would take, where the manifest's own leave one right value."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import MAX_NANO, Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.workload import Workload

    Setting = tuple[str, Any]

# A path in the VMI spec, and the value that would be right there.
Value = tuple[str, str | int]

_GUEST = "domain.memory.guest"
_REQUEST = "domain.resources.requests.memory"
_LIMIT = "domain.resources.limits.memory"
_NANO = 10**9


def realtime_needs(vm: Workload) -> tuple[Setting, ...]:
    """What the VM lacks of the settings without which the webhook refuses `realtime`.

    Raises UnknownValue where an instancetype may have them.
    """
    needs: list[Setting] = []
    if not vm.is_dedicated:
        needs.append(("domain.cpu.dedicatedCpuPlacement", True))
    if not vm.spec.has("domain.cpu.numa.guestMappingPassthrough"):
        needs.append(("domain.cpu.numa.guestMappingPassthrough", {}))
    if not vm.spec.has("domain.memory.hugepages"):
        needs.append(("domain.memory.hugepages.pageSize", "1Gi"))
    return tuple(needs)


def brings_all_memory(vm: Workload) -> bool:
    """Whether the hugepages that the VM lacks would be all its memory: it says none itself.

    Raises UnknownValue.
    """
    return not vm.spec.has("domain.memory.hugepages") and not has_memory(vm)


def cpu_repairs(vm: Workload) -> tuple[Value, ...]:
    """CPU request and limit, as far as they are given, made the vCPU count.

    Dedicated CPUs want them whole, equal, and equal to a count that is given (validateCPUPinning).
    None where the count itself comes from resources that are no count.
    """
    if not 0 < _counted(vm) < 2**32:
        return ()
    wanted = vm.vcpus * _NANO
    found: list[Value] = []
    for kind in ("requests", "limits"):
        path = f"domain.resources.{kind}.cpu"
        written = vm.spec.quantity(path)
        if written is not None and written.nano != wanted:
            found.append((path, vm.vcpus))
    return tuple(found)


def _counted(vm: Workload) -> int:
    """What the vCPUs are counted from: the topology, else the CPU limit or request."""
    if any(vm.spec.unsigned(f"domain.cpu.{name}") for name in ("sockets", "cores", "threads")):
        return vm.vcpus
    cpus = vm.spec.quantity("domain.resources.limits.cpu")
    if cpus is None:
        cpus = vm.spec.quantity("domain.resources.requests.cpu")
    return 1 if cpus is None else cpus.value


def memory_repairs(vm: Workload) -> tuple[Value, ...]:
    """Memory request and limit, as far as they are given, made equal and no less than the guest's.

    Dedicated CPUs want them equal (validateCPUPinning); hugepages are allocated for the request.
    The guest's memory stays what it is.
    """
    written = {path: vm.spec.quantity(path) for path in (_REQUEST, _LIMIT)}
    given = {path: quantity for path, quantity in written.items() if quantity is not None}
    guest = vm.spec.quantity(_GUEST)
    if guest is None:
        wanted = guest_memory(vm.defaulted, vm.release)
    else:
        wanted = max([guest, *given.values()], key=lambda quantity: quantity.nano)
    return tuple(
        (path, str(wanted)) for path, quantity in given.items() if quantity.nano != wanted.nano
    )


def guest_memory(spec: Fields, release: Release) -> Quantity:
    """The guest's memory (GetVirtualMemory); 0 where a VMI spec says it nowhere."""
    first, last = (_REQUEST, _LIMIT) if release >= (0, 57) else (_LIMIT, _REQUEST)
    memory = (spec.quantity(path) for path in (_GUEST, first, last))
    return next((quantity for quantity in memory if quantity is not None), Quantity(0))


def has_memory(vm: Workload) -> bool:
    """Whether the VM says how much memory it has. Raises UnknownValue."""
    return any(vm.spec.quantity(path) is not None for path in (_GUEST, _REQUEST, _LIMIT))


def as_text(values: Sequence[Value]) -> str:
    """What the repairs set, for a fix's description: `memory.guest` to 4Gi and so on."""
    paths: dict[str | int, list[str]] = {}
    for path, value in values:
        paths.setdefault(value, []).append(f"`{path.removeprefix('domain.')}`")
    return " and ".join(f"{' and '.join(names)} to {value}" for value, names in paths.items())


def page_repairs(vm: Workload, page: Quantity) -> tuple[Value, ...]:
    """Every memory value that is given and no whole number of pages, rounded up.

    Not where that is more than Kubernetes can write.
    """
    found: list[Value] = []
    for path in (_GUEST, _REQUEST, _LIMIT):
        memory = vm.spec.quantity(path)
        if memory is not None and memory.value > 0 and memory.value % page.value:
            pages = -(-memory.value // page.value)
            rounded = Quantity(pages * page.value * _NANO, page.notation)
            if rounded.nano <= MAX_NANO:
                found.append((path, str(rounded)))
    return tuple(found)
