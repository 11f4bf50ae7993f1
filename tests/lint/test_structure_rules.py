"""One mistake, one finding: of the right rule, at the right place."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT
from corpus import Mutant, mutants, samples
from measured import rows

from rtlint.kubernetes.fields import join_path
from rtlint.kubevirt.releases import NEWEST, Release, parse_release
from rtlint.kubevirt.schema.api import releases, version_text
from rtlint.kubevirt.schema.paths import value_at
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.expected import perform
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

RULES = select_rules(["RT001", "RT504", "RT6"], [])
MANY = {(0, 47), (1, 9)}


def findings(text: str, release: Release, rule: str | None = None) -> list[Diagnostic]:
    rules = RULES if rule is None else select_rules([rule], [])
    return lint(Source("vm.yaml", text), Settings(release=release, rules=rules)).diagnostics


def structural(text: str, minor: tuple[int, int]) -> list[Diagnostic]:
    return [d for d in findings(text, Release(*minor, 0)) if d.rule != "RT504"]


@pytest.mark.parametrize("minor", releases(), ids=version_text)
def test_valid_objects_have_no_structural_finding(minor: tuple[int, int]) -> None:
    for sample in samples(minor, seed=3):
        assert not structural(json.dumps(sample.data), minor), sample


@pytest.mark.parametrize("minor", releases(), ids=version_text)
def test_one_mistake_is_one_finding(minor: tuple[int, int]) -> None:
    random = Random(version_text(minor))
    chosen = list(samples(minor, seed=5))
    if minor not in MANY:
        chosen = random.sample(chosen, 25)
    for sample in chosen:
        for mutant in mutants(sample, minor, random):
            text = json.dumps(mutant.data)
            found = structural(text, minor)
            assert [(d.rule, d.field) for d in found] == [expected(mutant)], (mutant, found)
            assert marked(text, found[0]) == mark(mutant, text), mutant
            if found[0].fix is not None:
                fixed = perform(deepcopy(mutant.data), found[0].fix.operations)
                assert not structural(json.dumps(fixed), minor), mutant


def expected(mutant: Mutant) -> tuple[str, str]:
    return (mutant.rule, join_path(*mutant.path))


def marked(text: str, found: Diagnostic) -> str:
    return text[found.start.column - 1 : found.end.column - 1]


def mark(mutant: Mutant, text: str) -> str:
    """What the finding must mark: the key, the value, or for a missing field its parent's key."""
    if mutant.rule in ("RT601", "RT602"):
        return json.dumps(mutant.path[-1])
    value = value_at(mutant.data, mutant.path)
    if mutant.rule == "RT603":
        return json.dumps(value)
    parent = mutant.path[:-1]
    if parent and isinstance(parent[-1], str):
        return json.dumps(parent[-1])
    return marked_first_key(value_at(mutant.data, parent))


def marked_first_key(mapping: dict[str, Any]) -> str:
    """A list's item has no key of its own: its first key stands for it."""
    return json.dumps(next(iter(mapping))) if mapping else "{}"


CLEAN = sorted((ROOT / "tests" / "clean").glob("*.yaml"))


@pytest.mark.parametrize("file", CLEAN, ids=lambda file: file.stem)
def test_what_people_write_has_no_structural_finding(file: Path) -> None:
    assert not findings(file.read_text(), NEWEST)


def test_fields_of_kubernetes_itself_are_fine_in_every_release() -> None:
    text = (ROOT / "tests" / "clean" / "cluster-dump.yaml").read_text()
    for minor in releases():
        assert not findings(text, Release(*minor, 9))


def test_kubevirt_alone_refuses_what_it_was_measured_to() -> None:
    seen = 0
    for row in rows("refusals.jsonl"):
        text = json.dumps(row["manifest"])
        for name, causes in row["results"].items():
            # The webhook names the fields without the indexes of lists.
            refused = {
                cause["message"].partition(" in body should be one of ")[0]
                for cause in causes
                if " in body should be one of " in cause["message"]
            }
            found = findings(text, parse_release(name), "RT603")
            said = re.compile(r"not the string .*KubeVirt refuses")
            kubevirts = [d for d in found if said.search(d.message)]
            assert {re.sub(r"\[\d+\]", "", d.field) for d in kubevirts} == refused, row["id"]
            seen += len(refused)
    assert seen


def test_no_field_is_missed_that_kubevirt_was_measured_not_to_miss() -> None:
    for row in rows("refusals.jsonl"):
        for name, causes in row["results"].items():
            if not causes:
                assert not findings(json.dumps(row["manifest"]), parse_release(name), "RT604"), row
