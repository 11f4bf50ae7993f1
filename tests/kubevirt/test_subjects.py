"""What each release refuses, by subject: `admission/SUBJECT.yaml`, read from KubeVirt's source."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rtlint.kubevirt.admission import admit
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import parse_release

CASES = [
    case
    for path in sorted((Path(__file__).parent / "admission").glob("*.yaml"))
    for case in YAML(typ="safe", pure=True).load(path)
]


@pytest.mark.parametrize(
    ("case", "release"),
    [(case, release) for case in CASES for release in case["kubevirt"]],
    ids=lambda value: value["name"] if isinstance(value, dict) else value,
)
def test_what_a_release_says(case, release):
    domain = {"memory": {"guest": "1Gi"}} | case["spec"].get("domain", {})
    causes = admit(case["spec"] | {"domain": domain}, parse_release(release), Cluster())
    said = [(cause.field.removeprefix("spec."), cause.message) for cause in causes]
    # From v1.5 the webhook of a VMI says twice what it says of networks.
    assert list(dict.fromkeys(said)) == [tuple(cause) for cause in case["causes"]]
