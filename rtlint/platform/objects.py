"""The objects of a cluster that decide beside its VMs, and where each says what it does."""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.kubernetes.objects import Object

_KINDS = {
    "": ("Node",),
    "hco.kubevirt.io": ("HyperConverged",),
    "k8s.cni.cncf.io": ("NetworkAttachmentDefinition",),
    "kubelet.config.k8s.io": ("KubeletConfiguration",),
    "kubevirt.io": ("KubeVirt",),
    "machineconfiguration.openshift.io": ("KubeletConfig", "MachineConfig", "MachineConfigPool"),
    "performance.openshift.io": ("PerformanceProfile",),
    "sriovnetwork.openshift.io": ("SriovNetwork", "SriovNetworkNodePolicy"),
    "tuned.openshift.io": ("Tuned",),
}
# Kinds that no other API has.
_TELLING = ("KubeletConfig", "KubeletConfiguration", "PerformanceProfile")
# A cluster has one object of each; all others go by their names.
SINGLE = frozenset({"HyperConverged", "KubeVirt"})


def is_of_platform(api_version: str, kind: str) -> bool:
    """Whether rules read such an object; without an apiVersion its kind must tell."""
    if not api_version:
        return kind in _TELLING
    return kind in _KINDS.get(api_version.rpartition("/")[0], ())


def is_foreign(obj: Object) -> bool:
    """Whether the object is the platform's and none of KubeVirt's own API."""
    return obj.group != "kubevirt.io" and is_of_platform(obj.api_version, obj.kind)


def kubelet_path(kind: str) -> str | None:
    """Where an object of this kind holds a KubeletConfiguration; None where it has none."""
    return {"KubeletConfiguration": "", "KubeletConfig": "spec.kubeletConfig"}.get(kind)
