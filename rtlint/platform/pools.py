"""Which machine config pools a profile, or another object with a selector, is for."""

from __future__ import annotations

from contextlib import suppress

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from rtlint.platform.model import Known, Platform

    # Labels that a selector wants of nodes, with their values.
    Nodes = frozenset[tuple[str, str]]

ROLE_LABEL = "machineconfiguration.openshift.io/role"
# Of a node's labels these say its roles.
ROLE = "node-role.kubernetes.io/"
# Every cluster has nodes of these roles, whether a file shows them or not; those of other pools may
# have them too.
EVERYWHERE = frozenset(f"{ROLE}{name}" for name in ("control-plane", "infra", "master", "worker"))
# The machine config operator's own label of a pool.
_POOL = "pools.operator.machineconfiguration.openshift.io/"


def role(profile: Fields) -> str | None:
    """The role in a profile's node selector, `domain/role`; None where it has none."""
    labels = list(profile.mapping("spec.nodeSelector"))
    parts = labels[0].split("/") if labels and isinstance(labels[0], str) else []
    return parts[1] if len(parts) == 2 else None


def selectors(profile: Fields) -> Mapping[str, Any]:
    """The labels that a profile wants of its pool.

    Source: openshift/cluster-node-tuning-operator d2394aa81, components/profile/profile.go
    (GetMachineConfigPoolSelector).
    """
    said = profile.mapping("spec.machineConfigPoolSelector")
    return said or {ROLE_LABEL: role(profile)}


def has_labels(pool: Known, wanted: Mapping[str, Any]) -> bool:
    """Whether a pool has all these labels. Raises UnknownValue."""
    theirs = Fields(pool.data).mapping("metadata.labels")
    return wanted.items() <= theirs.items()


def same_pool(machine_config: Fields, profile: Known) -> bool:
    """Whether a MachineConfig is for the pool of a profile, told from its role alone."""
    try:
        ours = machine_config.mapping("metadata.labels").get(ROLE_LABEL)
        fields = Fields(profile.data)
        theirs = fields.mapping("spec.machineConfigLabel") or {ROLE_LABEL: role(fields)}
    except UnknownValue:
        return False
    return ours is not None and theirs.get(ROLE_LABEL) == ours


def node_labels(known: Known) -> Iterator[str]:
    """The labels that a profile or a pool selects nodes by, as far as they can be read."""
    with suppress(UnknownValue):
        selector = _node_selector(known.kind, Fields(known.data))
        yield from (label for label in selector if isinstance(label, str))


def is_elsewhere(platform: Platform, selector: Mapping[str, str], those: Sequence[Nodes]) -> bool:
    """Whether a VM that selects these labels is on none of `those` nodes.

    Where one of those cannot be told, it may be there; so it may where none is given. A node
    is in one pool besides `worker`, so that a VM that selects the nodes of one is on no other's.
    Source: openshift/machine-config-operator 7ff337a4f, pkg/helpers/helpers.go (GetPoolsForNode).
    """
    if not those or not all(those):
        return False
    named = _named(platform, frozenset(selector.items()))
    return bool(named) and not any(mine <= nodes for nodes in those for mine in named)


def _named(platform: Platform, selector: Nodes) -> frozenset[Nodes]:
    """The nodes of the profiles and pools that a VM selects."""
    answers, key = platform.answers, ("named", selector)
    if key not in answers:
        every = platform.of("PerformanceProfile", "MachineConfigPool")
        all_nodes = {nodes_of(known.kind, known.data) for known in every}
        answers[key] = frozenset(
            nodes
            for nodes in all_nodes
            if nodes <= selector and not EVERYWHERE.issuperset(label for label, _ in nodes)
        )
    found = answers[key]
    return found if isinstance(found, frozenset) else frozenset()


def nodes_of(kind: str, data: Mapping[str, Any]) -> Nodes:
    """The labels of a profile's or a pool's nodes; none where they cannot be told."""
    try:
        selector = _node_selector(kind, Fields(data))
    except UnknownValue:
        return frozenset()
    texts = frozenset((k, v) for k, v in selector.items() if isinstance(v, str))
    return texts if len(texts) == len(selector) else frozenset()


def _node_selector(kind: str, fields: Fields) -> Mapping[str, Any]:
    is_pool = kind == "MachineConfigPool"
    return fields.mapping("spec.nodeSelector.matchLabels" if is_pool else "spec.nodeSelector")


def nodes_of_kubelet(kubelet_config: Fields, platform: Platform) -> list[Nodes]:
    """The labels of the nodes in the pools of a KubeletConfig; none where that cannot be told."""
    try:
        selector = kubelet_config.mapping("spec.machineConfigPoolSelector")
        wanted = kubelet_config.mapping("spec.machineConfigPoolSelector.matchLabels")
        if len(selector) != 1 or not wanted:
            return []
        pools = platform.of("MachineConfigPool")
        names = {label.removeprefix(_POOL) for label in wanted if str(label).startswith(_POOL)}
        ours = [pool for pool in pools if pool.name in names or has_labels(pool, wanted)]
    except UnknownValue:
        return []
    # Those that no file shows have nodes of their name, as a rule.
    others = names - {pool.name for pool in ours}
    return [
        *(nodes_of(pool.kind, pool.data) for pool in ours),
        *(frozenset([(f"{ROLE}{name}", "")]) for name in others),
    ]
