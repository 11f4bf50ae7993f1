"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.definitions import NONE, Definitions
from rtlint.kubevirt.releases import NEWEST, Release
from rtlint.lint.registry import Name, rule_names

_NO_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})


class Settings(NamedTuple):
    """The target release and cluster, the rules to run, the rules' own options by slug, the
    instancetypes and preferences that VMs may name, and whether suppressions count."""

    release: Release = NEWEST
    cluster: Cluster = Cluster()
    rules: tuple[Name, ...] = rule_names()
    options: Mapping[str, Mapping[str, Any]] = _NO_OPTIONS
    definitions: Definitions = NONE
    suppress: bool = True
