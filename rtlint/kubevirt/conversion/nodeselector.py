"""The labels that a node must have to take the pod of a VMI.

Source: kubevirt, pkg/virt-controller/services: nodeselectorrenderer.go and template.go
(newNodeSelectorRenderer); measured on v1.9.0, read in the other releases.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.vmi import Vmi

# The cluster's configuration may name others.
_MACHINES = {"arm64": "virt", "s390x": "s390-ccw-virtio"}


def node_selector(vmi: Vmi) -> dict[str, str]:
    """The pod's node selector, sorted by label.

    Labels that depend on the node (TSC frequency), or that only the gate HypervStrictCheck asks
    for, are left out. Raises UnknownValue.
    """
    return dict(sorted(_labels(vmi)))


def _labels(vmi: Vmi) -> Iterator[tuple[str, str]]:
    yield "kubevirt.io/schedulable", "true"
    if vmi.release >= (1, 0):
        yield "kubernetes.io/arch", vmi.architecture.lower()
    yield from _own_selector(vmi)
    if vmi.release >= (1, 6):
        machine = vmi.spec.string("domain.machine.type") or _MACHINES.get(vmi.architecture, "q35")
        yield f"machine-type.node.kubevirt.io/{machine}", "true"
    if vmi.dedicated:
        yield "kubevirt.io/cpumanager" if vmi.release >= (1, 8) else "cpumanager", "true"
    model = vmi.spec.string("domain.cpu.model") or "host-model"
    if model not in ("host-model", "host-passthrough"):
        yield f"cpu-model.node.kubevirt.io/{model}", "true"
    for feature in vmi.spec.each("domain.cpu.features"):
        if feature.string("policy") in (None, "", "require"):
            yield f"cpu-feature.node.kubevirt.io/{feature.string('name') or ''}", "true"
    if vmi.realtime:
        # From v1.5.0 to v1.5.2 no node has the label with this value.
        yield "kubevirt.io/realtime", "true" if vmi.release >= (1, 5) else ""
    for label in _launch_security(vmi):
        yield f"kubevirt.io/{label}", "true"


def _own_selector(vmi: Vmi) -> Iterator[tuple[str, str]]:
    for label, value in vmi.spec.mapping("nodeSelector").items():
        if isinstance(label, str) and isinstance(value, str):
            yield label, value


def _launch_security(vmi: Vmi) -> Iterator[str]:
    """Labels of nodes that encrypt guests; each selected from the release that has the field."""
    path = "domain.launchSecurity"
    if vmi.architecture == "s390x" and vmi.release >= (1, 6) and vmi.spec.has(path):
        yield "s390-pv"
    if vmi.spec.has(f"{path}.sev"):
        yield "sev"
        if vmi.spec.boolean(f"{path}.sev.policy.encryptedState"):
            yield "sev-es"
    for kind, label in (("snp", "sev-snp"), ("tdx", "tdx")):
        if vmi.spec.has(f"{path}.{kind}"):
            yield label
