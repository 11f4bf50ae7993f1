"""What a VMI spec looks like once the mutating webhook has seen it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rtlint.kubernetes.fields import PLACEHOLDER, Fields, UnknownValue
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.defaults import default_spec
from rtlint.kubevirt.releases import NEWEST, Release, parse_release

LIVE_UPDATE = Cluster(rollout="LiveUpdate", gates=frozenset({"VMLiveUpdateFeatures"}))


def defaulted(domain: object, release: Release = NEWEST, cluster: Cluster | None = None) -> Fields:
    spec = {"domain": domain}
    return Fields(default_spec(spec, release, cluster or Cluster())["domain"])


@pytest.mark.parametrize(
    ("limits", "requests", "sockets"),
    [
        ({"cpu": "3"}, {"cpu": "2"}, 3),
        ({}, {"cpu": "2"}, 2),
        ({}, {"cpu": "1500m"}, 2),
        ({}, {"cpu": 4}, 4),
        ({}, {}, 1),
    ],
)
def test_sockets_come_from_cpu_resources(
    limits: dict[str, Any], requests: dict[str, Any], sockets: int
) -> None:
    domain = defaulted({"resources": {"limits": limits, "requests": requests}})
    counts = [domain.integer(f"cpu.{name}") for name in ("sockets", "cores", "threads")]
    assert counts == [sockets, 1, 1]


def test_a_count_that_is_set_hides_cpu_resources() -> None:
    domain = defaulted({"cpu": {"cores": 2}, "resources": {"limits": {"cpu": "8"}}})
    assert domain.mapping("cpu").get("sockets") is None


def test_the_input_is_never_changed() -> None:
    spec: dict[str, Any] = {
        "domain": {
            "cpu": {"realtime": {}},
            "memory": {"hugepages": {"pageSize": "1Gi"}},
            "resources": {"limits": {"cpu": "2", "memory": "1Gi"}},
            "devices": {"disks": [{"name": "a"}], "inputs": [{"name": "t"}]},
        },
        "volumes": [{"name": "a"}, {"name": "b"}],
    }
    before = copy.deepcopy(spec)
    default_spec(spec, NEWEST, Cluster())
    default_spec(spec, parse_release("v0.47"), Cluster())
    assert spec == before


@pytest.mark.parametrize(
    ("cluster", "release", "cpu", "maximum"),
    [
        (Cluster(), "v1.9", {"sockets": 2}, 8),
        (Cluster(), "v1.6", {"sockets": 2}, 8),
        (Cluster(), "v1.5", {"sockets": 2}, None),
        (Cluster(rollout="Stage"), "v1.9", {"sockets": 2}, None),
        (LIVE_UPDATE, "v1.5", {"sockets": 2}, 8),
        (LIVE_UPDATE, "v1.3", {"sockets": 2}, 8),
        (LIVE_UPDATE, "v1.2", {"sockets": 2}, None),
        (Cluster(rollout="LiveUpdate"), "v1.4", {"sockets": 2}, None),
        # A cores-only manifest cannot grow, one without any count can.
        (Cluster(), "v1.9", {"cores": 4}, None),
        (Cluster(), "v1.9", {}, 4),
        (Cluster(), "v1.9", {"sockets": 2, "maxSockets": 3}, 3),
        # 512 vCPUs are the most, from v1.4.1 and from v1.5.1; only where all counts are set.
        (Cluster(), "v1.9", {"sockets": 200, "cores": 1, "threads": 1}, 512),
        (Cluster(), "v1.9", {"sockets": 200, "cores": 2, "threads": 2}, 200),
        (Cluster(), "v1.9", {"sockets": 200}, 800),
        (LIVE_UPDATE, "v1.4.0", {"sockets": 200, "cores": 1, "threads": 1}, 800),
        (LIVE_UPDATE, "v1.4.1", {"sockets": 200, "cores": 1, "threads": 1}, 512),
        (LIVE_UPDATE, "v1.5.0", {"sockets": 200, "cores": 1, "threads": 1}, 800),
        (Cluster(max_cpu_sockets=6), "v1.9", {"sockets": 2}, 6),
        (Cluster(max_cpu_sockets=6), "v1.9", {"sockets": 7}, 7),
        (Cluster(max_hotplug_ratio=2), "v1.9", {"sockets": 2}, 4),
        (Cluster(architecture="arm64"), "v1.9", {"sockets": 2}, None),
        (LIVE_UPDATE._replace(architecture="arm64"), "v1.5.1", {"sockets": 2}, 8),
        (LIVE_UPDATE._replace(architecture="arm64"), "v1.5.2", {"sockets": 2}, None),
    ],
)
def test_automatic_max_sockets(
    cluster: Cluster, release: str, cpu: dict[str, Any], maximum: int | None
) -> None:
    assert defaulted({"cpu": cpu}, parse_release(release), cluster).integer("cpu.maxSockets") == (
        maximum
    )


@pytest.mark.parametrize(
    ("domain", "release", "cluster", "maximum"),
    [
        ({"memory": {"guest": "1Gi"}}, "v1.9", Cluster(), "4Gi"),
        ({"memory": {"guest": 2**30}}, "v1.9", Cluster(), "4Gi"),
        ({"resources": {"requests": {"memory": "1Gi"}}}, "v1.9", Cluster(), "4Gi"),
        ({"memory": {"guest": "512Mi"}}, "v1.9", Cluster(), None),
        ({"memory": {"guest": "512Mi"}}, "v1.3.1", LIVE_UPDATE, None),
        ({"memory": {"guest": "512Mi"}}, "v1.3.0", LIVE_UPDATE, "2Gi"),
        ({"memory": {"guest": "1Gi"}}, "v1.9", Cluster(max_guest=3 * 2**30), "3Gi"),
        ({"memory": {"guest": "4Gi"}}, "v1.9", Cluster(max_guest=3 * 2**30), None),
        ({"memory": {"guest": "1Gi"}}, "v1.5", Cluster(), None),
        ({"memory": {"guest": "1Gi"}}, "v1.3", LIVE_UPDATE, "4Gi"),
        ({"memory": {"guest": "1Gi"}}, "v1.2", LIVE_UPDATE, None),
        ({"memory": {"guest": "1Gi", "maxGuest": "2Gi"}}, "v1.9", Cluster(), "2Gi"),
        ({"memory": {"guest": "1Gi", "maxGuest": "2Gi"}}, "v1.0", Cluster(), None),
        ({"memory": {"guest": "1G"}}, "v1.9", Cluster(), None),
        ({"memory": {"guest": "1Gi"}, "cpu": {"realtime": {}}}, "v1.9", Cluster(), None),
        (
            {"memory": {"guest": "1Gi"}, "cpu": {"numa": {"guestMappingPassthrough": {}}}},
            "v1.9",
            Cluster(),
            None,
        ),
        ({"memory": {"guest": "1Gi"}, "launchSecurity": {}}, "v1.9", Cluster(), None),
        ({"memory": {"guest": "1Gi"}}, "v1.9", Cluster(architecture="s390x"), None),
        ({"memory": {"guest": "1Gi"}}, "v1.5.1", LIVE_UPDATE._replace(architecture="arm64"), "4Gi"),
        ({"memory": {"guest": "1Gi"}}, "v1.5.2", LIVE_UPDATE._replace(architecture="arm64"), None),
        ({}, "v1.9", Cluster(), None),
    ],
)
def test_automatic_max_guest(
    domain: dict[str, Any], release: str, cluster: Cluster, maximum: str | None
) -> None:
    assert defaulted(domain, parse_release(release), cluster).string("memory.maxGuest") == maximum


@pytest.mark.parametrize(
    ("domain", "release", "requested", "guest"),
    [
        ({"memory": {"guest": "2Gi"}}, "v1.6.3", "2Gi", "2Gi"),
        # virt-controller asks for the memory on the pod instead.
        ({"memory": {"guest": "2Gi"}}, "v1.6.4", None, "2Gi"),
        ({"memory": {"guest": "2Gi"}}, "v1.7", None, "2Gi"),
        ({"memory": {"hugepages": {"pageSize": "1Gi"}}}, "v1.9", None, "1Gi"),
        ({"memory": {"hugepages": {"pageSize": "1Gi"}}}, "v1.2", "1Gi", None),
        ({"memory": {"hugepages": {"pageSize": "big"}}}, "v1.2", None, None),
        ({"memory": {"guest": "0"}}, "v1.2", None, "0"),
        ({"resources": {"limits": {"memory": "3Gi"}}}, "v1.2", "3Gi", None),
        ({"resources": {"limits": {"memory": "3Gi"}}}, "v1.3", "3Gi", "3Gi"),
        ({"resources": {"limits": {"memory": "3Gi"}}}, "v1.9", None, "3Gi"),
        (
            {"resources": {"limits": {"memory": "3Gi"}, "requests": {"memory": "2Gi"}}},
            "v1.9",
            "2Gi",
            "2Gi",
        ),
    ],
)
def test_memory_of_the_request_and_of_the_guest(
    domain: dict[str, Any], release: str, requested: str | None, guest: str | None
) -> None:
    result = defaulted(domain, parse_release(release))
    assert result.string("resources.requests.memory") == requested
    assert result.string("memory.guest") == guest


def test_a_cpu_limit_is_the_request_too() -> None:
    assert defaulted({"resources": {"limits": {"cpu": 2}}}).mapping("resources.requests") == {
        "cpu": 2
    }
    assert defaulted({"resources": {"limits": {"cpu": "0"}}}).mapping("resources.requests") == {}


def test_disks_get_a_target_and_a_bus_and_volumes_a_disk() -> None:
    spec = {
        "domain": {
            "devices": {
                "disks": [{"name": "a"}, {"name": "b", "cdrom": {}}],
                "filesystems": [{"name": "c"}],
                "inputs": [{"name": "t"}],
            }
        },
        "volumes": [{"name": name} for name in "abcd"] + [{"name": "dump", "memoryDump": {}}],
    }
    disks = [{"name": "a", "disk": {"bus": "sata"}}, {"name": "b", "cdrom": {"bus": "sata"}}]
    new = default_spec(spec, NEWEST, Cluster())["domain"]["devices"]
    assert new["disks"] == [*disks, {"name": "d", "disk": {"bus": "sata"}}]
    assert new["inputs"] == [{"name": "t", "bus": "usb", "type": "tablet"}]
    old = default_spec(spec, parse_release("v0.53"), Cluster())["domain"]["devices"]
    assert old["disks"] == disks
    assert old["inputs"] == [{"name": "t", "bus": "usb"}]
    arm = default_spec(spec, NEWEST, Cluster(architecture="arm64"))["domain"]["devices"]
    assert arm["disks"][0] == {"name": "a", "disk": {"bus": "virtio"}}


@pytest.mark.parametrize(
    ("cluster", "release", "architecture", "model"),
    [
        (Cluster(), "v1.9", "amd64", "host-model"),
        (Cluster(cpu_model="EPYC"), "v1.9", "amd64", "EPYC"),
        (Cluster(cpu_model="EPYC", architecture="arm64"), "v1.9", "arm64", "host-passthrough"),
        (Cluster(), "v0.59", None, "host-model"),
    ],
)
def test_architecture_and_cpu_model(
    cluster: Cluster, release: str, architecture: str | None, model: str
) -> None:
    spec = default_spec({}, parse_release(release), cluster)
    assert spec.get("architecture") == architecture
    assert spec["domain"]["cpu"]["model"] == model


@pytest.mark.parametrize(
    ("written", "release", "effective"),
    [(None, "v1.9", "LiveMigrate"), ("None", "v1.9", "None"), (None, "v0.50", None)],
)
def test_eviction_strategy_of_the_cluster(
    written: str | None, release: str, effective: str | None
) -> None:
    spec = {"evictionStrategy": written}
    cluster = Cluster(eviction_strategy="LiveMigrate")
    result = default_spec(spec, parse_release(release), cluster)
    assert result.get("evictionStrategy") == effective


def test_fields_that_the_release_does_not_have_are_left_out() -> None:
    domain = {"cpu": {"sockets": 1, "maxSockets": 4}, "ioThreads": {}, "devices": {"video": {}}}
    old = defaulted(domain, parse_release("v0.59"))
    assert not any(map(old.has, ("cpu.maxSockets", "ioThreads", "devices.video")))
    new = defaulted(domain)
    assert all(map(new.has, ("cpu.maxSockets", "ioThreads", "devices.video")))


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"domain": None},
        {"domain": PLACEHOLDER},
        {"domain": []},
        {"domain": {"cpu": PLACEHOLDER, "memory": "4Gi", "resources": [], "devices": {}}},
        {"domain": {"cpu": {"cores": PLACEHOLDER}, "memory": {"guest": PLACEHOLDER}}},
        {"domain": {"cpu": {"cores": -1, "maxSockets": "x"}, "memory": {"guest": "x"}}},
        {"domain": {"devices": {"disks": [PLACEHOLDER, 3, {"disk": PLACEHOLDER}, {}]}}},
        {"domain": {"devices": {"disks": PLACEHOLDER, "inputs": [PLACEHOLDER, None]}}},
        {"volumes": [PLACEHOLDER, {"name": PLACEHOLDER}, None]},
        {"evictionStrategy": PLACEHOLDER, "nodeSelector": PLACEHOLDER},
    ],
)
@pytest.mark.parametrize("release", ["v0.47", "v1.2", "v1.5", "v1.9"])
def test_what_is_unknown_is_left_alone(spec: dict[str, Any], release: str) -> None:
    assert_kept(spec, default_spec(spec, parse_release(release), LIVE_UPDATE))


def assert_kept(before: Any, after: Any) -> None:
    """What is unknown, or of a wrong type for what it holds, stands where it stood."""
    if isinstance(before, dict):
        for key, value in before.items():
            # The oldest release has no maxSockets, and drops it.
            if value is not None and key != "maxSockets":
                assert_kept(value, after[key])
    elif isinstance(before, list):
        assert len(after) >= len(before)
        for old, new in zip(before, after, strict=False):
            assert_kept(old, new)
    elif before is not None:
        assert after is before


@pytest.mark.parametrize(
    ("domain", "release", "path"),
    [
        ({"memory": {"guest": PLACEHOLDER}}, "v1.2", "resources.requests.memory"),
        ({"memory": {"hugepages": PLACEHOLDER}}, "v1.9", "memory.guest"),
        ({"resources": {"requests": {"memory": PLACEHOLDER}}}, "v1.9", "memory.guest"),
        ({"resources": {"limits": {"cpu": PLACEHOLDER}}}, "v1.9", "cpu.sockets"),
        ({"resources": {"limits": {"cpu": "many"}}}, "v1.9", "cpu.sockets"),
        ({"cpu": {"sockets": PLACEHOLDER}}, "v1.9", "cpu.maxSockets"),
    ],
)
def test_a_default_that_hangs_on_a_placeholder_is_one(
    domain: dict[str, Any], release: str, path: str
) -> None:
    with pytest.raises(UnknownValue):
        defaulted(domain, parse_release(release)).string(path)


def test_a_placeholder_stands_for_a_count() -> None:
    resources = {"limits": {"cpu": "8"}}
    domain = defaulted({"cpu": {"cores": PLACEHOLDER}, "resources": resources})
    assert "sockets" not in domain.mapping("cpu")
