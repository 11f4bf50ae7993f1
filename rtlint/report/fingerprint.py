"""What makes a finding the same finding after an edit elsewhere in its file."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.lint.diagnostic import Diagnostic

# Where in a List or a Template an object stands says nothing about it: its name does.
_ITEM = re.compile(r"(items|objects)\[\d+\]\.?")


def fingerprints(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """A fingerprint for each diagnostic, from rule, file, resource and field, not from its line.

    Findings that agree in all of these are told apart by their order.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for diagnostic in diagnostics:
        identity = _identity(diagnostic)
        seen[identity] += 1
        text = "\0".join((*identity, str(seen[identity])))
        yield sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _identity(diagnostic: Diagnostic) -> tuple[str, ...]:
    field = diagnostic.field or ""
    resource = diagnostic.resource
    if resource is None:
        return (diagnostic.rule, diagnostic.path, field)
    if resource.name is not None:
        field = _ITEM.sub("", field, count=1) if _ITEM.match(field) else field
    # Without the version: a finding outlives the move from v1beta1 to v1.
    group = resource.api_version.rpartition("/")[0]
    object_ = (group, resource.kind, resource.namespace or "", resource.name or "")
    return (diagnostic.rule, diagnostic.path, *object_, field)
