"""A VM has less than its preference requires.

## Why
A preference may require a number of vCPUs, an amount of memory or an architecture. KubeVirt refuses
a VM that has less, and one whose vCPUs the preference's topology cannot divide. If the VM itself
sets its vCPUs, only the field of the preferred topology counts: `cores: 4` is not `sockets: 4`.

## Source
kubevirt/kubevirt, pkg/instancetype/preference/requirements and the VirtualMachine webhook (read).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt1.large}
  preference: {name: rhel.9.realtime}
  template:
    spec:
      domain:
        devices: {}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt1.xlarge}
  preference: {name: rhel.9.realtime}
  template:
    spec:
      domain:
        devices: {}
```
"""

from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.definitions import spec_of
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT703", "preference-requirements", "error", "workload")
policy = "A policy does not see instancetypes and preferences."

_REQUIRED = {"cpu": "{} vCPUs", "memory": "{} of memory", "architecture": "the architecture {}"}


def check(vm: Workload, _: Context) -> Findings:
    if vm.effective is None or vm.effective.preference is None or vm.spec.partial:
        return
    # Most VMs name no preference, and this is slow to import.
    from rtlint.kubevirt.instancetypes import indivisible, unmet_requirements

    given, title = vm.effective.instancetype, vm.effective.preference.title
    preference = spec_of(vm.effective.preference, vm.release)
    instancetype = None if given is None else spec_of(given, vm.release)
    reference = f"{vm.virtual_machine_path}.preference.name"
    for unmet in unmet_requirements(preference, instancetype, vm.defaulted.mapping("")):
        said = next((path for path in unmet.paths if vm.spec.has(path)), None)
        yield Finding(
            vm.at(said) if said else reference,
            f"The {title} requires {_REQUIRED[unmet.resource].format(unmet.required)}, but the VM "
            f"has {unmet.provided}. KubeVirt refuses the VM. Change the VM, or use another "
            "preference.",
        )
    uneven = indivisible(value_at(instancetype, "cpu.guest"), preference)
    if uneven is not None:
        yield Finding(
            reference,
            f"The {title} spreads vCPUs over {uneven.across} with a ratio of {uneven.ratio}, which "
            f"does not divide {uneven.vcpus} vCPUs. KubeVirt refuses the VM. Use an instancetype "
            "with another number of vCPUs.",
        )
