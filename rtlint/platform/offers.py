"""The most that any node of a run offers a VM: CPUs, or pages of its size."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.platform.needs import may_land
from rtlint.platform.pools import is_elsewhere, nodes_of
from rtlint.platform.vms import selector
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rtlint.kubevirt.workload import Workload
    from rtlint.platform.model import Known, Platform


class Offer(NamedTuple):
    """The object that offers most, how much that is, and `of` how many that is the most."""

    known: Known
    amount: int
    of: int


def offers(
    platform: Platform, vm: Workload, what: str, read: Callable[[Known], int | None]
) -> Offer | None:
    """The most that a VM can have where it may land; None where that is not certain.

    A dump's Nodes go before profiles: they say what there is, and not what there should be.
    `what` names what is read, for many VMs ask for the same.
    """
    wanted = selector(vm)
    key = (what, frozenset(wanted.items()))
    if key not in platform.answers:
        platform.answers[key] = _most(platform, wanted, read)
    answer = platform.answers[key]
    return answer if isinstance(answer, Offer) else None


def _most(
    platform: Platform, wanted: Mapping[str, str], read: Callable[[Known], int | None]
) -> Offer | None:
    for kind in ("Node", "PerformanceProfile"):
        fitting = [known for known in platform.of(kind) if may_land(wanted, known)]
        if kind == "PerformanceProfile":
            fitting = [
                known
                for known in fitting
                if not is_elsewhere(platform, wanted, [nodes_of(kind, known.data)])
            ]
        amounts = [read(known) for known in fitting]
        # One of which nobody knows how much it has may have enough.
        if None in amounts:
            return None
        if fitting:
            most = max(amount for amount in amounts if amount is not None)
            return Offer(fitting[amounts.index(most)], most, len(fitting))
    return None
