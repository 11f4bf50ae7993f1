"""A field that KubeVirt refuses unless a feature gate is on.

## Why
The webhook refuses the field in every cluster whose KubeVirt object does not turn on its feature
gate: nothing is created. Which gates exist depends on the release: some features become part of
KubeVirt and need no gate any more, and from v1.9 beta gates are on by default.

An error if the cluster's KubeVirt object is known, from `--cluster` or among the linted files, and
lacks the gate. Otherwise it cannot be told, and the finding is advice.

## Source
kubevirt/kubevirt, pkg/virt-config/feature-gates.go and pkg/virt-config/featuregate, and the checks
of pkg/virt-api/webhooks/validating-webhook/admitters (v0.47.1 to v1.9.0, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    memory: {guest: 4Gi}
    devices: {autoattachVSOCK: true}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    memory: {guest: 4Gi}
    devices: {}
```

Or turn the gate on, in `spec.configuration.developerConfiguration.featureGates` of the cluster's
KubeVirt object.
"""

from rtlint.kubevirt.gates import releases_of
from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT506", "feature-gate", "error", "workload")
policy = "KubeVirt's own webhook refuses it."


def check(vm: Workload, _: Context) -> Findings:
    said = set()
    for cause in vm.causes:
        place = vm.place_of(cause)
        if not cause.gate or (cause.gate, place) in said:
            continue
        said.add((cause.gate, place))
        unless = (("RT505", place),)
        when = f"(needed {releases_of(cause.gate)})"
        if vm.cluster.is_known:
            message = (
                f"KubeVirt {vm.release} refuses this: the feature gate {cause.gate} {when} is off. "
                "Add it to `spec.configuration.developerConfiguration.featureGates` of the "
                "KubeVirt object."
            )
            yield Finding(place, message, unless=unless)
        else:
            message = (
                f"KubeVirt {vm.release} accepts this only with the feature gate {cause.gate} "
                f"{when}. Pass the cluster's KubeVirt object with `--cluster` to have it checked."
            )
            yield Finding(place, message, severity="info", unless=unless)
