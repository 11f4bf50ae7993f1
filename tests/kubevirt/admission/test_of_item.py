"""Checks of list items say nothing where the item has none of the fields that they are about."""

from measured import rows
from mistakes import cases

from rtlint.kubernetes.fields import known
from rtlint.kubevirt.admission import admitted, submitted
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import parse_release

RELEASES = ("v0.47.1", "v0.59.2", "v1.3.0", "v1.9.0")
SPECS = [
    *(case["spec"] for case in cases() if case.get("spec")),
    *(row["manifest"]["spec"] for row in rows("admission.jsonl") if row["manifest"].get("spec")),
]


def test_what_is_passed_over_says_nothing(monkeypatch):
    passed_over = []

    def of_item(checks, of, i, item, *more):
        """Every check is asked, and those that would not be are noted with what they say."""
        found = []
        for check, fields in checks:
            causes = known(check, of, i, item, *more)
            if fields and (not isinstance(item.data, dict) or fields.isdisjoint(item.data)):
                passed_over.append((check.__name__, tuple(causes)))
            found += causes
        return found

    # The modules of the checks have it by name.
    for name in ("bindings", "disks", "networks", "volumes"):
        monkeypatch.setattr(f"rtlint.kubevirt.admission.{name}.of_item", of_item)
    for release in map(parse_release, RELEASES):
        for spec in SPECS:
            admitted(submitted(spec, release, Cluster()))
    assert {name for name, causes in passed_over if causes} == set()
    # Of all of them.
    assert len({name for name, _ in passed_over}) == 30
