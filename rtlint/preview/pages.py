"""The guest's hugepages."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.quantity import parse_quantity

if TYPE_CHECKING:
    from rtlint.kubevirt.conversion.preview import Preview


def hugepages(preview: Preview) -> dict[str, str]:
    """The pod's hugepages, by the resource's name."""
    requests = preview.pod.requests
    return {name: value for name, value in requests.items() if name.startswith("hugepages-")}


def page_size(preview: Preview) -> int | None:
    """The size of the guest's hugepages in bytes, None without hugepages."""
    for name in hugepages(preview):
        quantity = parse_quantity(name.removeprefix("hugepages-"))
        return None if quantity is None else quantity.value
    return None
