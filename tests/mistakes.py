"""VMs whose verdict is known: valid ones that take over what the cases of refusals have.

The cases (`kubevirt/admission/SUBJECT.yaml`) say of each mistake which releases refuse it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from rtlint.kubernetes.plain import with_value, without_value
from rtlint.kubevirt.cluster import REALTIME_GATES, Cluster
from rtlint.kubevirt.releases import Release, parse_release

_FOLDER = Path(__file__).parent / "kubevirt" / "admission"
_PLAIN = {
    "domain": {
        "memory": {"guest": "2Gi"},
        "devices": {
            "disks": [{"name": "root", "disk": {"bus": "virtio"}}],
            "interfaces": [{"name": "default", "masquerade": {}}],
        },
    },
    "networks": [{"name": "default", "pod": {}}],
    "volumes": [{"name": "root", "containerDisk": {"image": "i"}}],
}
_REALTIME = {
    "cpu": {
        "sockets": 1,
        "cores": 4,
        "threads": 1,
        "model": "host-passthrough",
        "dedicatedCpuPlacement": True,
        "isolateEmulatorThread": True,
        "numa": {"guestMappingPassthrough": {}},
        "realtime": {"mask": "1-3"},
    },
    "memory": {"guest": "2Gi", "hugepages": {"pageSize": "1Gi"}},
}
# Fields of a case that are no VMI's.
_BESIDE_SPEC = ("machine", "template")
# What a realtime VM may lack, and whether it is refused then.
_LACKING = {
    "domain.cpu.dedicatedCpuPlacement": True,
    "domain.cpu.isolateEmulatorThread": False,
    "domain.cpu.model": False,
    "domain.cpu.numa": True,
    "domain.devices.autoattachMemBalloon": False,
    "domain.memory.hugepages": True,
}
# What belongs together: who brings one of a group brings all of it.
_GROUPS = (
    ("domain.devices.disks", "domain.devices.filesystems", "volumes"),
    ("domain.devices.interfaces", "networks"),
)


class Known(NamedTuple):
    """An object with the cluster that takes or refuses it, and the mistakes that it is made of."""

    manifest: dict[str, Any]
    release: Release
    cluster: Cluster
    mistakes: tuple[str, ...]
    is_refused: bool


class _Case(NamedTuple):
    """What a VM takes over, and which releases are known to refuse a VM that has it."""

    name: str
    parts: Mapping[str, Any]
    environment: str
    refused: dict[Release, bool]

    @property
    def is_of_realtime(self) -> bool:
        """Whether it has a say in what makes a VM realtime."""
        return not self.parts.keys().isdisjoint(("domain.cpu", "domain.memory", "architecture"))

    def is_refused(self, release: Release) -> bool | None:
        """None where the cases do not say: on both sides of the release they say the same."""
        near = (
            [each for each in self.refused if each <= release],
            [each for each in self.refused if each >= release],
        )
        if not all(near):
            return None
        found = {self.refused[max(near[0])], self.refused[min(near[1])]}
        return found.pop() if len(found) == 1 else None


def cases() -> list[dict[str, Any]]:
    """The cases of all subjects."""
    files = sorted(_FOLDER.glob("*.yaml"))
    return [case for path in files for case in YAML(typ="safe", pure=True).load(path)]


def cluster_of(case: dict[str, Any]) -> Cluster:
    found = Cluster(**case.get("cluster", {}))
    return found._replace(gates=frozenset(case["gates"])) if "gates" in case else found


def known(number: int) -> Known:
    """One object; the same number gives the same object."""
    random = Random(number)
    release = random.choice(_releases())
    judged = [case for case in _joined() if case.is_refused(release) is not None]
    random.shuffle(judged)
    is_vm, is_realtime = random.random() < 0.6, random.random() < 0.5
    environment = random.choice(judged).environment
    fitting = [
        case
        for case in judged
        if case.environment == environment
        and (is_vm or case.parts.keys().isdisjoint(_BESIDE_SPEC))
        and not (is_realtime and case.is_of_realtime)
    ]
    chosen = _apart(fitting, random.randrange(4))
    mistakes = {case.name: bool(case.is_refused(release)) for case in chosen}
    parts = _with_cases(_base(is_realtime), chosen)
    spec = _spec(parts)
    if is_realtime and random.random() < 0.5:
        lacking = random.choice(list(_LACKING))
        spec = without_value(spec, lacking)
        mistakes[f"no {lacking}"] = _LACKING[lacking]
    cluster = cluster_of(json.loads(environment))
    return Known(
        _manifest(spec, parts, is_vm),
        release,
        cluster._replace(gates=cluster.gates | REALTIME_GATES, is_known=True),
        tuple(mistakes),
        any(mistakes.values()),
    )


def _apart(cases: list[_Case], most: int) -> list[_Case]:
    """The first cases, so many at most, of which no two have a say in the same fields."""
    taken: set[str] = set()
    chosen = []
    for case in cases:
        fields = _with_groups(case.parts)
        if len(chosen) < most and not fields & taken:
            taken |= fields
            chosen.append(case)
    return chosen


def _with_cases(parts: dict[str, Any], cases: list[_Case]) -> dict[str, Any]:
    taken = {field for case in cases for field in _with_groups(case.parts)}
    kept = {field: value for field, value in parts.items() if field not in taken}
    for case in cases:
        kept |= case.parts
    return kept


@cache
def _releases() -> tuple[Release, ...]:
    return tuple(sorted({release for case in _joined() for release in case.refused}))


@cache
def _joined() -> tuple[_Case, ...]:
    """The cases, where those of the same VM are one."""
    found: dict[str, _Case] = {}
    for case in cases():
        environment = {key: case[key] for key in ("gates", "cluster") if key in case}
        parts = _parts(case.get("spec", {}))
        parts |= {key: case[key] for key in _BESIDE_SPEC if key in case}
        key = json.dumps([parts, environment], sort_keys=True)
        one = found.setdefault(key, _Case(case["name"], parts, json.dumps(environment), {}))
        for release in case["kubevirt"]:
            one.refused[parse_release(release)] = bool(case["causes"])
    return tuple(found.values())


def _base(is_realtime: bool) -> dict[str, Any]:
    parts = _parts(_PLAIN)
    if is_realtime:
        parts |= {f"domain.{field}": value for field, value in _REALTIME.items()}
        parts["domain.devices.autoattachMemBalloon"] = False
    return parts


def _parts(spec: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The fields of a VMI spec by path, those of its domain and devices each by itself."""
    found: dict[str, Any] = {}
    for field, value in spec.items():
        path = f"{prefix}{field}"
        if path in ("domain", "domain.devices"):
            found |= _parts(value, f"{path}.")
        else:
            found[path] = value
    return found


def _with_groups(fields: Mapping[str, Any]) -> set[str]:
    return set(fields).union(*(group for group in _GROUPS if not fields.keys().isdisjoint(group)))


def _spec(parts: Mapping[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    for path, value in parts.items():
        if path not in _BESIDE_SPEC:
            spec = with_value(spec, path, value)
    return spec


def _manifest(spec: dict[str, Any], parts: Mapping[str, Any], is_vm: bool) -> dict[str, Any]:
    kind = "VirtualMachine" if is_vm else "VirtualMachineInstance"
    if is_vm:
        template = {"metadata": parts.get("template", {}), "spec": spec}
        spec = parts.get("machine", {"runStrategy": "Always"}) | {"template": template}
    head = {"apiVersion": "kubevirt.io/v1", "kind": kind, "metadata": {"name": "a"}}
    return head | {"spec": spec}
