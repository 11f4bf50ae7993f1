"""Kinds and groups that are nearly KubeVirt's."""

from __future__ import annotations

from functools import lru_cache

from rtlint.kubevirt.schema.api import kinds
from rtlint.kubevirt.schema.names import near_names, same_letters

# Shares of letters in common. Whole names are long: of two kinds that exist, and of KubeVirt's
# group and any other project's, the share is less.
_NEAR_GROUP = 0.8
_NEAR_KIND = 0.86
# Kinds of the same group that have no schema here in every release.
_FURTHER_KINDS = frozenset({"VirtualMachineInstanceMigration"})


def near_kind(api_version: str, kind: str) -> str | None:
    """The kind of the same group that may have been meant; None where it is one, or none is near.

    The group is one of KubeVirt's.
    """
    known = {name for _, name in kinds()} | _FURTHER_KINDS
    if kind in known:
        return None
    group = _group(api_version)
    own = sorted({name for version, name in kinds() if _group(version) == group})
    near = same_letters(kind, own) or near_names(kind, own, _NEAR_KIND)
    return near[0] if near else None


@lru_cache(maxsize=256)
def is_near_group(api_version: str) -> bool:
    """Whether the group is none of KubeVirt's, and nearly one of them.

    So is `kubevirt.io` without a version.
    """
    own = {_group(version) for version, _ in kinds()}
    group = _group(api_version)
    if group in own:
        return "/" not in api_version
    return bool(same_letters(group, own) or near_names(group, own, _NEAR_GROUP))


def is_misspelt(api_version: str, kind: str) -> bool:
    """Whether a kind of KubeVirt's is in a group that is nearly one of KubeVirt's."""
    return any(kind == name for _, name in kinds()) and is_near_group(api_version)


def _group(api_version: str) -> str:
    """The group; of text without a version all of it."""
    return api_version.rpartition("/")[0] or api_version
