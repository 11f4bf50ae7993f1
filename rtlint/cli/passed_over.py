"""What `--verbose` says of objects that rtlint looks at for the newest release only."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.blocks import read_documents
from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.schema.api import every_kind, other_kinds
from rtlint.yaml.nodes import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.releases import Release
    from rtlint.yaml.source import Source


def passed_over(source: Source, release: Release) -> Iterator[str]:
    """A line for every object of a kind of which nothing is known for that release."""
    unknown = other_kinds().keys() - every_kind(release).keys()
    if not any(kind in source.text for _, kind in unknown):
        return
    for text, document in read_documents(source):
        found = objects(text, document, GROUPS) if isinstance(document, Document) else ()
        for obj in found:
            if (obj.api_version, obj.kind) in unknown:
                name = " ".join(filter(None, (obj.kind, obj.name)))
                why = f"rtlint does not know what KubeVirt {release} has in it"
                yield f"{source.path}: {name} passed over: {why}"
