"""A node selector asks for a realtime label that no node has.

## Why
KubeVirt labels nodes for realtime and selects them by itself. To v1.4 the label's value is empty,
from v1.5.3 it is `true`; a hand-written selector with the other value leaves the VM pending for
ever. On v1.5.0 to v1.5.2 KubeVirt labels with one and selects the other: no realtime VM can be
scheduled at all.

## Source
kubevirt/kubevirt, pkg/virt-handler/node-labeller and virt-controller, template.go.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  nodeSelector:
    kubevirt.io/realtime: ""
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  nodeSelector:
    kubevirt.io/realtime: "true"
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Fix
Writes the release's value.
"""

from rtlint.rule import Context, Fields, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT503", "realtime-node-label", "warning", "realtime", "safe")

_LABEL = "kubevirt.io/realtime"


def check(vm: Workload, _: Context) -> Findings:
    selector = f'nodeSelector["{_LABEL}"]'
    # Where an instancetype brings a selector, one of the VM's own is refused.
    value = Fields(vm.spec.data).string(selector)
    if (1, 5) <= vm.release < (1, 5, 3):
        yield Finding(
            vm.at("domain.cpu.realtime" if value is None else selector),
            f'KubeVirt {vm.release} labels nodes `{_LABEL}: ""` and selects `"true"`. No '
            "realtime VM can be scheduled. Upgrade to v1.5.3.",
            severity="error",
        )
        return
    right = "true" if vm.release >= (1, 5) else ""
    if value is None or value == right:
        return
    path = vm.at(selector)
    yield Finding(
        path,
        f'Nodes of {vm.release} are labelled `{_LABEL}: "{right}"`, and the node selector asks '
        f'for "{value}". The VM stays pending. Remove the selector or write "{right}".',
        safe(f'Write "{right}".', Set(path, right)),
    )
