"""The exported policy, evaluated as the API server does, speaks where `check` speaks.

What policies do not see at all is in docs/policy.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from conftest import ROOT
from corpus import full_objects, samples
from measured import rows
from policies import differences, objects_in, plain_policy, policy_of

from rtlint.kubevirt.cluster import Cluster, read_cluster
from rtlint.kubevirt.releases import NEWEST, Release, parse_release
from rtlint.lint.registry import rule_names
from rtlint.lint.settings import Settings
from rtlint.testing import Case, read_cases

# Every release that a row was measured on, from the first that has a policy.
RELEASES = sorted(
    {
        parse_release(text)
        for file in ("admission.jsonl", "refusals.jsonl")
        for text in rows(file)[0]["results"]
        if parse_release(text) >= (1, 0)
    }
)
CASES = [
    case
    for case in read_cases(ROOT / "tests" / "cases")
    # These are about comments, which no API server sees.
    if case.release >= (1, 0) and case.rule.id != "RT003"
]


def manifests() -> Iterator[tuple[dict[str, Any], Cluster]]:
    """The measured VMs, with the cluster that each was measured in."""
    for row in (*rows("admission.jsonl"), *rows("refusals.jsonl")):
        configuration = {
            "vmRolloutStrategy": row["rollout"],
            "developerConfiguration": {"featureGates": row["featureGates"]},
        }
        yield row["manifest"], read_cluster({"spec": {"configuration": configuration}})


def masks() -> Iterator[dict[str, Any]]:
    for row in rows("masks.jsonl"):
        cpu = {"cores": row["vcpus"], "realtime": {"mask": row["mask"]}}
        yield {
            "apiVersion": "kubevirt.io/v1",
            "kind": "VirtualMachineInstance",
            "metadata": {"name": "rt"},
            "spec": {"domain": {"devices": {}, "cpu": cpu}},
        }


def generated(release: Release) -> Iterator[dict[str, Any]]:
    minor = (release.major, release.minor)
    for data in (*(sample.data for sample in samples(minor)), *full_objects(minor)):
        # What is being deleted is not judged.
        data.get("metadata", {}).pop("deletionTimestamp", None)
        yield data


def hold(release: Release, rows: Iterable[tuple[dict[str, Any], Cluster]]) -> int:
    """Hold both sides against each other; how many objects were judged."""
    judged = 0
    for data, cluster in rows:
        objects = objects_in(json.dumps(data))
        count, found = differences(plain_policy(release), objects, Settings(release, cluster))
        assert found == [], (data["metadata"], [rule for rule, _ in found])
        judged += count
    return judged


def is_plain(case: Case) -> bool:
    """Whether the policy of all rules, with their own options, is the case's."""
    settings = case.settings
    has_options = bool(case.content.get("options"))
    return settings.release == NEWEST and not has_options and not settings.cluster.full_pcpus_only


def hold_case(case: Case) -> None:
    settings = case.settings
    # Those rules too that may say it in the place of this one.
    pair = plain_policy() if is_plain(case) else policy_of(settings._replace(rules=rule_names()))
    _, found = differences(pair, objects_in(case.content["manifest"]), settings)
    assert [rule for rule, _ in found] == []


@pytest.mark.parametrize("case", [case for case in CASES if is_plain(case)][::3], ids=str)
def test_a_rule_s_cases(case: Case) -> None:
    hold_case(case)


def test_masks() -> None:
    assert hold(NEWEST, ((data, Cluster()) for data in masks())) == 159


def test_some_measured_manifests() -> None:
    assert hold(NEWEST, list(manifests())[::12]) > 80


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if not is_plain(case)][::8], ids=str)
def test_a_rule_s_cases_with_options_and_in_other_releases(case: Case) -> None:
    hold_case(case)


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_measured_manifests(release: Release) -> None:
    """Each in some of the releases; a release's rows are others than its neighbour's."""
    first = RELEASES.index(release)
    assert hold(release, list(manifests())[first :: 4 * len(RELEASES)]) > 10


@pytest.mark.slow
@pytest.mark.parametrize("release", [RELEASES[0], NEWEST], ids=str)
def test_generated_objects(release: Release) -> None:
    assert hold(release, ((data, Cluster()) for data in list(generated(release))[::3])) > 40
