"""The virt-launcher pod, held against what virt-controller really renders."""

import measured
import pytest

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.conversion.pod import render_pod, whole_cpus
from rtlint.kubevirt.releases import Release, parse_release
from rtlint.kubevirt.vmi import PARITY_ANNOTATION, mutate

COUNTED = ("cpu", "memory")
NEWEST = Release(1, 9, 0)


def counted(resources):
    return {
        name: value
        for name, value in resources.items()
        if name in COUNTED or name.startswith("hugepages-")
    }


@pytest.mark.parametrize("row", measured.rows("pods.jsonl"), ids=lambda row: row["id"])
def test_every_measured_pod(row):
    release = parse_release(row["version"])
    vmi = mutate(row["manifest"]["spec"], measured.annotations(row), release, measured.cluster(row))
    pod = render_pod(vmi)
    compute = row["containers"]["compute"]
    assert dict(pod.node_selector) == row["nodeSelector"]
    assert dict(pod.requests) == counted(compute["requests"])
    assert dict(pod.limits) == counted(compute["limits"])
    assert str(pod.memory_overhead) == row["annotations"]["kubevirt.io/memory-overhead-bytes"]


def realtime(**cpu):
    domain = {
        "cpu": {"cores": 4, "dedicatedCpuPlacement": True, "realtime": {}} | cpu,
        "memory": {"guest": "4Gi", "hugepages": {"pageSize": "1Gi"}},
    }
    return {"domain": domain, "nodeSelector": {"zone": "a"}}


def pod_of(spec, release, annotations=None, cluster=None):
    return render_pod(mutate(spec, annotations or {}, release, cluster or Cluster()))


@pytest.mark.parametrize(
    ("release", "realtime_label", "cpumanager"),
    [
        (Release(1, 4, 1), "", "cpumanager"),
        (Release(1, 5, 0), "true", "cpumanager"),
        (Release(1, 7, 4), "true", "cpumanager"),
        (Release(1, 8, 0), "true", "kubevirt.io/cpumanager"),
    ],
)
def test_the_selector_of_the_release(release, realtime_label, cpumanager):
    selector = pod_of(realtime(), release).node_selector
    assert selector["kubevirt.io/realtime"] == realtime_label
    assert selector[cpumanager] == "true"
    assert len([label for label in selector if "cpumanager" in label]) == 1
    assert selector["zone"] == "a"


def test_memory_is_left_out_where_the_overhead_is_not_known():
    pod = pod_of(realtime(), Release(1, 8, 4))
    assert pod.memory_overhead is None
    assert dict(pod.requests) == {"cpu": "4", "hugepages-1Gi": "4Gi"}
    assert dict(pod.limits) == dict(pod.requests)


def test_the_cluster_s_parity_annotation_needs_the_gate():
    spec = realtime(isolateEmulatorThread=True)
    annotated = Cluster(annotations={PARITY_ANNOTATION: ""})
    gated = Cluster(annotations={PARITY_ANNOTATION: ""}, gates=frozenset({"AlignCPUs"}))
    assert pod_of(spec, NEWEST, cluster=annotated).limits["cpu"] == "5"
    assert pod_of(spec, NEWEST, cluster=gated).limits["cpu"] == "6"


def test_whole_cpus_of_a_shared_pod_is_its_request_rounded_up():
    spec = {"domain": {"cpu": {"cores": 15}, "memory": {"guest": "1Gi"}}}
    vmi = mutate(spec, {}, NEWEST, Cluster())
    assert render_pod(vmi).requests["cpu"] == "1500m"
    assert whole_cpus(vmi) == 2


@pytest.mark.parametrize(
    ("extra", "mebibytes"),
    [
        ({"livenessProbe": {"exec": {}}, "readinessProbe": {"exec": {}}}, 120),
        ({"livenessProbe": {"tcpSocket": {}}}, 0),
        ({"volumes": [{"name": "m", "downwardMetrics": {}}]}, 1),
        ({"devices": {"interfaces": [{"name": "n", "sriov": {}}]}}, 1024),
        ({"devices": {"hostDevices": [{}], "gpus": [{}]}}, 1024),
        ({"devices": {"interfaces": [{"name": "n", "bridge": {}}]}}, 0),
        ({"devices": {"tpm": {}}}, 53),
        ({"devices": {"tpm": {"enabled": False}}}, 0),
        ({"devices": {"autoattachGraphicsDevice": False}}, -32),
        ({"launchSecurity": {"sev": {}}}, 256),
    ],
)
def test_what_the_memory_overhead_grows_by(extra, mebibytes):
    plain = realtime()
    spec = realtime()
    for key, value in extra.items():
        place = spec["domain"] if key in ("devices", "launchSecurity") else spec
        place[key] = value
    grown = pod_of(spec, NEWEST).memory_overhead - pod_of(plain, NEWEST).memory_overhead
    assert grown == mebibytes * 2**20
