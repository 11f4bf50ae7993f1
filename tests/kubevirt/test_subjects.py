"""What each release refuses, by subject: `admission/SUBJECT.yaml`, read from KubeVirt's source.

A case has the spec of a VMI, and of its cluster the feature `gates` and other settings. With a
`template`'s metadata it is the VMI of a VirtualMachine.
"""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rtlint.kubevirt.admission import admit, heard
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
    spec = case["spec"]
    domain = {"memory": {"guest": "1Gi"}} | spec.get("domain", {})
    cluster = Cluster(**case.get("cluster", {}))
    if "gates" in case:
        cluster = cluster._replace(gates=frozenset(case["gates"]))
    of_machine = {}
    if "template" in case:
        of_machine = {
            "prefix": "spec.template.spec",
            "metadata": case["template"],
            "machine": {"runStrategy": "Always"},
        }
    causes = admit(spec | {"domain": domain}, parse_release(release), cluster, **of_machine)
    said = [(cause.field.removeprefix("spec."), cause.message) for cause in heard(causes)]
    # From v1.5 the webhook of a VMI says twice what it says of networks.
    assert list(dict.fromkeys(said)) == [tuple(cause) for cause in case["causes"]]
