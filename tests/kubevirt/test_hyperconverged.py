"""What HyperConverged's operator makes of the JSON patch in the annotation of its object."""

import json

import pytest

from rtlint import api
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.hyperconverged import read_hyperconverged

GATES = "/spec/configuration/developerConfiguration/featureGates"
OBJECT = """\
apiVersion: hco.kubevirt.io/v1beta1
kind: HyperConverged
metadata:
  name: kubevirt-hyperconverged
  annotations:
    kubevirt.kubevirt.io/jsonpatch: '%s'
spec: {}
---
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  runStrategy: Always
  template:
    metadata: {annotations: {cpu-quota.crio.io: disable}}
    spec:
      domain:
        cpu:
          sockets: 1
          cores: 4
          dedicatedCpuPlacement: true
          realtime: {}
          numa: {guestMappingPassthrough: {}}
        memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
        devices: {}
---
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec: {cpu: {isolated: 2-15, reserved: 0-1}}
"""


def read(*operations, spec=None):
    patch = json.dumps(operations)
    annotations = {"kubevirt.kubevirt.io/jsonpatch": patch}
    return read_hyperconverged({"metadata": {"annotations": annotations}, "spec": spec or {}})


def add(path, value):
    return {"op": "add", "path": path, "value": value}


def test_what_the_patch_sets_counts():
    cluster = read(
        add("/spec/configuration/vmRolloutStrategy", "Stage"),
        add(f"{GATES}/-", "ExpandDisks"),
        add("/spec/configuration/migrations/allowPostCopy", False),
        {"op": "replace", "path": "/spec/configuration/cpuModel", "value": "host-passthrough"},
        {"op": "remove", "path": "/spec/configuration/evictionStrategy"},
        {"op": "test", "path": "/spec/configuration/cpuModel", "value": "host-passthrough"},
        add("/spec/configuration/memBalloonStatsPeriod", 0),
        spec={"evictionStrategy": "LiveMigrate", "defaultCPUModel": "Haswell"},
    )
    assert (cluster.rollout, cluster.cpu_model) == ("Stage", "host-passthrough")
    assert (cluster.eviction_strategy, cluster.balloon_stats_period) == (None, 0)
    assert {"CPUManager", "ExpandDisks"} <= cluster.gates
    assert not cluster.is_known


def test_the_patch_goes_over_the_object_and_leaves_it_alone():
    data = {"spec": {"liveUpdateConfiguration": {"maxCpuSockets": 8}}}
    assert read(add("/spec/x", 1), spec=data["spec"]).max_cpu_sockets == 8
    path = "/spec/configuration/liveUpdateConfiguration/maxCpuSockets"
    assert read(add(path, 2), spec=data["spec"]).max_cpu_sockets == 2
    assert data == {"spec": {"liveUpdateConfiguration": {"maxCpuSockets": 8}}}


@pytest.mark.parametrize(
    "patch",
    [
        "[",
        "{}",
        "[1]",
        '[{"op": "add"}]',
        '[{"op": "add", "path": "/metadata/name", "value": 1}]',
        # Which gate that is only the operator knows.
        f'[{{"op": "remove", "path": "{GATES}/0"}}]',
        f'[{{"op": "replace", "path": "{GATES}/x", "value": "a"}}]',
        '[{"op": "move", "from": "/spec/configuration/cpuModel", "path": "/spec/a"}]',
        '[{"op": "add", "path": "/spec/configuration/vmRolloutStrategy", "value": "Often"}]',
        '[{"op": "add", "path": "/spec/configuration", "value": []}]',
        '[{"op": "replace", "path": "/spec/configuration/cpuModel/x", "value": 1}]',
        "[" * 10_000,
    ],
)
def test_a_patch_that_cannot_be_told_makes_the_object_unknown(patch):
    data = {"metadata": {"annotations": {"kubevirt.kubevirt.io/jsonpatch": patch}}, "spec": {}}
    with pytest.raises(UnknownValue) as unknown:
        read_hyperconverged(data)
    assert unknown.value.path == 'metadata.annotations["kubevirt.kubevirt.io/jsonpatch"]'
    assert "RT107" in {each.rule for each in api.lint(OBJECT % patch)}


def test_rules_see_what_comes_of_it():
    rules = ["RT107", "RT804", "RT805", "RT806"]
    assert {each.rule for each in api.lint(OBJECT % "[]", select=rules)} == set(rules)
    patch = [
        add("/spec/configuration/vmRolloutStrategy", "Stage"),
        add("/spec/configuration/defaultRuntimeClass", "performance-low-latency"),
        add("/spec/workloadUpdateStrategy", {"workloadUpdateMethods": []}),
    ]
    assert api.lint(OBJECT % json.dumps(patch), select=rules) == []
