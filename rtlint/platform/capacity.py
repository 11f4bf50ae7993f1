"""How much of a node VMs can have: CPUs and hugepages, of a profile's nodes or of a Node."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubernetes.quantity import Quantity, parse_quantity
from rtlint.kubevirt.conversion.host import read_cpulist
from rtlint.platform.kubelet import kubelet_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from rtlint.kubevirt.ids import Ids
    from rtlint.platform.model import Known

    _T = TypeVar("_T")

ROLE = "node-role.kubernetes.io/"
# Sizes as the kernel's command line has them, which is what a profile takes (openshift/
# cluster-node-tuning-operator d2394aa81, performanceprofile_validation.go).
PAGE_SIZES = {
    "64k": 64 * 2**10,
    "2M": 2 * 2**20,
    "32M": 32 * 2**20,
    "512M": 512 * 2**20,
    "1G": 2**30,
    "16G": 16 * 2**30,
}
_HUGEPAGES = "hugepages-"
# Nothing has more; a hostile count would make a figure that nobody can read.
_MOST_PAGES = 2**31
_NANO = 10**9


def size_text(size: int) -> str:
    """Bytes as Kubernetes writes them: 4Gi."""
    return str(Quantity(size * _NANO, "binary"))


def cpuset(fields: Fields, path: str) -> Ids | None:
    """The CPUs that a field lists; None where it lists none, or cannot be read."""
    try:
        text = fields.string(path)
        return read_cpulist(text) if text else None
    except (UnknownValue, ValueError):
        return None


def isolated(profile: Known) -> Ids | None:
    return cpuset(Fields(profile.data), "spec.cpu.isolated")


def reserved(known: Known) -> Ids | None:
    """The CPUs that an object's kubelets keep for the node's own processes."""
    if known.kind == "PerformanceProfile":
        return cpuset(Fields(known.data), "spec.cpu.reserved")
    kubelet = kubelet_of(known.kind, known.data)
    return None if kubelet is None else cpuset(kubelet, "reservedSystemCPUs")


def cpus(known: Known) -> int | None:
    """How many CPUs a node of this profile, or this Node, can give to pods."""
    if known.kind == "PerformanceProfile":
        given = isolated(known)
        return None if given is None else given.count
    return _told(_allocatable_cpus, known)


def _allocatable_cpus(node: Known) -> int | None:
    found = Fields(node.data).quantity("status.allocatable.cpu")
    # A guaranteed pod gets whole CPUs only; no kubelet says less than none.
    return None if found is None or found.nano < 0 else found.milli // 1000


def pages(known: Known) -> Mapping[int, int] | None:
    """The bytes in hugepages of each size; None where that cannot be told."""
    of = _profile_pages if known.kind == "PerformanceProfile" else _allocatable_pages
    return _told(of, known)


def _profile_pages(profile: Known) -> Mapping[int, int] | None:
    found: dict[int, int] = {}
    for _, size, count in cells_of(profile):
        found[size] = found.get(size, 0) + size * count
    return found


def cells_of(profile: Known) -> list[tuple[int | None, int, int]]:
    """A profile's pages: the NUMA cell if it names one, their size in bytes, how many.

    Raises UnknownValue where one of these cannot be told.
    """
    found = []
    for page in Fields(profile.data).each("spec.hugepages.pages"):
        size = PAGE_SIZES.get(page.string("size") or "")
        count = page.integer("count") or 0
        if size is None or not 0 <= count < _MOST_PAGES:
            raise UnknownValue("spec.hugepages.pages")
        found.append((page.integer("node"), size, count))
    return found


def largest_cell(profile: Known, size: int) -> int | None:
    """The most bytes in pages of a size that one NUMA cell has; None where that cannot be told.

    Pages without a cell are spread over all, of which the profile does not say how many there are.
    """
    try:
        those = [(cell, count) for cell, each, count in cells_of(profile) if each == size]
    except UnknownValue:
        return None
    sums: dict[int, int] = {}
    for cell, count in those:
        if cell is None:
            return None
        sums[cell] = sums.get(cell, 0) + count * size
    return max(sums.values(), default=None)


def _allocatable_pages(node: Known) -> Mapping[int, int] | None:
    found = {}
    allocatable = Fields(node.data).mapping("status.allocatable")
    if not allocatable:
        return None
    for name in allocatable:
        if isinstance(name, str) and name.startswith(_HUGEPAGES):
            size = parse_quantity(name.removeprefix(_HUGEPAGES))
            amount = parse_quantity(allocatable[name])
            if size is None or amount is None:
                return None
            found[size.value] = amount.value
    return found


def labels(known: Known) -> Mapping[str, Any] | None:
    """The labels that a selector finds: a Node's, or those a profile's nodes have for certain."""
    try:
        path = "spec.nodeSelector" if known.kind == "PerformanceProfile" else "metadata.labels"
        return Fields(known.data).mapping(path)
    except UnknownValue:
        return None


def _told(read: Callable[[Known], _T | None], known: Known) -> _T | None:
    try:
        return read(known)
    except UnknownValue:
        return None
