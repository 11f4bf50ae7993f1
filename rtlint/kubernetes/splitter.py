"""What kubectl refuses or passes over where a YAML parser reads on.

It splits a file at lines that begin with `---`, before any parser sees it, and reads the first
document of each part. Flux and Argo CD split alike. Source: k8s.io/apimachinery v0.36.0,
util/yaml (YAMLReader, YAMLOrJSONDecoder); go-yaml v2.4.4, Unmarshal; Go, encoding/json.
"""

from __future__ import annotations

import re
from math import isfinite

from rtlint import TYPE_CHECKING
from rtlint.yaml.nodes import Document, Scalar, scalars
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Several

    from rtlint.yaml.nodes import Node
    from rtlint.yaml.source import Source

_SEPARATOR = r"(?:\A|(?<=\n))---([^\n]*)"
_DIRECTIVE = r"(?:[ \t\r]*(?:#[^\n]*)?\n)*(?=%)"


def refusals(
    source: Source, documents: Several[Document | Unreadable]
) -> Iterator[tuple[int, Unreadable]]:
    """What keeps documents of a piece of a file from the cluster, with the index of each."""
    for separator in re.finditer(_SEPARATOR, source.text):
        behind = separator[1].strip()
        if behind and not behind.startswith("#"):
            message = (
                "kubectl refuses a `---` with more than a comment after it. Put the rest on a line "
                "of its own."
            )
            yield 0, Unreadable(message, separator.start())
    # What stands between the documents belongs to the part above, which is read no further.
    directive = None if source.above.offset else re.match(_DIRECTIVE, source.text)
    if directive is not None:
        message = "kubectl refuses a file that starts with a directive. Remove this line."
        yield 0, Unreadable(message, directive.end())
    for index, document in enumerate(documents):
        if isinstance(document, Unreadable):
            continue
        if index and not (isinstance(document.root, Scalar) and document.root.value is None):
            message = (
                "kubectl silently skips this document. Put a line `---` above it, ended by a line "
                "feed."
            )
            yield index, Unreadable(message, document.root.start)
        for scalar in _not_finite(document.root):
            message = f"JSON has no `{scalar.text}`, so kubectl refuses this. Write a number."
            yield index, Unreadable(message, scalar.start)


def _not_finite(root: Node) -> Iterator[Scalar]:
    """Infinite values, and those that are no number; as keys they are text."""
    return (
        each for each in scalars(root) if type(each.value) is float and not isfinite(each.value)
    )
