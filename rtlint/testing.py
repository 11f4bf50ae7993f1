"""A rule's cases, run: for the tests of rules, rtlint's own and those of a user's own.

`SITE001.yaml` holds the cases of SITE001, as a list:

- name: what the manifest shows
  kubevirt: v1.9.0      # the target release; the newest where it is not given
  options: {}           # the rule's own options
  cluster: {}           # fields of rtlint.rule.Cluster
  manifest: |           # the whole text of the file
  findings:             # of this rule alone, all of them, in order; [] for a manifest that passes
    - {field: spec.domain.cpu.model, line: 8, column: 14, severity: error, message: a part of it}

`field` and `line` are always given; `fix` is a part of the fix's description, or null for no fix,
and `applicability` is the fix's; `related` are the lines of related places.

A case of a fix has `fix` in the place of `findings`, and what comes of it:

- name: the fix, in braces
  fix: safe             # or unsafe: these fixes too
  manifest: |
  fixed: |              # the whole text after this rule's fixes alone
  withheld: part of the reason why a fix is not made, where there is one

Neither pytest nor another framework is needed: a case that fails raises AssertionError.
"""

from __future__ import annotations

import os
from difflib import unified_diff

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import NEWEST, Release, parse_release
from rtlint.lint.fixing import fix
from rtlint.lint.own import NoRule
from rtlint.lint.registry import Name, further_rules, rule_names
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.project.content import Tell
from rtlint.project.read import held, know
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.run import Result

__all__ = ["Case", "NoRule", "read_cases", "run_case"]

_KEYS = frozenset({"name", "kubevirt", "options", "cluster", "manifest"})
_FINDINGS = _KEYS | {"findings"}
_FIX = _KEYS | {"fix", "fixed", "withheld"}
_ATTRIBUTES = frozenset(
    {"field", "line", "column", "severity", "message", "fix", "applicability", "related"}
)
_PATH = "manifests/rt.yaml"


class Case(NamedTuple):
    """A case of a rule: `content` is what stands in the file, `place` its file and line.

    `beside` are rules that run too, where the rule looks at what others find.
    `str(case)` is the rule and the case's name, for `pytest.mark.parametrize(…, ids=str)`.
    """

    rule: Name
    content: dict[str, Any]
    place: str
    beside: tuple[Name, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule.id}-{self.content['name']}"

    @property
    def release(self) -> Release:
        """The target release."""
        text = self.content.get("kubevirt")
        return parse_release(text) if text else NEWEST

    @property
    def settings(self) -> Settings:
        """What the case is run with; its manifest is read for what it says of the cluster."""
        settings = Settings(
            release=self.release,
            cluster=Cluster(**self.content.get("cluster", {})),
            rules=(self.rule, *self.beside),
            options={self.rule.slug: self.content.get("options", {})},
        )
        return with_platform(self.content["manifest"], settings)


def with_platform(text: str, settings: Settings) -> Settings:
    """The settings with what a text says of its cluster, as in a run on a file that holds it."""
    content = held(_PATH, _PATH, text.encode(), settings.limits)
    found = know([content], (), settings, None, Tell()).at(_PATH)
    return settings if found.platform is None else found


def read_cases(
    folder: str | os.PathLike[str], rules: str | os.PathLike[str] | None = None
) -> list[Case]:
    """The cases in a folder, of the rules in another; without `rules` of rtlint's own.

    Raises NoRule for what is wrong with the rules, ValueError for a file that is named after no
    rule, a rule without a file, and a case that is none; OSError.
    """
    own = further_rules([os.fspath(rules)]) if rules is not None else ()
    names = own if rules is not None else rule_names()
    top = os.fspath(folder)
    files = {file for file in os.listdir(top) if file.endswith((".yaml", ".yml"))}
    for name in names:
        if f"{name.id}.yaml" not in files:
            raise ValueError(f"{os.path.join(top, name.id)}.yaml: {name.id} has no cases")
    expected = {f"{name.id}.yaml": name for name in names}
    if files - expected.keys():
        odd = os.path.join(top, min(files - expected.keys()))
        raise ValueError(f"{odd}: the name is no rule's; it is as `{names[0].id}.yaml`")
    return [
        case
        for file, name in sorted(expected.items())
        for case in _read(os.path.join(top, file), name)
    ]


def _read(file: str, rule: Name) -> Iterator[Case]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    with open(file, encoding="utf-8") as stream:
        text = stream.read()
    try:
        cases = YAML(typ="safe").load(text)
        lines = [item.start_mark.line + 1 for item in YAML(typ="safe").compose(text).value]
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{file}:{line}: no valid YAML: {error.problem}") from None
    except (AttributeError, TypeError):
        raise ValueError(f"{file}: no list of cases") from None
    for case, line in zip(cases, lines, strict=True):
        place = f"{file}:{line}"
        problem = _problem(case)
        if problem is not None:
            raise ValueError(f"{place}: {problem}")
        yield Case(rule, case, place)


def _problem(case: Any) -> str | None:
    """What is wrong with the form of a case, which would make it mean something else."""
    if not isinstance(case, dict) or not {"name", "manifest"} <= case.keys():
        return "a case has a `name` and a `manifest`"
    if ("findings" in case) == ("fix" in case):
        return "a case has either `findings` or `fix`"
    known = _FINDINGS if "findings" in case else _FIX
    odd = case.keys() - known
    if odd:
        return f"`{min(map(str, odd))}` is no key of such a case: {', '.join(sorted(known))}"
    if "findings" not in case:
        if case["fix"] not in ("safe", "unsafe") or "fixed" not in case:
            return "a case of a fix has `fix: safe` or `fix: unsafe`, and `fixed`"
        return None
    for each in case["findings"] or ():
        if not isinstance(each, dict) or not {"field", "line"} <= each.keys() <= _ATTRIBUTES:
            keys = ", ".join(sorted(_ATTRIBUTES))
            return f"a finding has `field` and `line`, and may have others of {keys}"
    return None


def run_case(case: Case) -> None:
    """Run a case. Raises AssertionError that says what came instead of what it expects."""
    __tracebackhide__ = True  # pytest then shows the message, not these functions
    source = Source(_PATH, case.content["manifest"])
    if "findings" in case.content:
        _run_findings(case, lint(source, case.settings))
    else:
        _run_fix(case, source)


def _run_findings(case: Case, result: Result) -> None:
    __tracebackhide__ = True
    _hold_failures(case, result)
    found = [each for each in result.diagnostics if each.rule == case.rule.id]
    expected = case.content["findings"] or []
    places = [(each.field, each.start.line) for each in found]
    if places != [(each["field"], each["line"]) for each in expected]:
        shown = "".join(f"\n  {_shown(each)}" for each in found) or " nothing"
        raise AssertionError(f"{case.place}: the rule finds:{shown}\nnot:{_listed(expected)}")
    for diagnostic, attributes in zip(found, expected, strict=True):
        _hold(case, diagnostic, attributes)


def _hold(case: Case, diagnostic: Diagnostic, expected: dict[str, Any]) -> None:
    __tracebackhide__ = True
    made = diagnostic.fix
    exact = {
        "column": diagnostic.start.column,
        "severity": diagnostic.severity,
        "applicability": made and made.applicability,
        "related": [related.start.line for related in diagnostic.related],
    }
    problems = [
        f"`{name}` is {exact[name]!r}, not {expected[name]!r}"
        for name in expected.keys() & exact
        if exact[name] != expected[name]
    ]
    if expected.get("message", "") not in diagnostic.message:
        problems.append(f"the message is {diagnostic.message!r}, without {expected['message']!r}")
    description = made and made.description
    if "fix" in expected and not _is_part(expected["fix"], description):
        problems.append(f"the fix is {description!r}, not {expected['fix']!r}")
    if problems:
        line = diagnostic.start.line
        raise AssertionError(f"{case.place}: line {line}: " + "; ".join(sorted(problems)))


def _is_part(expected: str | None, text: str | None) -> bool:
    return text is None if expected is None else text is not None and expected in text


def _run_fix(case: Case, source: Source) -> None:
    __tracebackhide__ = True
    level, reason = case.content["fix"], case.content.get("withheld")
    settings = case.settings
    before = lint(source, settings)
    done = fix(source, settings, level == "unsafe", before)
    _hold_failures(case, before)
    _hold_failures(case, done.result)
    if done.source.text != case.content["fixed"]:
        ours, theirs = (
            text.splitlines(keepends=True) for text in (case.content["fixed"], done.source.text)
        )
        diff = "".join(unified_diff(ours, theirs, "expected", "fixed"))
        raise AssertionError(f"{case.place}: the fix makes another text:\n{diff}")
    made = {each.fix.applicability for each in before.diagnostics if each.fix}
    if reason is None and level not in made:
        raise AssertionError(f"{case.place}: the rule has no {level} fix here")
    reasons = [each.withheld for each in done.result.diagnostics if each.withheld]
    if bool(reasons) != (reason is not None) or not all(str(reason) in each for each in reasons):
        raise AssertionError(f"{case.place}: fixes are withheld: {reasons}, not {reason!r}")


def _hold_failures(case: Case, result: Result) -> None:
    __tracebackhide__ = True
    if result.failures:
        raise AssertionError(f"{case.place}: {result.failures[0]}")


def _shown(diagnostic: Diagnostic) -> str:
    return f"{{field: {diagnostic.field}, line: {diagnostic.start.line}}}: {diagnostic.message}"


def _listed(findings: list[dict[str, Any]]) -> str:
    texts = (f"\n  {{field: {each['field']}, line: {each['line']}}}" for each in findings)
    return "".join(texts) or " nothing"
