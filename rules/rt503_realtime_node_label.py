"""A node selector asks for a realtime label that no node has.

## Why
KubeVirt labels nodes that allow realtime scheduling with `kubevirt.io/realtime`: with an empty
value up to v1.5.2, with `true` from v1.5.3. For a realtime VM it writes the node selector itself,
over whatever the VM says. v1.5.0 to v1.5.2 select `true` although the nodes' label is empty, so no
realtime VM can be scheduled at all. On a VM that is not realtime the selector is used as written:
with the other value, the VM stays pending.

## Source
kubevirt/kubevirt, pkg/virt-handler/node-labeller; to v1.4 the VMI's mutating webhook, from v1.5
pkg/virt-controller/services/nodeselectorrenderer.go.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  nodeSelector:
    kubevirt.io/realtime: ""
  domain:
    cpu: {cores: 4}
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
    cpu: {cores: 4}
```

## Fix
Writes the release's value.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Fields, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT503", "realtime-node-label", "warning", "workload", "safe")

_LABEL = "kubevirt.io/realtime"
_SELECTOR = f'nodeSelector["{_LABEL}"]'


def check(vm: Workload, _: Context) -> Findings:
    # Where an instancetype brings a selector, one of the VM's own is refused.
    value = Fields(vm.spec.data).string(_SELECTOR)
    if vm.is_realtime:
        yield from _never_scheduled(vm, value)
    # An instancetype that is not known may make the VM realtime.
    elif value is not None and not vm.spec.has("domain.cpu.realtime"):
        yield from _on_another(vm, value)


def _never_scheduled(vm: Workload, value: str | None) -> Findings:
    if (1, 5) <= vm.release < (1, 5, 3):
        yield Finding(
            vm.at("domain.cpu.realtime" if value is None else _SELECTOR),
            f'KubeVirt {vm.release} labels nodes `{_LABEL}: ""`, but selects `"true"`. No '
            "realtime VM can be scheduled. Upgrade to v1.5.3.",
            severity="error",
        )


def _on_another(vm: Workload, value: str) -> Findings:
    right = "true" if vm.release >= (1, 5, 3) else ""
    if value != right:
        path = vm.at(_SELECTOR)
        yield Finding(
            path,
            f'KubeVirt {vm.release} labels nodes `{_LABEL}: "{right}"`, but the node selector asks '
            f'for "{value}". The VM stays pending. Write "{right}", or remove the selector: the VM '
            "is not realtime.",
            safe(f'Write "{right}".', Set(path, right)),
        )


def policy(context: Context) -> Cel:
    label = f"variables.spec.?nodeSelector[?'{_LABEL}']"
    right = "true" if context.release >= (1, 5, 3) else ""
    is_scheduled = "false" if (1, 5) <= context.release < (1, 5, 3) else "true"
    return Cel(
        "nodeSelector",
        f"""
        variables.realtime ? {is_scheduled} :
          variables.partial || {label}.orValue('{right}') == '{right}'
        """,
        f"The nodes of KubeVirt {context.release} have another value of the label `{_LABEL}`, so "
        "the VM stays pending.",
    )
