"""A SriovNetworkNodePolicy is refused, or gives VMs cards that they cannot use as they should.

## Why
The operator's webhook refuses a policy that selects no card, one whose resource name is not one,
and `vfio-pci` together with RDMA. KubeVirt passes the virtual functions of an Intel card to a VM
only by `vfio-pci`; with `netdevice`, the default, the VM does not start. `excludeTopology` hides
the NUMA cell of the card from the kubelet, so that the VM's CPUs and memory may be on another one:
each packet then crosses the sockets' interconnect.

## Source
k8snetworkplumbingwg/sriov-network-operator 249e20012, pkg/webhook/validate.go
(staticValidateSriovNetworkNodePolicy) and api/v1/sriovnetworknodepolicy_types.go; KubeVirt's user
guide, Interfaces and Networks, SR-IOV.

## Wrong
```yaml
apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodePolicy
metadata: {name: fronthaul, namespace: openshift-sriov-network-operator}
spec:
  resourceName: fronthaul
  deviceType: vfio-pci
  isRdma: true
  numVfs: 8
  nicSelector: {pfNames: [ens1f0]}
  nodeSelector: {node-role.kubernetes.io/worker-rt: ""}
```

## Right
```yaml
apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodePolicy
metadata: {name: fronthaul, namespace: openshift-sriov-network-operator}
spec:
  resourceName: fronthaul
  deviceType: vfio-pci
  numVfs: 8
  nicSelector: {pfNames: [ens1f0]}
  nodeSelector: {node-role.kubernetes.io/worker-rt: ""}
```
"""

import re

from rtlint.platform.model import Vm
from rtlint.platform.needs import few, places
from rtlint.platform.sriov import vms_on
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule

RULE = Rule("RT851", "sriov-policy", "error", "platform")

_SELECTS = ("vendor", "deviceID", "pfNames", "rootDevices", "netFilter")
_LONGEST_NAME = 63
_NAME = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?", re.ASCII)
_INTEL = "8086"


def check(obj: Object, context: Context) -> Findings:
    # The operator's own policy is not looked at.
    if obj.kind != "SriovNetworkNodePolicy" or obj.name == "default":
        return
    fields = Fields(obj.data)
    resource = fields.string("spec.resourceName") or ""
    yield from _refused(fields, resource)
    vms = [] if context.platform is None else vms_on(context.platform, resource)
    if vms:
        yield from _of_vms(fields, vms)


def _refused(fields: Fields, resource: str) -> Findings:
    if len(resource) > _LONGEST_NAME or not _NAME.fullmatch(resource):
        yield Finding(
            "spec.resourceName",
            f"The policy is refused: `{resource}` is no resource name. Use at most {_LONGEST_NAME} "
            "letters, digits, `-` and `_`, the first and the last a letter or digit."
            if resource
            else "The policy is refused: it needs a `resourceName`.",
        )
    selector = fields.mapping("spec.nicSelector")
    said = [name for name in _SELECTS if selector.get(name)]
    if not said:
        yield Finding(
            "spec.nicSelector",
            f"The policy is refused: it selects no card. Name one of {', '.join(_SELECTS)}.",
        )
    elif "netFilter" in said and len(said) > 1:
        yield Finding(
            "spec.nicSelector.netFilter",
            "The policy is refused: `netFilter` excludes all others in `nicSelector`.",
            on_key=True,
        )
    if fields.string("spec.deviceType") == "vfio-pci" and fields.boolean("spec.isRdma"):
        yield Finding(
            "spec.isRdma",
            "The policy is refused: `vfio-pci` takes the card from the host's driver, which does "
            "the RDMA. Remove `isRdma`; for a Mellanox card write `deviceType: netdevice`.",
        )


def _of_vms(fields: Fields, vms: list[Vm]) -> Findings:
    related = places(vms, "has an interface on it.")
    device = fields.string("spec.deviceType") or "netdevice"
    if device == "netdevice" and fields.string("spec.nicSelector.vendor") == _INTEL:
        yield Finding(
            "spec.deviceType",
            f"The functions of an Intel card reach {few(vms)} only by `vfio-pci`; with "
            "`netdevice` it does not start. Write `deviceType: vfio-pci`.",
            severity="warning",
            related=related,
        )
    pinned = [vm for vm in vms if vm.is_dedicated]
    if pinned and fields.boolean("spec.excludeTopology"):
        yield Finding(
            "spec.excludeTopology",
            f"The kubelet does not know the NUMA cell of these cards, so that the CPUs and memory "
            f"of {few(pinned)} may be on another one. Remove it.",
            severity="warning",
            related=places(pinned, "has an interface on it."),
        )
