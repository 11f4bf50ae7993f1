"""A probe runs a program inside a realtime guest.

## Why
Each `exec` probe goes through the guest agent: it wakes QEMU's threads and the guest's, and starts
a process in the guest, once every `periodSeconds`. A probe of a port, or of the agent's presence,
starts no process.

## Source
KubeVirt's user guide, "Liveness and Readiness Probes".

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  readinessProbe:
    exec: {command: [cat, /tmp/healthy]}
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  readinessProbe:
    tcpSocket: {port: 22}
  domain:
    cpu: {cores: 4, realtime: {}}
```
"""

from rtlint.lint.rule import Cel
from rtlint.rule import Context, Finding, Findings, Rule, Workload, known

RULE = Rule("RT409", "exec-probe", "warning", "realtime")


def check(vm: Workload, _: Context) -> Findings:
    for probe in ("livenessProbe", "readinessProbe"):
        yield from known(_probe, vm, probe)


def _probe(vm: Workload, probe: str) -> Findings:
    if vm.spec.has(f"{probe}.exec"):
        yield Finding(
            vm.at(f"{probe}.exec"),
            f"`{probe}` runs a program in the guest every period. It takes CPU time from the "
            "realtime work. Use `tcpSocket` or `guestAgentPing`.",
            on_key=True,
        )


def policy(_: Context) -> Cel:
    return Cel(
        "readinessProbe",
        "!['livenessProbe', 'readinessProbe'].exists(p, variables.spec[?p].?exec.hasValue())",
        "An `exec` probe starts a program in the guest every period. "
        "Use `tcpSocket` or `guestAgentPing`.",
    )
