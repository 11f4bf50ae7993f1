"""Every rule on manifests, and every rule's documentation.

`cases/RT101.yaml` holds the cases of RT101, as a list:

- name: what the manifest shows
  kubevirt: v1.9.0      # the target release; the newest where it is not given
  options: {}           # the rule's own options
  cluster: {}           # fields of rtlint.kubevirt.cluster.Cluster
  manifest: |           # the whole text of the file
  findings:             # of this rule alone, all of them, in order
    - {field: spec.domain.cpu.model, line: 8, column: 14, severity: error, message: a part of it}

`field` and `line` are always given; `fix` is a part of the fix's description, or null for no fix,
and `applicability` is the fix's; `related` are the lines of related places.

A case of a fix has `fix` in the place of `findings`, and what comes of it:

- name: the fix, in braces
  fix: safe             # or unsafe: these fixes too
  manifest: |
  fixed: |              # the whole text after this rule's fixes alone
  withheld: part of the reason why a fix is not made, where there is one
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import NEWEST, parse_release
from rtlint.limits import Limits
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.fixing import fix
from rtlint.lint.registry import Name, find_rule, load_rule, rule_names
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.platform.kubelet import gives_out_whole_cores
from rtlint.yaml.source import Source

CASES = ROOT / "tests" / "cases"
KEYS = {"name", "kubevirt", "options", "cluster", "manifest"}
ATTRIBUTES = {"field", "line", "column", "severity", "message", "fix", "applicability", "related"}


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
    "RT404": Identity("no-console", "warning", "safe"),
    "RT405": Identity("io-threads-on-vcpus", "warning"),
    "RT406": Identity("io-threads-pool", "error"),
    "RT407": Identity("io-threads-policy", "info", "safe"),
    "RT408": Identity("emulated-device", "warning", "unsafe"),
    "RT409": Identity("exec-probe", "warning"),
    "RT410": Identity("io-threads-without-disk", "error", "safe"),
    "RT501": Identity("live-migration", "warning", "unsafe"),
    "RT502": Identity("crio-annotations", "info", "safe"),
    "RT503": Identity("realtime-node-label", "warning", "safe"),
    "RT504": Identity("deprecated-api", "warning", "safe"),
    "RT505": Identity("refused-value", "error"),
    "RT601": Identity("unknown-field", "error", "safe"),
    "RT602": Identity("misplaced-field", "error", "safe"),
    "RT603": Identity("wrong-type", "error", "safe"),
    "RT604": Identity("missing-field", "error"),
    "RT605": Identity("field-not-in-release", "error"),
    "RT606": Identity("null-value", "error", "safe"),
    "RT701": Identity("instancetype-conflict", "error", "unsafe"),
    "RT702": Identity("instancetype-unknown", "info"),
    "RT703": Identity("preference-requirements", "error"),
}

# Options without which a rule's example shows nothing.
EXAMPLE_OPTIONS = {"RT100": {"match": {"names": ["rt-*"]}}}
# Rules that run beside the one of the case: what suppresses nothing shows only where they do.
BESIDE = {"RT003": ("RT101", "RT401", "RT402")}


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['name']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in YAML(typ="safe").load(path)
        if kind in case
    ]


def run(
    rule: Name,
    text: str,
    release: str | None = None,
    options: dict[str, Any] | None = None,
    cluster: dict[str, Any] | None = None,
) -> list[Diagnostic]:
    chosen = settings(rule, release, options, cluster)
    found = lint(Source("manifests/rt.yaml", text), chosen).diagnostics
    return [diagnostic for diagnostic in found if diagnostic.rule == rule.id]


def settings(
    rule: Name,
    release: str | None = None,
    options: dict[str, Any] | None = None,
    cluster: dict[str, Any] | None = None,
) -> Settings:
    return Settings(
        release=parse_release(release) if release else NEWEST,
        cluster=Cluster(**(cluster or {})),
        rules=(rule, *map(find_rule, BESIDE.get(rule.id, ()))),
        options={rule.slug: options or {}},
    )


@pytest.mark.parametrize(("rule", "case"), cases("fix"))
def test_fix(rule: str, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS | {"fix", "fixed", "withheld"}
    chosen = settings(
        find_rule(rule), case.get("kubevirt"), case.get("options"), case.get("cluster")
    )
    source = Source("manifests/rt.yaml", case["manifest"])
    done = fix(source, chosen, unsafe=case["fix"] == "unsafe")
    assert done.source.text == case["fixed"]
    made = {d.fix.applicability for d in lint(source, chosen).diagnostics if d.fix}
    assert "withheld" in case or case["fix"] in made
    reasons = [d.withheld for d in done.result.diagnostics if d.withheld]
    assert bool(reasons) == ("withheld" in case)
    assert all(case["withheld"] in reason for reason in reasons)


def test_every_rule_with_a_fix_has_cases_of_it_in_three_forms() -> None:
    texts: dict[str, list[str]] = {}
    for case in cases("fix"):
        texts.setdefault(case.values[0], []).append(case.values[1]["manifest"])
    for name in rule_names():
        if load_rule(name).rule.fix is None:
            continue
        shown = texts.get(name.id, [])
        assert any(text.startswith("{") for text in shown), f"{name.id} in JSON"
        assert any(re.search(r"^spec: \{", text, re.MULTILINE) for text in shown), name.id
        assert any(re.search(r"^spec:\n", text, re.MULTILINE) for text in shown), name.id


@pytest.mark.parametrize(("rule", "case"), cases("findings"))
def test_case(rule: str, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS | {"findings"}, (
        "a misspelt key would make the case mean something else"
    )
    expected = case["findings"]
    found = run(
        find_rule(rule),
        case["manifest"],
        case.get("kubevirt"),
        case.get("options"),
        case.get("cluster"),
    )
    assert [(d.field, d.start.line) for d in found] == [(e["field"], e["line"]) for e in expected]
    for diagnostic, attributes in zip(found, expected, strict=True):
        assert set(attributes) <= ATTRIBUTES
        assert_attributes(diagnostic, attributes)


def assert_attributes(diagnostic: Diagnostic, attributes: dict[str, Any]) -> None:
    exact = {
        "column": diagnostic.start.column,
        "severity": diagnostic.severity,
        "applicability": diagnostic.fix and diagnostic.fix.applicability,
        "related": [related.start.line for related in diagnostic.related],
    }
    for name in attributes.keys() & exact:
        assert exact[name] == attributes[name], name
    assert attributes.get("message", "") in diagnostic.message
    if "fix" in attributes:
        made = diagnostic.fix
        assert (made is None) == (attributes["fix"] is None)
        assert made is None or attributes["fix"] in made.description


def test_every_rule_has_cases_and_no_case_is_left_over() -> None:
    assert {path.stem for path in CASES.iterdir()} == {name.id for name in rule_names()}


@pytest.mark.parametrize("name", rule_names(), ids=lambda name: name.id)
def test_cases_show_the_rule_both_ways(name: Name) -> None:
    shown = [
        bool(case.values[1]["findings"]) for case in cases("findings") if case.values[0] == name.id
    ]
    assert set(shown) == {True, False}


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

    The kubelets are what the example says, as those of a run are.
    """
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    release = re.search(r"`?kubevirt: (v[0-9.]+[0-9])", section)
    kubelets = {"full_pcpus_only": gives_out_whole_cores(text.encode(), Limits())}
    return run(name, text, release and release[1], EXAMPLE_OPTIONS.get(name.id), kubelets)
