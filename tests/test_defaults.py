"""What a VMI spec looks like once the mutating webhook has seen it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from rtlint.kubernetes.fields import PLACEHOLDER, Fields
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
    result = default_spec(spec, parse_release(release), LIVE_UPDATE)
    for key, value in spec.items():
        if value is PLACEHOLDER or value == []:
            assert result[key] is value


def test_a_placeholder_among_counts_sets_no_other_count() -> None:
    domain = defaulted({"cpu": {"cores": PLACEHOLDER}})
    assert "sockets" not in domain.mapping("cpu")
