"""Fields of the platform's objects that rules read, and their neighbours: which one is misspelt."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, UnknownValue, join_path, split_path
from rtlint.kubevirt.schema.names import near_names
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rtlint.kubernetes.objects import Object

# kubernetes/kubelet 63b3249, config/v1beta1/types.go: what rules read of it, and what is so near to
# that that it could be taken for a misspelling.
_KUBELET = (
    "cpuManagerPolicy",
    "cpuManagerPolicyOptions",
    "cpuManagerReconcilePeriod",
    "evictionHard",
    "evictionMaxPodGracePeriod",
    "evictionMinimumReclaim",
    "evictionSoft",
    "evictionSoftGracePeriod",
    "kubeReserved",
    "kubeReservedCgroup",
    "memoryManagerPolicy",
    "mergeDefaultEvictionSettings",
    "qosReserved",
    "reservedMemory",
    "reservedSystemCPUs",
    "systemCgroups",
    "systemReserved",
    "systemReservedCgroup",
    "topologyManagerPolicy",
    "topologyManagerPolicyOptions",
    "topologyManagerScope",
)
# A letter or two of difference: that is no other word.
_SURE = 0.88
# By kind and the path of a mapping; `[]` is any item of a list. Sources: openshift/
# cluster-node-tuning-operator d2394aa81, performanceprofile_types.go; openshift/api 2a3d73913,
# machineconfiguration/v1/types.go; k8snetworkplumbingwg/sriov-network-operator 249e20012,
# sriovnetworknodepolicy_types.go; tuned.openshift.io/v1.
NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "PerformanceProfile": {
        "spec": (
            "additionalKernelArgs",
            "cpu",
            "globallyDisableIrqLoadBalancing",
            "hardwareTuning",
            "hugepages",
            "kernelPageSize",
            "machineConfigLabel",
            "machineConfigPoolSelector",
            "net",
            "nodeSelector",
            "numa",
            "realTimeKernel",
            "workloadHints",
        ),
        "spec.cpu": (
            "balanceIsolated",
            "isolated",
            "offlined",
            "ovsDpdk",
            "reserved",
            "shared",
        ),
        "spec.hugepages": ("defaultHugepagesSize", "pages"),
        "spec.hugepages.pages[]": ("count", "node", "size"),
        "spec.numa": ("topologyPolicy",),
        "spec.realTimeKernel": ("enabled",),
        "spec.workloadHints": (
            "highPowerConsumption",
            "mixedCpus",
            "perPodPowerManagement",
            "realTime",
        ),
    },
    "KubeletConfiguration": {"": _KUBELET},
    "KubeletConfig": {
        "spec": (
            "autoSizingReserved",
            "kubeletConfig",
            "logLevel",
            "machineConfigPoolSelector",
            "tlsSecurityProfile",
        ),
        "spec.kubeletConfig": _KUBELET,
        "spec.machineConfigPoolSelector": ("matchExpressions", "matchLabels"),
    },
    "MachineConfig": {
        "spec": (
            "baseOSExtensionsContainerImage",
            "config",
            "extensions",
            "fips",
            "kernelArguments",
            "kernelType",
            "osImageURL",
        ),
    },
    "MachineConfigPool": {
        "spec": (
            "configuration",
            "machineConfigSelector",
            "maxUnavailable",
            "nodeSelector",
            "osImageStream",
            "paused",
            "pinnedImageSets",
        ),
    },
    "SriovNetworkNodePolicy": {
        "spec": (
            "bridge",
            "deviceType",
            "eSwitchMode",
            "excludeTopology",
            "externallyManaged",
            "isRdma",
            "linkType",
            "mtu",
            "needVhostNet",
            "nicSelector",
            "nodeSelector",
            "numVfs",
            "priority",
            "resourceName",
            "vdpaType",
        ),
        "spec.nicSelector": ("deviceID", "netFilter", "pfNames", "rootDevices", "vendor"),
    },
    "Tuned": {
        "spec": ("managementState", "profile", "recommend"),
        "spec.profile[]": ("data", "name"),
    },
}


class Misspelt(NamedTuple):
    """A field that is none, the names that it is near to, and where the nearest would stand.

    `to` is None where that is not the only one, or stands there already.
    """

    path: str
    name: str
    near: tuple[str, ...]
    to: str | None


def misspelt(obj: Object) -> Iterator[Misspelt]:
    """The fields of an object that are nearly one that rules read."""
    fields = Fields(obj.data)
    for path, names in NAMES.get(obj.kind, {}).items():
        for place in _places(fields, path):
            try:
                there = fields.mapping(place)
            except UnknownValue:
                continue
            for name in there:
                if isinstance(name, str) and name not in names:
                    near = tuple(near_names(name, names))
                    if near:
                        best = near_names(name, names, _SURE)
                        is_free = len(best) == 1 and near[0] not in there
                        parts = split_path(place)
                        to = join_path(*parts, near[0]) if is_free else None
                        yield Misspelt(join_path(*parts, name), name, near, to)


def _places(fields: Fields, path: str) -> list[str]:
    """The paths that a path with `[]` stands for in an object."""
    if not path.endswith("[]"):
        return [path]
    items = path.removesuffix("[]")
    try:
        return [f"{items}[{index}]" for index in range(len(fields.items(items)))]
    except UnknownValue:
        return []


def names_at(kind: str, path: str) -> tuple[str, ...]:
    """The fields that a mapping of an object of this kind may have, as far as rules read them."""
    return NAMES.get(kind, {}).get(path, ())
