"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.definitions import NONE, Definitions
from rtlint.kubevirt.releases import NEWEST, Release
from rtlint.kubevirt.workload import workload
from rtlint.limits import Limits
from rtlint.lint.registry import Name, rule_names
from rtlint.lint.rule import Severity
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any, Final

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.workload import Workload
    from rtlint.platform.model import Platform

_NO_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
_NO_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType({})


class Settings(NamedTuple):
    """The target release and cluster, the rules to run, the rules' own options by slug, the
    instancetypes and preferences that VMs may name, whether suppressions count, and the severity
    that the user gives rules, by id. `once`: what one mistake causes is said once. `is_patch`: the
    objects are parts that Kustomize merges into whole ones, so that what they lack may stand
    elsewhere. `literal`: everything counts as it is written, and nothing is a template, a
    placeholder or a patch. `limits` are how much of all this. `platform` is what the run knows of
    the cluster's other objects, None where there are none. `fixes`: whether fixes are worked
    out, which takes longer than to find what they fix."""

    release: Release = NEWEST
    cluster: Cluster = Cluster()
    rules: tuple[Name, ...] = rule_names()
    options: Mapping[str, Mapping[str, Any]] = _NO_OPTIONS
    definitions: Definitions = NONE
    suppress: bool = True
    once: bool = True
    severities: Mapping[str, Severity] = _NO_SEVERITIES
    is_patch: bool = False
    literal: bool = False
    limits: Limits = Limits()
    platform: Platform | None = None
    fixes: bool = True

    def workload(self, obj: Object) -> Workload | None:
        """What an object makes of VMs in this target; None for one that makes none."""
        return workload(obj, self.release, self.cluster, self.definitions, self.is_patch)

    def at(self, path: str) -> Settings:
        """The settings for a file: with what of the platform counts where it lies."""
        if self.platform is None:
            return self
        here = self.platform.at(path)
        cluster = here.cluster or self.cluster
        if here.gives_out_whole_cores:
            cluster = cluster._replace(full_pcpus_only=True)
        return self._replace(platform=here, cluster=cluster)
