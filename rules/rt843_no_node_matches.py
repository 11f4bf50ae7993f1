"""A VM selects nodes by labels that no node of the run has.

## Why
A pod goes only to nodes that have every label of its `nodeSelector`. Where no Node of the run has
them, the VM stays pending. Where the run has no Nodes, PerformanceProfiles and MachineConfigPools
tell which roles the cluster gives its nodes: a role that is in none of them is usually a
misspelt one.

## Source
Kubernetes v1.36, pkg/scheduler/framework/plugins/nodeaffinity; kubevirt/kubevirt v1.9.0,
pkg/virt-controller/services/nodeselectorrenderer.go; openshift/cluster-node-tuning-operator
d2394aa81, components/profile/profile.go.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  nodeSelector: {node-role.kubernetes.io/worker-rt: ""}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 4, dedicatedCpuPlacement: true}}
  nodeSelector: {node-role.kubernetes.io/worker-realtime: ""}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  nodeSelector: {node-role.kubernetes.io/worker-rt: ""}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 4, dedicatedCpuPlacement: true}}
  nodeSelector: {node-role.kubernetes.io/worker-rt: ""}
```
"""

from collections.abc import Mapping

from rtlint.platform.model import Known, Platform
from rtlint.platform.needs import may_land
from rtlint.platform.pools import EVERYWHERE, ROLE, node_labels
from rtlint.platform.read import is_kept
from rtlint.platform.vms import selector
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT843", "no-node-matches", "warning", "dedicated")

_PATH = "nodeSelector"


def check(vm: Workload, context: Context) -> Findings:
    if context.platform is None or vm.is_instancetype or vm.is_preset:
        return
    wanted = {label: value for label, value in selector(vm).items() if is_kept(label)}
    nodes = context.platform.of("Node")
    if nodes and wanted:
        yield from _of_nodes(vm, wanted, nodes)
    elif not nodes:
        yield from _of_roles(vm, wanted, context.platform)


def _of_nodes(vm: Workload, wanted: Mapping[str, str], nodes: tuple[Known, ...]) -> Findings:
    if any(may_land(wanted, node) for node in nodes):
        return
    labels = ", ".join(f"`{label}: {value!r}`" for label, value in wanted.items())
    one = len(nodes) == 1
    which = (
        f"{nodes[0].title} does not have" if one else f"None of the run's {len(nodes)} Nodes has"
    )
    yield Finding(
        vm.at(_PATH),
        f"{which} {labels}: the VM stays pending. Select labels that a node has.",
        related=tuple((f"{node.title} has other labels.", node.place()) for node in nodes[:1]),
        on_key=True,
    )


def _of_roles(vm: Workload, wanted: Mapping[str, str], platform: Platform) -> Findings:
    those = platform.of("PerformanceProfile", "MachineConfigPool")
    known = {label for each in those for label in node_labels(each)}
    if not known:
        return
    for label in wanted:
        if label.startswith(ROLE) and label not in known | EVERYWHERE:
            names = ", ".join(f"`{name}`" for name in sorted(known))
            yield Finding(
                vm.at(_PATH),
                f"No profile and no pool of the run gives nodes the label `{label}`; they have "
                f"{names}. Where no other node has it, the VM stays pending.",
                related=tuple(
                    (f"{each.title} selects its nodes.", each.place()) for each in those[:5]
                ),
                on_key=True,
            )
