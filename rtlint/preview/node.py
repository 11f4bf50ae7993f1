"""The node of a VM as objects of the run describe it, where the user describes none."""

from __future__ import annotations

from functools import lru_cache

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubevirt.conversion.host import MAX_CPUS, Host, assumed_host
from rtlint.kubevirt.ids import Ids
from rtlint.platform.capacity import cpus, isolated, labels, pages, reserved
from rtlint.platform.needs import may_land
from rtlint.platform.vms import selector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rtlint.kubevirt.workload import Workload
    from rtlint.platform.model import Known, Platform
    from rtlint.preview.model import Node, NodeOf

_KUBELETS = ("PerformanceProfile", "KubeletConfig", "KubeletConfiguration")


def node_of(
    node: Node,
    platform_of: Callable[[Workload], Platform | None],
    note: Callable[[str], None] | None = None,
) -> NodeOf:
    """What gives each VM its node: what the user says, completed by what the platform says.

    `note` is told, once each, what does not count.
    """
    said: set[str] = set()
    # A dump has thousands of nodes, and VMs want few different ones.
    likely = lru_cache(maxsize=64)(likely_host)

    def of(vm: Workload) -> Node:
        platform = platform_of(vm)
        if platform is None:
            return node
        if node.host is None and node.cpuset is None:
            host = likely(platform, frozenset(selector(vm).items()))
            if host is not None:
                return node._replace(host=host[0], reserved=host[1])
        kept = {found for found in map(reserved, platform.of(*_KUBELETS)) if found is not None}
        if len(kept) > 1:
            why = (
                "the files reserve different CPUs for the node's own processes, so none of them "
                "counts"
            )
            if note is not None and why not in said:
                said.add(why)
                note(why)
        return node._replace(reserved=tuple(next(iter(kept))) if len(kept) == 1 else None)

    return of


def likely_host(
    platform: Platform, selected: frozenset[tuple[str, str]]
) -> tuple[Host, tuple[int, ...]] | None:
    """The node that a VM lands on that selects these labels, and the CPUs that no VM gets there.

    None where no object tells, or several could be meant. Cells and SMT siblings stand in none.
    """
    wanted = dict(selected)
    for kind, read in (("PerformanceProfile", _of_profile), ("Node", _of_node)):
        meant = _meant(platform.of(kind), wanted)
        hosts = {found for found in map(read, meant) if found is not None}
        # Nodes that are alike are one to a VM.
        if len({host[0]._replace(name="") for host in hosts}) == 1:
            return min(hosts, key=lambda host: host[0].name)
    return None


def _meant(known: tuple[Known, ...], wanted: Mapping[str, str]) -> list[Known]:
    """Those that the selector names; where it names none, all that it does not exclude."""
    profiles = ((each, labels(each)) for each in known if each.kind == "PerformanceProfile")
    named = [each for each, theirs in profiles if theirs and theirs.items() <= wanted.items()]
    return named or [each for each in known if may_land(wanted, each)]


def _of_profile(profile: Known) -> tuple[Host, tuple[int, ...]] | None:
    pool = isolated(profile)
    if pool is None:
        return None
    kept = (reserved(profile) or Ids()).without(pool)
    every = Ids((*pool.ranges, *kept.ranges))
    return assumed_host(every, _counts(profile), profile.kind, profile.name), tuple(kept)


def _of_node(node: Known) -> tuple[Host, tuple[int, ...]] | None:
    """A Node says how many CPUs it has and how many it gives out, not which."""
    fields, gives = Fields(node.data), cpus(node)
    try:
        has = fields.quantity("status.capacity.cpu") or fields.quantity("status.allocatable.cpu")
    except UnknownValue:
        return None
    if has is None or gives is None or not 0 < has.value <= MAX_CPUS:
        return None
    kept = max(has.value - gives, 0)
    host = assumed_host(range(has.value), _counts(node), node.kind, node.name)
    return host, tuple(range(min(kept, has.value)))


def _counts(known: Known) -> tuple[tuple[int, int], ...]:
    found = pages(known) or {}
    return tuple(sorted((size, amount // size) for size, amount in found.items() if size > 0))
