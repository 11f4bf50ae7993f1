"""The CPU model of a realtime VM is not host-passthrough.

## Why
With host-model (KubeVirt's default) or a named model, libvirt hides features of the host's CPU from
the guest. CPUID differences make the guest's timers and idle loop exit to the host, and each exit
costs microseconds at an unpredictable moment.

## Source
KubeVirt's user guide, "Running realtime workloads"; kubevirt/kubevirt, pkg/virt-launcher,
converter: `cpu mode`.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      model: host-model
      realtime: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      model: host-passthrough
      realtime: {}
```

## Fix
Sets `model: host-passthrough`.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT101", "cpu-host-passthrough", "error", "realtime", "safe")


def check(vm: Workload, _: Context) -> Findings:
    written = vm.spec.string("domain.cpu.model")
    model = vm.defaulted.string("domain.cpu.model")
    if model == "host-passthrough":
        return
    path = vm.at("domain.cpu.model")
    what = f"is `{model}`" if written else f"is not set, so the VM gets {model}"
    yield Finding(
        path,
        f"`cpu.model` {what}. The guest then sees another CPU than the host's: CPUID differences "
        "make its timers and idle loop exit to the host. Write `model: host-passthrough`.",
        safe("Set `model: host-passthrough`.", Set(path, "host-passthrough")),
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.model",
        """
        variables.cpu.?model.orValue('') != '' ?
          variables.cpu.model == 'host-passthrough' :
          (variables.partial && !has(variables.cpu.model)) || variables.architecture == 'arm64' ||
          variables.cluster.?cpuModel.orValue('') == 'host-passthrough'
        """,
        "The guest sees another CPU than the host's. Write `model: host-passthrough`.",
    )
