"""The instancetypes and preferences that KubeVirt itself deploys (from v1.1)."""

from __future__ import annotations

import os.path
from functools import cache

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubevirt.releases import Release

_FILE = os.path.join(os.path.dirname(__file__), "common.json")


def common(kind: str, name: str, release: Release) -> dict[str, Any] | None:
    """The spec of the common object of this kind and name; None where `release` has none.

    `kind` is a cluster kind, as `reference.Reference` has it. The spec is v1.9.0's, whatever the
    release, in the shape of v1beta1; it is shared and not to be changed. The data is read from
    the file once, the first time that somebody asks.
    """
    entry = _entries().get(kind, {}).get(name)
    if entry is None:
        return None
    since, until = entry["since"], entry.get("until", [release.major, release.minor])
    has_it = since <= [release.major, release.minor] <= until
    spec: dict[str, Any] | None = entry["spec"] if has_it else None
    return spec


@cache
def _entries() -> dict[str, Any]:
    import json

    with open(_FILE, encoding="utf-8") as file:
        entries: dict[str, Any] = json.load(file)
    return entries
