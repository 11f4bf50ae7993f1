"""`kernel.sched_rt_runtime_us` is set to a value other than -1 on nodes of the run.

## Why
virt-handler labels a node `kubevirt.io/realtime` only where the sysctl is -1: with any other value
the kernel takes the CPU from a realtime thread for the rest of each period. Without the label no
realtime VM is scheduled there.

## Source
kubevirt/kubevirt v1.9.0, pkg/virt-handler/node-labeller/node_labeller.go
(kernelSchedRealtimeRuntimeInMicrosecods); the kernel's Documentation/scheduler/sched-rt-group.rst.

## Wrong
```yaml
apiVersion: tuned.openshift.io/v1
kind: Tuned
metadata: {name: realtime}
spec:
  profile:
    - name: realtime
      data: |
        [main]
        include=openshift-node
        [sysctl]
        kernel.sched_rt_runtime_us=950000
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 2, realtime: {}}}
```

## Right
```yaml
apiVersion: tuned.openshift.io/v1
kind: Tuned
metadata: {name: realtime}
spec:
  profile:
    - name: realtime
      data: |
        [main]
        include=openshift-node
        [sysctl]
        kernel.sched_rt_runtime_us=-1
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain: {cpu: {cores: 2, realtime: {}}}
```

## Fix
Writes -1.
"""

import re

from rtlint.platform.needs import few, places
from rtlint.rule import Context, Fields, Finding, Findings, Object, Rule, Set, safe

RULE = Rule("RT831", "sched-rt-runtime", "error", "platform", "safe")

_SYSCTL = "kernel.sched_rt_runtime_us"
_PROFILES = "spec.profile"
_SECTION = re.compile(r"\[(?P<name>[^\]]*)\]")
# For TuneD what stands behind a blank and `#` is a comment, in a line of its own or not.
_COMMENT = re.compile(r"(?<!\S)#.*", re.DOTALL)
_ARGUMENT = re.compile(rf"sysctl\.{re.escape(_SYSCTL)}=(?P<value>.*)")


def check(obj: Object, context: Context) -> Findings:
    if context.platform is None:
        return
    found = {"Tuned": _of_tuned, "MachineConfig": _of_machine_config}.get(obj.kind)
    vms = [vm for vm in context.platform.vms if vm.is_realtime]
    if found is None or not vms:
        return
    for path, value, right in found(Fields(obj.data)):
        yield Finding(
            path,
            f"`{_SYSCTL}` is {value} here: the nodes get no label `kubevirt.io/realtime`, and "
            f"{few(vms)} cannot be scheduled there. Write -1.",
            safe("Write -1.", Set(path, right)),
            related=places(vms, "is realtime."),
        )


def _of_tuned(fields: Fields) -> list[tuple[str, str, str]]:
    """Where a Tuned sets the sysctl wrongly, to what, and the text that sets it right."""
    found = []
    for index, profile in enumerate(fields.each(_PROFILES)):
        text = profile.string("data") or ""
        value, right = _ini(text)
        if value is not None:
            found.append((f"{_PROFILES}[{index}].data", value, right))
    return found


def _ini(data: str) -> tuple[str | None, str]:
    """The value in a profile's section sysctl, if it is wrong, and the text without such.

    Of several the last counts (redhat-performance/tuned, tuned/profiles/loader.py).
    """
    wrong, section = None, ""
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines):
        said = _COMMENT.sub("", line)
        header = _SECTION.fullmatch(said.strip())
        if header is not None:
            section = header["name"].strip()
        name, equals, text = said.partition("=")
        if section != "sysctl" or not equals or name.strip() != _SYSCTL:
            continue
        value = text.strip()
        # Where a variable stands only TuneD knows what comes of it.
        is_wrong = value not in ("", "-1") and "${" not in value
        wrong = value if is_wrong else None
        if is_wrong:
            start = line.index(value, len(name) + 1)
            lines[number] = f"{line[:start]}-1{line[start + len(value) :]}"
    return wrong, "".join(lines)


def _of_machine_config(fields: Fields) -> list[tuple[str, str, str]]:
    found = []
    for index in range(len(fields.items("spec.kernelArguments"))):
        path = f"spec.kernelArguments[{index}]"
        match = _ARGUMENT.fullmatch(fields.string(path) or "")
        if match is not None and match["value"] != "-1":
            found.append((path, match["value"], f"sysctl.{_SYSCTL}=-1"))
    return found
