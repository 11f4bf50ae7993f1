"""The rules held against what KubeVirt's own webhook said of each measured manifest.

What the webhook refuses a rule must report as an error, on a field that the refusal is about; what
it admits no rule may call refused.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

import pytest
from conftest import ROOT

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import parse_release
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

VECTORS = ROOT / "tests" / "vectors" / "admission.jsonl"

# Rules that say "KubeVirt refuses this": an error of theirs on an admitted VM is wrong.
REFUSED = {"RT102", "RT104", "RT105", "RT106", "RT303", "RT505", "RT506"}
# These speak of refusals too, and of what is admitted and fails, or is slow, later on.
ALSO_REFUSED = {"RT301", "RT302"}
# Errors that come after admission: virt-launcher or libvirt fails, and no webhook knows.
AFTER_ADMISSION = {
    "RT302": "guest memory that is no multiple of the page beside a request that is one",
    "RT305": "a memory request below the guest memory",
    "RT405": "I/O threads pinned to the vCPUs' CPUs where virt-launcher panics on it",
    "RT406": "a supplemental pool that libvirt cannot pin",
    "RT410": "an I/O threads policy without a disk",
}

# The webhook's field, relative to the VMI spec -> the fields on which a rule may report it. Where
# the webhook names a field that does not exist, or the one that demands and not the one that
# lacks, a finding stands at the field that is to be changed.
COUNTS = {"domain.resources.requests.cpu", "domain.resources.limits.cpu", "domain.cpu.threads"}
MEMORY = {
    "domain.memory.guest",
    "domain.resources.requests.memory",
    "domain.resources.limits.memory",
}
FITTING = {
    "": MEMORY,
    "domain.cpu.dedicatedCpuPlacement": {"domain.cpu.dedicatedCpuPlacement"} | COUNTS,
    "domain.cpu.isolateEmulatorThread": {"domain.cpu.dedicatedCpuPlacement"},
    "domain.cpu.numa.guestMappingPassthrough": {
        "domain.cpu.dedicatedCpuPlacement",
        "domain.memory.hugepages.pageSize",
    },
    "domain.devices.disks.domain.devices.disks[0]": {"domain.devices.disks[0].dedicatedIOThread"},
    # The webhook fills in the guest memory from the request.
    "domain.memory.guest": {"domain.resources.requests.memory"},
    "domain.hugepages.size": {"domain.memory.hugepages.pageSize"},
    "domain.ioThreads.count": {"domain.ioThreads.supplementalPoolThreadCount"},
    "domain.resources.limits.memory": MEMORY,
    "domain.resources.requests.cpu": COUNTS,
    "domain.resources.requests.memory": MEMORY,
    "domain.volumes[0].name": {"volumes[0].name"},
}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


RELEASES = list(rows()[0]["results"])


class Linted(NamedTuple):
    id: str
    said: list[dict[str, str]]
    errors: list[Diagnostic]

    @property
    def is_admitted(self) -> bool:
        return not self.said

    @property
    def is_decodable(self) -> bool:
        """Whether the webhook got to see it: the API server refuses a value's type before that."""
        return not any(cause["type"].startswith("Mutate:") for cause in self.said)


@cache
def linted(release: str) -> list[Linted]:
    """Every row with what the release's webhook said and the rules' errors, linted once."""
    rules = select_rules(sorted(REFUSED | ALSO_REFUSED | set(AFTER_ADMISSION)), ())
    result = []
    for row in rows():
        gates = frozenset(row["featureGates"])
        cluster = Cluster(rollout=row["rollout"], gates=gates, is_known=True)
        settings = Settings(
            release=parse_release(release), cluster=cluster, rules=rules, fixes=False
        )
        found = lint(Source("vmi.json", json.dumps(row["manifest"])), settings).diagnostics
        errors = [diagnostic for diagnostic in found if diagnostic.severity == "error"]
        result.append(Linted(row["id"], row["results"][release], errors))
    return result


@pytest.mark.parametrize("release", RELEASES)
def test_every_cause_of_refusal_is_reported(release: str) -> None:
    unreported = []
    for row in linted(release):
        found = {str(d.field) for d in row.errors if d.rule in REFUSED | ALSO_REFUSED}
        for cause in row.said if row.is_decodable else ():
            field = cause["field"].removeprefix("spec.")
            if not found & {f"spec.{path}" for path in {field} | FITTING.get(field, set())}:
                unreported.append((row.id, cause["field"], cause["message"], found))
    assert unreported == []


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_admitted_is_not_called_refused(release: str) -> None:
    wrong = [
        (row.id, diagnostic.rule, diagnostic.message)
        for row in linted(release)
        if row.is_admitted
        for diagnostic in row.errors
        if diagnostic.rule in REFUSED
        or (diagnostic.rule in AFTER_ADMISSION and "refuse" in diagnostic.message)
    ]
    assert wrong == []


@pytest.mark.parametrize("rule", AFTER_ADMISSION)
def test_what_fails_later_is_found_where_it_is_admitted(rule: str) -> None:
    found = {
        row.id
        for release in RELEASES
        for row in linted(release)
        if row.is_admitted and any(diagnostic.rule == rule for diagnostic in row.errors)
    }
    assert found
