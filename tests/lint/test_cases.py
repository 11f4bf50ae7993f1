"""Every rule on its cases, and its documentation.

`cases/RT101.yaml` holds the cases of RT101, in the form that `rtlint.testing` reads.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from conftest import ROOT

from rtlint.kubevirt.releases import NEWEST, parse_release
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.registry import Name, find_rule, load_rule, rule_names
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.testing import Case, read_cases, run_case, with_platform
from rtlint.yaml.source import Source
from rtlint.yaml.text_edit import apply

CASES = ROOT / "tests" / "cases"
# Rules that run beside the one of the case: what suppresses nothing shows only where they do.
BESIDE = {"RT003": tuple(map(find_rule, ("RT101", "RT401", "RT402")))}
EVERY = [case._replace(beside=BESIDE.get(case.rule.id, ())) for case in read_cases(CASES)]


class Identity(NamedTuple):
    slug: str
    severity: str
    fix: str | None = None


# What users' configurations and suppressions name: none of it may change by accident.
RULES = {
    "RT001": Identity("yaml-syntax", "error"),
    "RT002": Identity("duplicate-key", "error"),
    "RT003": Identity("unused-suppression", "warning", "safe"),
    "RT004": Identity("template-skipped", "info"),
    "RT100": Identity("realtime-missing", "error", "safe"),
    "RT101": Identity("cpu-host-passthrough", "error", "safe"),
    "RT102": Identity("dedicated-cpu-placement", "error", "safe"),
    "RT103": Identity("isolate-emulator-thread", "error", "safe"),
    "RT104": Identity("numa-guest-mapping", "error", "safe"),
    "RT105": Identity("cpu-resources", "error", "unsafe"),
    "RT106": Identity("cpu-threads", "error"),
    "RT107": Identity("cpu-hotplug", "warning", "safe"),
    "RT108": Identity("single-vcpu", "warning"),
    "RT109": Identity("tsc-deadline", "info", "safe"),
    "RT110": Identity("smt-parity", "warning"),
    "RT201": Identity("mask-syntax", "error", "safe"),
    "RT202": Identity("mask-selects-nothing", "error"),
    "RT203": Identity("mask-out-of-range", "error", "unsafe"),
    "RT204": Identity("mask-not-a-string", "error", "safe"),
    "RT205": Identity("mask-leading-zero", "error", "safe"),
    "RT206": Identity("mask-release-dependent", "warning", "safe"),
    "RT207": Identity("mask-no-housekeeping", "info"),
    "RT208": Identity("mask-housekeeping-only", "warning"),
    "RT301": Identity("hugepages-1gi", "error", "safe"),
    "RT302": Identity("memory-page-multiple", "error", "unsafe"),
    "RT303": Identity("memory-resources", "error", "unsafe"),
    "RT304": Identity("memory-hotplug", "error", "safe"),
    "RT305": Identity("hugepages-shortfall", "error", "unsafe"),
    "RT401": Identity("memballoon", "error", "safe"),
    "RT402": Identity("graphics-device", "warning", "safe"),
    "RT403": Identity("usb-controller", "warning", "unsafe"),
    "RT404": Identity("no-console", "info", "safe"),
    "RT405": Identity("io-threads-on-vcpus", "warning"),
    "RT406": Identity("io-threads-pool", "error"),
    "RT407": Identity("io-threads-policy", "info", "safe"),
    "RT408": Identity("emulated-device", "warning", "unsafe"),
    "RT409": Identity("exec-probe", "warning"),
    "RT410": Identity("io-threads-without-disk", "error", "safe"),
    "RT411": Identity("pool-count-unused", "warning", "unsafe"),
    "RT501": Identity("live-migration", "warning", "unsafe"),
    "RT502": Identity("crio-annotations", "info", "safe"),
    "RT503": Identity("realtime-node-label", "warning", "safe"),
    "RT504": Identity("deprecated-api", "warning", "safe"),
    "RT505": Identity("refused-value", "error", "safe"),
    "RT506": Identity("feature-gate", "error"),
    "RT601": Identity("unknown-field", "error", "safe"),
    "RT602": Identity("misplaced-field", "error", "safe"),
    "RT603": Identity("wrong-type", "error", "safe"),
    "RT604": Identity("missing-field", "error"),
    "RT605": Identity("field-not-in-release", "error"),
    "RT606": Identity("null-value", "error", "safe"),
    "RT701": Identity("instancetype-conflict", "error", "unsafe"),
    "RT702": Identity("instancetype-unknown", "info"),
    "RT703": Identity("preference-requirements", "error"),
    "RT801": Identity("cpu-manager-gate", "error", "safe"),
    "RT802": Identity("numa-gate", "error", "safe"),
    "RT803": Identity("align-cpus", "warning", "safe"),
    "RT804": Identity("runtime-class", "warning", "safe"),
    "RT805": Identity("workload-updates", "warning"),
    "RT806": Identity("rollout-strategy", "info"),
    "RT811": Identity("profile-cpus", "error"),
    "RT812": Identity("profile-realtime", "error", "safe"),
    "RT813": Identity("profile-hints", "error"),
    "RT814": Identity("profile-hugepages", "error", "safe"),
    "RT815": Identity("profile-topology", "warning", "unsafe"),
    "RT816": Identity("profile-pool", "error"),
    "RT817": Identity("profile-overrides", "warning", "safe"),
    "RT818": Identity("profile-kernel-args", "warning", "safe"),
    "RT821": Identity("kubelet-cpu-manager", "error", "safe"),
    "RT822": Identity("kubelet-topology-manager", "warning", "unsafe"),
    "RT823": Identity("kubelet-memory-manager", "error"),
    "RT824": Identity("kubelet-pool", "error"),
    "RT831": Identity("sched-rt-runtime", "error", "safe"),
    "RT832": Identity("machine-config", "error", "safe"),
    "RT833": Identity("node-labels", "warning"),
    "RT841": Identity("vm-too-large", "error"),
    "RT842": Identity("hugepages-too-few", "error"),
    "RT843": Identity("no-node-matches", "warning"),
    "RT851": Identity("sriov-policy", "error"),
}

# Options without which a rule's example shows nothing.
EXAMPLE_OPTIONS = {"RT100": {"match": {"names": ["rt-*"]}}}


@pytest.mark.parametrize("case", EVERY, ids=str)
def test_case(case: Case) -> None:
    run_case(case)


def test_every_rule_with_a_fix_has_cases_of_it_in_three_forms() -> None:
    texts: dict[str, list[str]] = {}
    for case in EVERY:
        if "fix" in case.content:
            texts.setdefault(case.rule.id, []).append(case.content["manifest"])
    for name in rule_names():
        if load_rule(name).rule.fix is None:
            continue
        shown = texts.get(name.id, [])
        assert any(text.startswith("{") for text in shown), f"{name.id} in JSON"
        assert any(re.search(r"^spec: \{", text, re.MULTILINE) for text in shown), name.id
        assert any(re.search(r"^spec:\n", text, re.MULTILINE) for text in shown), name.id


@pytest.mark.parametrize("name", rule_names(), ids=lambda name: name.id)
def test_cases_show_the_rule_both_ways(name: Name) -> None:
    shown = {
        bool(case.content["findings"])
        for case in EVERY
        if case.rule == name and "findings" in case.content
    }
    assert shown == {True, False}


@pytest.mark.parametrize("name", rule_names(), ids=lambda name: name.id)
def test_identity(name: Name) -> None:
    rule = load_rule(name).rule
    assert (rule.id, rule.name) == (name.id, name.slug)
    assert Identity(rule.name, rule.severity, rule.fix) == RULES[rule.id]


@pytest.mark.parametrize("name", rule_names(), ids=lambda name: name.id)
def test_documentation(name: Name) -> None:
    loaded = load_rule(name)
    title, *sections = re.split(r"^## (\w+)\n", loaded.documentation, flags=re.MULTILINE)
    bodies = dict(zip(sections[::2], sections[1::2], strict=True))
    optional = ["Options"] * bool(loaded.rule.options), ["Fix"] * bool(loaded.rule.fix)
    assert list(bodies) == ["Why", *optional[0], "Source", "Wrong", "Right", *optional[1]]
    assert all(text.strip() for text in bodies.values())
    assert re.fullmatch(r"\S.+\.\n\n", title), "one sentence in one line says what is found"
    for option in loaded.rule.options:
        assert f"`{option}`" in bodies["Options"]
    assert example(name, bodies["Wrong"]) != []
    assert example(name, bodies["Right"]) == []


def example(name: Name, section: str) -> list[Diagnostic]:
    """What the rule finds in a section's example; `kubevirt: v1.2` in its text names a release.

    The cluster is what the example says, as that of a run is.
    """
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    release = re.search(r"`?kubevirt: (v[0-9.]+[0-9])", section)
    chosen = Settings(
        release=parse_release(release[1]) if release else NEWEST,
        rules=(name, *BESIDE.get(name.id, ())),
        options={name.slug: EXAMPLE_OPTIONS.get(name.id, {})},
    )
    found = lint(Source("manifests/rt.yaml", text), with_platform(text, chosen)).diagnostics
    return [diagnostic for diagnostic in found if diagnostic.rule == name.id]


@pytest.mark.parametrize("case", [case for case in EVERY if "fix" in case.content], ids=str)
def test_one_fix_alone_makes_its_finding_go_away(case: Case) -> None:
    """`fix` goes on until nothing changes, so a fix that needs a second one would not show."""
    text = case.content["manifest"]
    for found in diagnostics(case, text):
        if found.fix is not None and found.field is not None:
            left = diagnostics(case, apply(text, list(found.fix.edits)))
            places = [(each.document, each.field) for each in left]
            assert (found.document, found.field) not in places


def diagnostics(case: Case, text: str) -> list[Diagnostic]:
    found = lint(Source("vm.yaml", text), case.settings).diagnostics
    return [diagnostic for diagnostic in found if diagnostic.rule == case.rule.id]
