"""What each release refuses, by subject: `admission/SUBJECT.yaml`, read from KubeVirt's source.

A case has the `spec` of a VMI, and of its cluster the feature `gates` and other settings. With a
`template`'s metadata, or the `machine` beside the template, it is the VMI of a VirtualMachine.
"""

import pytest
from measured import admit, without_words
from mistakes import cases, cluster_of

from rtlint.kubevirt.admission import heard
from rtlint.kubevirt.releases import parse_release


@pytest.mark.parametrize(
    ("case", "release"),
    [(case, release) for case in cases() for release in case["kubevirt"]],
    ids=lambda value: value["name"] if isinstance(value, dict) else value,
)
def test_what_a_release_says(case, release):
    spec = case.get("spec", {})
    domain = {"memory": {"guest": "1Gi"}} | spec.get("domain", {})
    of_machine = {}
    if {"template", "machine"} & case.keys():
        of_machine = {
            "prefix": "spec.template.spec",
            "metadata": case.get("template", {}),
            "machine": case.get("machine", {"runStrategy": "Always"}),
        }
    causes = admit(
        spec | {"domain": domain}, parse_release(release), cluster_of(case), **of_machine
    )
    said = [(cause.field.removeprefix("spec."), cause.message) for cause in heard(causes)]
    # From v1.5 the webhook of a VMI says twice what it says of networks.
    assert list(dict.fromkeys(said)) == [tuple(cause) for cause in case["causes"]]
    assert without_words(causes) == []
