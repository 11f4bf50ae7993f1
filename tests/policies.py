"""Policies as they are exported, and what `check` says of the same objects."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from apiserver import Failed, Policy, pruned

from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.releases import NEWEST, Release
from rtlint.kubevirt.schema.api import definitions, every_kind, form, minor_of
from rtlint.kubevirt.schema.walk import is_clean
from rtlint.kubevirt.workload import Workload
from rtlint.lint.found import findings_of
from rtlint.lint.registry import Name, find_rule
from rtlint.lint.settings import Settings
from rtlint.policy.manifest import Wanted, render
from rtlint.policy.model import evaluated
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Source

# Presets and instancetypes are not judged: the VMIs that come of them are.
KINDS = {
    "VirtualMachine",
    "VirtualMachineInstance",
    "VirtualMachineInstanceReplicaSet",
    "VirtualMachinePool",
}

_VMI = {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance"}


def policy_of(settings: Settings) -> tuple[Policy, tuple[Name, ...]]:
    """The policy of the settings, and the rules that are in it."""
    made = evaluated(settings.rules, settings)
    text = render(made, settings.release, Wanted())
    return Policy(text), tuple(map(find_rule, made.rules))


@cache
def plain_policy(release: Release = NEWEST) -> tuple[Policy, tuple[Name, ...]]:
    """The policy of all rules with their own options."""
    return policy_of(Settings(release))


def objects_in(text: str) -> list[Object]:
    source = Source("vm.yaml", text)
    documents = [document for document in compose(text) if isinstance(document, Document)]
    return [obj for document in documents for obj in objects(source, document, GROUPS)]


def is_admitted(data: dict[str, Any], release: Release) -> bool:
    """Whether KubeVirt's CRDs let the object in, as far as rtlint's schema knows."""
    minor = minor_of(release)
    annotated = every_kind(minor).get((data.get("apiVersion"), data.get("kind")))
    schema = annotated and form(annotated, minor)
    if not schema or data["kind"] not in KINDS or holds_placeholder(data):
        return False
    return is_clean(pruned(data, minor), schema, definitions(minor))


def holds_placeholder(value: Any) -> bool:
    """Whether something in it is still to be rendered."""
    if isinstance(value, dict):
        return any(map(holds_placeholder, value.values()))
    if isinstance(value, list):
        return any(map(holds_placeholder, value))
    return not isinstance(value, str | int | float | None)


def said_by_check(vm: Workload, settings: Settings) -> set[str]:
    """The rules that speak of the VM, without those that another makes superfluous."""
    found = list(findings_of(vm, settings, []))
    said = {(loaded.rule.id, finding.path) for loaded, finding in found}
    return {loaded.rule.id for loaded, finding in found if said.isdisjoint(finding.unless)}


def said_by_policy(policy: Policy, vm: Workload, settings: Settings) -> set[str]:
    """The same in the API server; an evaluation error is a finding of its own.

    Of a VM with an instancetype or a preference the API server sees two things: the VM, and the
    VMI that KubeVirt makes of all.
    """
    params = None if settings.cluster == Cluster() else kubevirt(settings.cluster)
    requests = [vm.object.data]
    if vm.effective is not None and not vm.spec.partial:
        requests.append({**_VMI, "metadata": vm.metadata.data, "spec": vm.spec.data})
    try:
        return {
            rule
            for data in requests
            for rule in policy.review(pruned(data, minor_of(settings.release)), params=params).rules
        }
    except Failed as failed:
        return {str(failed)}


def differences(
    pair: tuple[Policy, tuple[Name, ...]], all_objects: Iterable[Object], settings: Settings
) -> tuple[int, list[tuple[str, Object]]]:
    """How many objects were judged, and the rules that only one side speaks, `+` for the policy."""
    policy, rules = pair
    settings = settings._replace(rules=rules)
    count, found = 0, []
    for obj in all_objects:
        vm = settings.workload(obj)
        if vm is not None and is_admitted(obj.data, settings.release):
            count += 1
            ours = said_by_policy(policy, vm, settings)
            theirs = said_by_check(vm, settings)
            found += [(f"+{rule}", obj) for rule in sorted(ours - theirs)]
            found += [(f"-{rule}", obj) for rule in sorted(theirs - ours)]
    return count, found


def kubevirt(cluster: Cluster) -> dict[str, Any]:
    """The KubeVirt object that says what a `Cluster` holds."""
    live_update = {
        "maxCpuSockets": cluster.max_cpu_sockets,
        "maxHotplugRatio": cluster.max_hotplug_ratio,
    }
    configuration = {
        "vmRolloutStrategy": cluster.rollout or None,
        "evictionStrategy": cluster.eviction_strategy,
        "cpuModel": cluster.cpu_model,
        "developerConfiguration": {"featureGates": sorted(cluster.gates)},
        "liveUpdateConfiguration": {k: v for k, v in live_update.items() if v is not None},
    }
    return {
        "metadata": {"annotations": dict(cluster.annotations)},
        "spec": {"configuration": {k: v for k, v in configuration.items() if v is not None}},
        "status": {"defaultArchitecture": cluster.architecture},
    }
