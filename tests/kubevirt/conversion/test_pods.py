"""The virt-launcher pod, held against what virt-controller really renders."""

import measured
import pytest

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.conversion.pod import render_pod, whole_cpus
from rtlint.kubevirt.releases import Release, parse_release
from rtlint.kubevirt.vmi import PARITY_ANNOTATION, mutate

NEWEST = Release(1, 9, 0)


@pytest.mark.parametrize("row", measured.rows("pods.jsonl"), ids=lambda row: row["id"])
def test_every_measured_pod(row):
    release = parse_release(row["version"])
    vmi = mutate(row["manifest"]["spec"], measured.annotations(row), release, measured.cluster(row))
    pod = render_pod(vmi)
    compute = row["containers"]["compute"]
    assert dict(pod.node_selector) == row["nodeSelector"]
    assert dict(pod.requests) == compute["requests"]
    assert dict(pod.limits) == compute["limits"]
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
    assert "memory" not in pod.requests
    assert "memory" not in pod.limits


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
    ("release", "policy", "cpus"),
    [
        (Release(1, 5, 1), "supplementalPool", "5"),
        (Release(1, 5, 2), "supplementalPool", "7"),
        (Release(1, 5, 2), "auto", "7"),
        (NEWEST, None, "7"),
    ],
)
def test_the_pod_asks_for_a_pool_s_cpus_whatever_the_policy(release, policy, cpus):
    spec = realtime(isolateEmulatorThread=True)
    spec["domain"] |= {"ioThreads": {"supplementalPoolThreadCount": 2}}
    spec["domain"] |= {} if policy is None else {"ioThreadsPolicy": policy}
    assert pod_of(spec, release).limits["cpu"] == cpus


def test_a_shared_pod_asks_for_them_too():
    spec = {"domain": {"cpu": {"cores": 8}, "ioThreads": {"supplementalPoolThreadCount": 2}}}
    assert pod_of(spec, NEWEST).requests["cpu"] == "1"


def test_devices_of_plugins_and_the_node_s_disk():
    spec = realtime()
    spec["domain"]["devices"] = {
        "gpus": [{"name": n, "deviceName": "nvidia.com/A2"} for n in "ab"],
        "hostDevices": [
            {"name": "q", "deviceName": "intel.com/qat"},
            {"name": "claimed", "claimRequest": {"claimName": "c"}},
        ],
        "interfaces": [{"name": "n", "sriov": {}, "model": "e1000"}],
        "autoattachVSOCK": True,
        "disks": [{"name": "d", "lun": {"bus": "scsi", "reservation": True}}],
    }
    spec["domain"]["resources"] = {
        kind: {"ephemeral-storage": "1G"} for kind in ("requests", "limits")
    }
    pod = pod_of(spec, NEWEST)
    asked = {"nvidia.com/A2": "2", "intel.com/qat": "1", "devices.kubevirt.io/pr-helper": "1"}
    assert asked.items() <= pod.requests.items()
    assert asked.items() <= pod.limits.items()
    assert pod.requests["ephemeral-storage"] == pod.limits["ephemeral-storage"] == "1050M"
    assert pod.limits["devices.kubevirt.io/vhost-vsock"] == "1"
    assert "devices.kubevirt.io/vhost-net" not in pod.limits


@pytest.mark.parametrize(
    ("architecture", "security", "release", "labels"),
    [
        ("amd64", {"sev": {"policy": {"encryptedState": True}}}, NEWEST, {"sev", "sev-es"}),
        ("amd64", {"snp": {}}, NEWEST, {"sev-snp"}),
        ("amd64", {"tdx": {}}, NEWEST, {"tdx"}),
        ("s390x", {}, Release(1, 6, 0), {"s390-pv"}),
        ("s390x", {}, Release(1, 5, 3), set()),
    ],
)
def test_the_selectors_of_encrypted_guests(architecture, security, release, labels):
    spec = {"architecture": architecture, "domain": {"launchSecurity": security}}
    selector = pod_of(spec, release).node_selector
    assert {label.removeprefix("kubevirt.io/") for label in selector} & {
        "sev", "sev-es", "sev-snp", "tdx", "s390-pv",
    } == labels  # fmt: skip


@pytest.mark.parametrize(
    ("architecture", "machine"),
    [("amd64", "q35"), ("arm64", "virt"), ("s390x", "s390-ccw-virtio")],
)
def test_the_machine_type_and_firmware_of_the_architecture(architecture, machine):
    spec = {"architecture": architecture, "domain": {"memory": {"guest": "1Gi"}}}
    pod = pod_of(spec, NEWEST)
    assert pod.node_selector[f"machine-type.node.kubevirt.io/{machine}"] == "true"
    extra = pod.memory_overhead - pod_of(spec | {"architecture": "amd64"}, NEWEST).memory_overhead
    assert extra == (128 * 2**20 if architecture == "arm64" else 0)


def test_nested_enlightenments_need_vmx():
    spec = {"domain": {"features": {"hyperv": {"evmcs": {}}}}}
    selector = pod_of(spec, NEWEST).node_selector
    assert selector["cpu-feature.node.kubevirt.io/vmx"] == "true"


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
