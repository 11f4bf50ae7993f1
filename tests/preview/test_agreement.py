"""`check` and `preview` say the same of a VM: what a rule says keeps it from realtime, so does the
preview's verdict."""

import json
import re

import measured
import pytest
import yaml
from conftest import ROOT

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import parse_release
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.preview.model import Previewed, previewed, virtual_machines
from rtlint.preview.verdict import verdict
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source

TARGETS = [
    ("v0.58.0", Cluster()),
    ("v1.1.1", Cluster()),
    ("v1.5.2", Cluster(rollout="LiveUpdate")),
    ("v1.5.3", Cluster()),
    ("v1.9.0", Cluster(full_pcpus_only=True)),
]

# How rules say that a VM is refused, not scheduled, not started or not realtime. Where the API
# server refuses the object KubeVirt never sees it: the preview shows what it would make of it.
AGAINST = re.compile(
    r"KubeVirt (\S+ )?refuses (it|the VM|this|more|a realtime|NUMA)|crashes on this"
    r"|refuses the (pod|domain)\b|can be scheduled|stays pending|does not start|VM starts, but"
)
# "may refuse": it depends on what nobody knows.
MAYBE = re.compile(r"\bmay refuse\b")


def _cases():
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        for case in _strings(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if "kubevirt.io/" in case and "domain:" in case:
                yield case


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _corpus():
    yield from (path.read_text(encoding="utf-8") for path in (ROOT / "examples").rglob("*.yaml"))
    yield from _cases()
    for row in (*measured.rows("admission.jsonl")[::12], *measured.rows("convert.jsonl")[::24]):
        yield json.dumps(row["manifest"])


CORPUS = list(_corpus())


@pytest.mark.parametrize("number", range(len(TARGETS)))
def test_what_a_rule_says_against_a_vm_the_verdict_says_too(number):
    release, cluster = TARGETS[number]
    settings = Settings(parse_release(release), cluster, suppress=False, fixes=False)
    compared, contradictions = 0, set()
    # Every fourth manifest for one target, the next ones for the next.
    for text in CORPUS[number % 4 :: 4]:
        source = Source("vm.yaml", text)
        said = [d for d in lint(source, settings).diagnostics if AGAINST.search(d.message)]
        if not said:
            continue
        found = (previewed(vm) for vm in virtual_machines(source, compose(text), settings))
        vms = [each for each in found if isinstance(each, Previewed)]
        for vm in vms:
            obj = vm.workload.object
            about = [
                found
                for found in said
                if found.document == obj.document.number
                and (found.resource or {}) and found.resource.name == obj.name
                and not MAYBE.search(found.message)
            ]  # fmt: skip
            compared += len(about)
            if about and verdict(vm).realtime:
                contradictions.add((about[0].rule, about[0].message))
    assert compared > 50
    assert sorted(contradictions) == []
