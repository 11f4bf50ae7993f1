"""The domain XML, laid out for reading."""

from __future__ import annotations

from xml.etree import ElementTree

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.xml import element, escape
from rtlint.preview.table import in_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.conversion.preview import Preview

# What people look for first.
_FIRST = ("cputune/vcpusched", "features/pmu")


def indented(domain: str) -> str:
    """The domain with one element a line; every value is the same."""
    return "\n".join(_lines(ElementTree.fromstring(domain), ""))


def _lines(node: ElementTree.Element, margin: str) -> Iterator[str]:
    # Not ElementTree's own writer: it leaves line breaks in a text as they are.
    if not len(node):
        yield margin + element(node.tag, escape(node.text or ""), **node.attrib)
        return
    opening, closing = element(node.tag, "\n", **node.attrib).split("\n")
    yield margin + opening
    for child in node:
        yield from _lines(child, f"{margin}  ")
    yield margin + closing


def first_in_sight(domain: str) -> tuple[str, ...]:
    """`<vcpusched>` and `<pmu>`, as far as the domain holds them."""
    root = ElementTree.fromstring(domain)
    found = (root.find(path) for path in _FIRST)
    return tuple(
        ElementTree.tostring(each, encoding="unicode") for each in found if each is not None
    )


def scheduling_note(preview: Preview) -> str:
    """Where the vCPUs' scheduling stands, in a sentence that ends with what follows it."""
    if not preview.realtime or preview.domain is None:
        return ""
    if "<vcpusched " in preview.domain:
        return "libvirt reads the vCPUs' scheduling from <vcpusched>."
    if not preview.threads:
        return "The XML has no <vcpusched>, and nothing else sets the vCPUs' scheduling."
    return (
        "From v0.58.1 the XML has no <vcpusched>; virt-handler sets these QEMU threads after the "
        "start instead:"
    )


def raised_threads(preview: Preview) -> list[tuple[str, str]]:
    """The threads with real-time scheduling, alike ones by ranges, each with its scheduling."""
    alike: dict[str, list[str]] = {}
    for thread in preview.threads:
        alike.setdefault(f"{thread.policy} {thread.priority}", []).append(thread.name)
    return [(name, how) for how, names in alike.items() for name in in_ranges(names)]
