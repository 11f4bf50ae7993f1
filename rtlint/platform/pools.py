"""Which machine config pools a profile, or another object with a selector, is for."""

from __future__ import annotations

from contextlib import suppress

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from rtlint.platform.model import Known

ROLE_LABEL = "machineconfiguration.openshift.io/role"
# Of a node's labels these say its roles.
ROLE = "node-role.kubernetes.io/"


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
        selector = Fields(known.data).mapping("spec.nodeSelector")
        if known.kind == "MachineConfigPool":
            selector = Fields(selector).mapping("matchLabels")
        yield from (label for label in selector if isinstance(label, str))
