"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import NEWEST, Release
from rtlint.lint.registry import Name, rule_names


@dataclass(frozen=True, slots=True)
class Settings:
    """The target release and cluster, the rules to run, and the rules' own options by slug."""

    release: Release = NEWEST
    cluster: Cluster = field(default_factory=Cluster)
    rules: tuple[Name, ...] = field(default_factory=rule_names)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
