"""A VM that the configuration requires to be realtime is not.

## Why
Without `cpu.realtime` KubeVirt gives no vCPU SCHED_FIFO and leaves the PMU on, whatever else the
manifest sets. The configuration says which VMs must be realtime: without the option `match` this
rule reports nothing.

## Options
`match`: `paths` (globs on the file's path), `names` (globs on the object's name) and `labels`
(name to value, on the object or on its template); a VM must match each of them that is given.

## Source
kubevirt/kubevirt, staging/src/kubevirt.io/api/core/v1/types.go, IsRealtimeEnabled (from v0.47.1).

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt-controller}
spec:
  domain:
    cpu: {cores: 4}
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt-controller}
spec:
  domain:
    cpu: {cores: 4, realtime: {}}
```

## Fix
Sets `realtime: {}`, which makes every vCPU realtime, and the dedicated CPUs, NUMA passthrough and
hugepages that admission requires with it. No fix where KubeVirt would refuse the VM.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.repairs import brings_all_memory, realtime_needs
from rtlint.lint.rule import Cel, cel_text
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Fix,
    Rule,
    Workload,
    if_known,
    safe,
    set_all,
)

if TYPE_CHECKING:
    from typing import Any

RULE = Rule(
    "RT100",
    "realtime-missing",
    "error",
    "workload",
    "safe",
    options=MappingProxyType(
        {"match": MappingProxyType({"paths": (), "names": (), "labels": MappingProxyType({})})}
    ),
)


def check(vm: Workload, context: Context) -> Findings:
    match = context.options["match"]
    if not any(match.values()) or vm.spec.has("domain.cpu.realtime") or not _matches(vm, match):
        return
    path = vm.at("domain.cpu.realtime")
    yield Finding(
        path,
        "The configuration requires this VM to be realtime, but `cpu.realtime` is not set. "
        "No vCPU gets SCHED_FIFO. Write `realtime: {}`.",
        if_known(lambda: _fix(vm)),
        unless=(("RT606", path),),
    )


def _fix(vm: Workload) -> Fix:
    """`realtime: {}`, with what admission wants beside it."""
    wanted = (("domain.cpu.realtime", {}), *realtime_needs(vm))
    memory = "; one page of 1Gi is then all its memory" if brings_all_memory(vm) else ""
    return safe(f"Set `realtime: {{}}`, with what it needs{memory}.", *set_all(vm, wanted))


def _matches(vm: Workload, match: Mapping[str, Any]) -> bool:
    from fnmatch import fnmatchcase

    paths, names = match.get("paths"), match.get("names")
    wanted = match.get("labels") or {}
    labels = {**Fields(vm.object.data).mapping("metadata.labels"), **vm.labels}
    return (
        (not paths or any(fnmatchcase(vm.object.source.path, glob) for glob in paths))
        and (not names or any(fnmatchcase(vm.object.name or "", glob) for glob in names))
        and all(labels.get(name) == value for name, value in wanted.items())
    )


def policy(context: Context) -> Cel | None:
    match = context.options["match"]
    # The API server knows no files.
    if not any(match.values()) or match.get("paths"):
        return None
    return Cel(
        "domain.cpu.realtime",
        f"variables.realtime || variables.partial || !({_in_cel(match)})",
        "The configuration requires this VM to be realtime. Write `realtime: {{}}`.",
    )


def _in_cel(match: Mapping[str, Any]) -> str:
    names = match.get("names") or ()
    tests = []
    if names:
        globs = "|".join(map(_as_regex, names))
        tests.append(f"object.metadata.?name.orValue('').matches({cel_text(f'^({globs})$')})")
    for name, value in (match.get("labels") or {}).items():
        label, wanted = cel_text(name), cel_text(value)
        # A template's label goes before the object's.
        tests.append(
            f"variables.labels[?{label}].or(object.metadata.?labels[?{label}]).orValue('') == "
            f"{wanted}"
        )
    return " &&\n".join(tests)


def _as_regex(glob: str) -> str:
    """A shell's pattern for RE2, which has no `\\Z`; the names of objects hold no line break."""
    parts = re.split(r"(\*|\?|\[!?\]?[^]]*\])", glob)
    special = {"*": ".*", "?": "."}
    return "".join(
        special.get(part) or ("[" + part[1:].replace("!", "^", 1) if i % 2 else re.escape(part))
        for i, part in enumerate(parts)
    )
