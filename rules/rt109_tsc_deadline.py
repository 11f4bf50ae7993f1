"""The CPU feature `tsc-deadline` is not required.

## Why
With `tsc-deadline` a guest arms its timer by writing one register. Without it, the guest programs
the emulated APIC timer, which costs an exit and is coarser. If the feature has the policy
`require`, KubeVirt also schedules the VM only on nodes that have it. The policies `disable` and
`forbid` are taken as intended, and not reported.

## Source
libvirt's guide "KVM real time guests"; KubeVirt's user guide, "Running realtime workloads".

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      model: host-passthrough
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
      model: host-passthrough
      features:
        - {name: tsc-deadline, policy: require}
      realtime: {}
```

## Fix
Adds the feature. If it is there with another policy, its author decides.
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Fields, Finding, Findings, Rule, Set, Workload, safe

RULE = Rule("RT109", "tsc-deadline", "info", "realtime", "safe")

_FEATURE = "tsc-deadline"


def check(vm: Workload, _: Context) -> Findings:
    # The timer is x86's.
    if (vm.defaulted.string("architecture") or "amd64") != "amd64":
        return
    features = [Fields(feature) for feature in vm.spec.items("domain.cpu.features")]
    index = next((i for i, f in enumerate(features) if f.string("name") == _FEATURE), None)
    if index is not None:
        # An absent policy is `require`.
        if features[index].string("policy") in (None, "", "require", "disable", "forbid"):
            return
        path, fix = vm.at(f"domain.cpu.features[{index}].policy"), None
    elif vm.has_instancetype:
        # A preference adds features to the VM's own.
        return
    else:
        path = vm.at("domain.cpu.features")
        feature = {"name": _FEATURE, "policy": "require"}
        item = vm.at(f"domain.cpu.features[{len(features)}]")
        fix = safe("Require `tsc-deadline`.", Set(item, feature))
    yield Finding(
        path,
        "The CPU feature `tsc-deadline` is not required. A guest without it has a timer that "
        "exits to the host more often. Add `{name: tsc-deadline, policy: require}`.",
        fix,
    )


def policy(_: Context) -> Cel:
    return Cel(
        "domain.cpu.features",
        """
        variables.architecture != 'amd64' ||
        (variables.partial && !has(variables.spec.architecture)) ||
        (variables.cpu.?features.orValue([]).exists(f, f.?name.orValue('') == 'tsc-deadline') ?
          variables.cpu.features.filter(f, f.?name.orValue('') == 'tsc-deadline')[0]
            .?policy.orValue('') in ['', 'require', 'disable', 'forbid'] :
          variables.partial)
        """,
        "The guest's timer exits to the host more often without `tsc-deadline`. "
        "Add `{{name: tsc-deadline, policy: require}}`.",
    )
