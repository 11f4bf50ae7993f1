"""What the webhooks of each release say of whole objects, in their order and words.

`vectors/refusals.jsonl` holds what KubeVirt's own webhooks said: of a VirtualMachine its own, and
where that admits it the one of the VMI that its controller makes.
"""

import json

import pytest
from measured import rows, without_words

from rtlint.kubernetes.objects import objects
from rtlint.kubevirt.admission import heard
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.kinds import GROUPS
from rtlint.kubevirt.releases import parse_release
from rtlint.lint.settings import Settings
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source

ROWS = rows("refusals.jsonl")


def workload(row, release):
    gates = frozenset({"CPUManager", *row["featureGates"]})
    cluster = Cluster(rollout=row["rollout"], gates=gates, is_known=True)
    source = Source("vm.json", json.dumps(row["manifest"]))
    (obj,) = objects(source, next(iter(compose(source.text))), GROUPS)
    return Settings(release=parse_release(release), cluster=cluster).workload(obj)


def is_decoded(said):
    """Whether the webhook got to see it: the API server refuses a value's type before that."""
    return not any(
        not cause["field"] and (" in body " in cause["message"] or "unmarshal" in cause["message"])
        for cause in said
    )


def told(vm):
    """Field and message of each cause; those of a VMI as its own webhook names them."""
    for cause in heard(vm.causes):
        field, message = cause.field, cause.message.removeprefix("panic: ")
        if cause.at_start and vm.object.kind == "VirtualMachine":
            field = field.replace("spec.template.", "", 1)
            message = message.replace("spec.template.", "")
        yield field, message


@pytest.mark.parametrize("release", ROWS[0]["results"])
def test_measured_rows(release):
    wrong = []
    for row in ROWS:
        said = row["results"][release]
        theirs = [(cause["field"], cause["message"]) for cause in said]
        vm = workload(row, release)
        if is_decoded(said) and list(told(vm)) != theirs:
            wrong.append((row["id"], theirs))
        wrong += without_words(vm.causes)
    assert wrong == []
