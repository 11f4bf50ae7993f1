"""The domain XML, laid out for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from rtlint.kubevirt.preview import Preview

# What people look for first.
_FIRST = ("cputune/vcpusched", "features/pmu")


def indented(domain: str) -> str:
    """The domain with one element a line; every value is the same."""
    root = ElementTree.fromstring(domain)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def first_in_sight(domain: str) -> tuple[str, ...]:
    """`<vcpusched>` and `<pmu>`, as far as the domain holds them."""
    root = ElementTree.fromstring(domain)
    found = (root.find(path) for path in _FIRST)
    return tuple(
        ElementTree.tostring(element, encoding="unicode")
        for element in found
        if element is not None
    )


def scheduling_note(preview: Preview) -> str:
    """Where the vCPUs' scheduling stands, in a sentence that ends with what follows it."""
    if not preview.realtime or preview.domain is None:
        return ""
    if "<vcpusched " in preview.domain:
        return "libvirt reads the vCPUs' scheduling from <vcpusched>."
    if not preview.threads:
        return "The XML holds no <vcpusched>, and nothing else sets the vCPUs' scheduling."
    return (
        "The XML holds no <vcpusched> (from v0.58.1); after the start virt-handler sets these "
        "threads of QEMU's instead:"
    )
