"""A KubeletConfig selects no machine config pool.

## Why
The machine config operator takes a missing or empty `machineConfigPoolSelector` for one that
matches no pool: the kubelets stay as they are, and only the object's status says so.

## Source
openshift/machine-config-operator 7ff337a4f, pkg/controller/kubelet-config/
kubelet_config_controller.go (getPoolsForKubeletConfig).

## Wrong
```yaml
apiVersion: machineconfiguration.openshift.io/v1
kind: KubeletConfig
metadata: {name: cpu-manager}
spec:
  kubeletConfig: {cpuManagerPolicy: static}
```

## Right
```yaml
apiVersion: machineconfiguration.openshift.io/v1
kind: KubeletConfig
metadata: {name: cpu-manager}
spec:
  machineConfigPoolSelector:
    matchLabels: {machineconfiguration.openshift.io/role: worker-rt}
  kubeletConfig: {cpuManagerPolicy: static}
```
"""

from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule

RULE = Rule("RT824", "kubelet-pool", "error", "platform")

_PATH = "spec.machineConfigPoolSelector"


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "KubeletConfig":
        return
    selector = Fields(obj.data).mapping(_PATH)
    if selector.get("matchLabels") or selector.get("matchExpressions"):
        return
    yield Finding(
        _PATH,
        "Without labels this selects no machine config pool, and no kubelet changes. Write "
        "`matchLabels` with a label of the pool.",
    )
