"""A PerformanceProfile reaches no machine config pool, or one that is paused.

## Why
The operator tunes nodes by way of a machine config pool. Without `machineConfigLabel` and
`machineConfigPoolSelector` it makes both of the one label of `nodeSelector`, which must be
`domain/role` then; any other is refused. Where no pool has the label, the profile changes no node,
and nobody says so. A pool that is paused takes changes only when it goes on.

## Source
openshift/cluster-node-tuning-operator d2394aa81, performanceprofile_validation.go
(validateSelectors), components/profile/profile.go (getDefaultLabel) and components/utils.go
(SplitLabelKey); openshift/machine-config-operator 7ff337a4f, pkg/controller/kubelet-config.

## Wrong
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  nodeSelector: {realtime: ""}
```

## Right
```yaml
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu: {isolated: 2-15, reserved: 0-1}
  nodeSelector: {node-role.kubernetes.io/worker-rt: ""}
```
"""

from rtlint.platform.model import Known
from rtlint.platform.pools import has_labels, role, selectors
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, UnknownValue

RULE = Rule("RT816", "profile-pool", "error", "platform")

_NODES = "spec.nodeSelector"
_ONE = ("spec.nodeSelector", "spec.machineConfigLabel", "spec.machineConfigPoolSelector")


def check(obj: Object, context: Context) -> Findings:
    if obj.kind != "PerformanceProfile":
        return
    fields = Fields(obj.data)
    refused = list(_refused(fields))
    yield from refused
    if refused or context.platform is None:
        return
    pools = context.platform.of("MachineConfigPool")
    # Every cluster has these two, whether a file shows them or not.
    if not pools or role(fields) in ("worker", "master"):
        return
    yield from _of_pools(fields, pools)


def _refused(fields: Fields) -> Findings:
    for path in _ONE:
        if len(fields.mapping(path)) > 1:
            name = path.removeprefix("spec.")
            yield Finding(
                path, f"The profile is refused: `{name}` may have one label.", on_key=True
            )
    labels = fields.mapping(_NODES)
    if not fields.has(_NODES):
        yield Finding(_NODES, "The profile is refused: it needs `nodeSelector`.")
    elif len(labels) <= 1 and not all(map(fields.has, _ONE)) and role(fields) is None:
        yield Finding(
            _NODES,
            "The profile is refused: it makes the pool's label of the node selector's, which "
            "must be `domain/role` then. Write `node-role.kubernetes.io/ROLE`, or "
            "`machineConfigLabel` and `machineConfigPoolSelector`.",
            on_key=True,
        )


def _of_pools(fields: Fields, pools: tuple[Known, ...]) -> Findings:
    wanted = selectors(fields)
    try:
        ours = [pool for pool in pools if has_labels(pool, wanted)]
    except UnknownValue:
        return
    label = ", ".join(f"{name}={value}" for name, value in wanted.items())
    path = "spec.machineConfigPoolSelector"
    path = path if fields.has(path) else _NODES
    if not ours:
        yield Finding(
            path,
            f"No MachineConfigPool of the run has the label {label}: the profile changes no node.",
            severity="warning",
            related=tuple((f"{pool.title} has other labels.", pool.place()) for pool in pools[:5]),
        )
    for pool in ours:
        if Fields(pool.data).boolean("spec.paused"):
            yield Finding(
                path,
                f"{pool.title} is paused: what the profile says reaches its nodes when it goes on.",
                severity="warning",
                related=((f"{pool.title} is paused.", pool.place()),),
            )
