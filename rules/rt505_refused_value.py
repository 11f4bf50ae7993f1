"""A value that KubeVirt's webhook refuses.

## Why
The object is well-formed, and admission refuses it all the same: nothing is created. This rule
holds the webhook's checks that no other rule speaks of, and on a VM that is not realtime all of
them. Which values are refused depends on the release.

## Source
kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vmi-create-admitter.go
(v0.47.1 to v1.9.0, measured).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      features:
        - {name: tsc-deadline, policy: Require}
    memory: {guest: 4Gi}
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
      features:
        - {name: tsc-deadline, policy: require}
    memory: {guest: 4Gi}
```
"""

from rtlint.rule import Context, Finding, Findings, Rule, Workload

RULE = Rule("RT505", "refused-value", "error", "workload")

# On a realtime VM other rules speak of these.
_SPOKEN_OF = {
    "realtime-dedicated": "RT102",
    "numa-dedicated": "RT102",
    "isolate-dedicated": "RT102",
    "realtime-numa": "RT104",
    "cpu-not-whole": "RT105",
    "cpu-request-not-limit": "RT105",
    "cpu-not-vcpus": "RT105",
    "threads": "RT106",
    "numa-hugepages": "RT301",
    "page-size-invalid": "RT301",
    "memory-below-page": "RT302",
    "memory-page-multiple": "RT302",
    "memory-missing": "RT303",
    "memory-request-not-limit": "RT303",
    "memory-request-above-limit": "RT303",
    "guest-above-limit": "RT303",
}


def check(vm: Workload, _: Context) -> Findings:
    said = set()
    for cause in vm.causes:
        if vm.is_realtime and cause.check in _SPOKEN_OF:
            continue
        if (cause.check, cause.path) in said:
            continue
        said.add((cause.check, cause.path))
        if cause.message.startswith("panic:"):
            what = f"The webhook of {vm.release} crashes on this: {cause.message}"
        else:
            what = f"KubeVirt {vm.release} refuses this: {cause.message.strip()}"
        yield Finding(vm.at(cause.path), what if what.endswith(".") else f"{what}.")
