"""A Node in a file has labels that virt-handler manages.

## Why
virt-handler writes `kubevirt.io/realtime`, `kubevirt.io/cpumanager` and `cpumanager` by what it
finds on the node, every minute or so. Written by hand they draw VMs to a node that cannot run them,
until virt-handler takes them back. What should bring the label is the kubelet's CPU manager, and
`kernel.sched_rt_runtime_us`.

## Source
kubevirt/kubevirt v1.9.0, pkg/virt-handler/heartbeat/heartbeat.go and
pkg/virt-handler/node-labeller/node_labeller.go.

## Wrong
```yaml
apiVersion: v1
kind: Node
metadata:
  name: worker-0
  labels:
    kubevirt.io/realtime: "true"
```

## Right
```yaml
apiVersion: v1
kind: Node
metadata:
  name: worker-0
  labels:
    node-role.kubernetes.io/worker-rt: ""
```
"""

from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, join_path

RULE = Rule("RT833", "node-labels", "warning", "platform")

_CAUSES = {
    "kubevirt.io/realtime": "set `kernel.sched_rt_runtime_us` to -1 there",
    "kubevirt.io/cpumanager": "give its kubelet `cpuManagerPolicy: static`",
    "cpumanager": "give its kubelet `cpuManagerPolicy: static`",
}


def check(obj: Object, _: Context) -> Findings:
    if obj.kind != "Node":
        return
    fields = Fields(obj.data)
    # In a dump virt-handler wrote them.
    if fields.has("status") or fields.has("metadata.uid"):
        return
    labels = fields.mapping("metadata.labels")
    for label, cause in _CAUSES.items():
        if label in labels:
            yield Finding(
                join_path("metadata", "labels", label),
                f"virt-handler owns the label `{label}`, and takes it back where the node does not "
                f"deserve it. Remove it, and {cause}.",
                on_key=True,
            )
