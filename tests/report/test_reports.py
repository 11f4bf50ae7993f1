"""The reports for other programs, held against their published formats."""

import json
import re
import xml.etree.ElementTree as ET
from functools import partial
from importlib import import_module

import jsonschema
import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from rtlint.cli.outputs import FORMATS, Output, outputs
from rtlint.kubevirt.releases import NEWEST
from rtlint.lint.diagnostic import Related
from rtlint.lint.linted import Linted
from rtlint.lint.run import lint_bytes
from rtlint.lint.settings import Settings
from rtlint.report.model import Report
from rtlint.yaml.source import Position

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt
spec:
  domain:
    cpu:
      cores: 2
      model: host-model
      realtime: {mask: "^0"}
"""
# What a manifest may try: a line that is a command, its escapes, the end of a CDATA section,
# markup, a terminal's escape sequence, characters that no XML holds, a link, a placeholder.
HOSTILE = (
    "x\n::error::forged%0A::error::\r::add-mask::y]]></failure><b>&amp;\x1b[2J\x00\ufffe\u202e"
)
HOSTILE += "[click](https://example.org) {0}"


def report(text, path="vm.yaml", fail_on="warning"):
    return Report(NEWEST, (Linted(*lint_bytes(path, text.encode(), Settings())),), fail_on)


def hostile():
    """A report with the hostile text wherever text of a manifest gets into a finding."""
    made = report(VM.replace("name: rt", f"name: {json.dumps(HOSTILE)}"))
    linted = made.files[0]
    linted.result.diagnostics[:] = [
        d._replace(message=f"{d.message} {HOSTILE}", field=f"spec.{HOSTILE}")
        for d in linted.result.diagnostics
    ]
    return made


def render(format_, what):
    return import_module(f"rtlint.report.{format_}").render(what, colour=False, quiet=False)


@pytest.fixture(scope="module")
def examples():
    """The first cases of all rules: every kind of finding and of fix."""
    read = YAML(typ="safe").load
    manifests = {
        f"cases/{path.stem}-{number}.yaml": case["manifest"]
        for path in sorted((ROOT / "tests" / "cases").glob("*.yaml"))
        for number, case in enumerate(read(path)[:6])
        if "manifest" in case
    }
    manifests["realtime.yaml"] = (ROOT / "examples" / "realtime.yaml").read_text()
    lint = partial(lint_bytes, settings=Settings())
    return Report(NEWEST, tuple(Linted(*lint(p, text.encode())) for p, text in manifests.items()))


def schema(name):
    text = (ROOT / "tests" / "formats" / f"{name}.schema.json").read_text()
    return jsonschema.Draft202012Validator(json.loads(text))


def test_sarif_is_what_the_standard_says(examples):
    document = json.loads(render("sarif", examples))
    (run,) = document["runs"]
    assert len(run["results"]) == len(examples.diagnostics) > 50
    # Of the results that one rule makes with the same properties the schema says the same.
    alike = {(result["ruleId"], *result): result for result in run["results"]}
    schema("sarif").validate(document | {"runs": [run | {"results": list(alike.values())}]})
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["helpUri"].endswith(rule["id"])
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


def test_sarif_tells_the_related_places():
    made = report(VM)
    found = made.files[0].result.diagnostics
    place = Related("It is said here.", "types/rt.yaml", Position(3, 5), Position(3, 9))
    found[:] = [found[0]._replace(related=(place, place._replace(message="And here.")))]
    document = json.loads(render("sarif", made))
    schema("sarif").validate(document)
    first, second = document["runs"][0]["results"][0]["relatedLocations"]
    assert (first["id"], second["id"]) == (1, 2)
    assert first["message"] == {"text": "It is said here."}
    assert first["physicalLocation"] == {
        "artifactLocation": {"uri": "types/rt.yaml"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
    }


def test_sarif_regions_are_code_points_from_1():
    text = VM.replace("model: host-model", "model: host-model # 実時間 😀")
    text = text.replace("      model", '      "model"')
    (run,) = json.loads(render("sarif", report(text)))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (found,) = (r for r in run["results"] if r["ruleId"] == "RT101")
    region = found["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 9, "startColumn": 16, "endLine": 9, "endColumn": 26}


def test_sarif_fixes_make_the_text_that_fix_makes():
    (run,) = json.loads(render("sarif", report(VM)))["runs"]
    (found,) = (r for r in run["results"] if r["ruleId"] == "RT101")
    (fix,) = found["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "vm.yaml"}
    (replacement,) = change["replacements"]
    region, lines = replacement["deletedRegion"], VM.split("\n")
    line = lines[region["startLine"] - 1]
    lines[region["startLine"] - 1] = (
        line[: region["startColumn"] - 1]
        + replacement["insertedContent"]["text"]
        + line[region["endColumn"] - 1 :]
    )
    assert "\n".join(lines) == VM.replace("host-model", "host-passthrough")


def prints(text):
    (run,) = json.loads(render("sarif", report(text)))["runs"]
    return [r["partialFingerprints"]["resourceAndField/v1"] for r in run["results"]]


def test_fingerprints_survive_an_edit_and_tell_findings_apart():
    before = prints(VM)
    assert len(set(before)) == len(before) > 3
    assert prints("# a comment\n\n" + VM.replace("cores: 2", "# more\n      cores: 2")) == before
    assert not set(prints(VM.replace("name: rt", "name: other"))) & set(before)
    twice = prints(VM + "---\n" + VM)
    assert len(set(twice)) == len(twice) == 2 * len(before)


def test_fingerprints_do_not_hang_on_the_place_in_a_list():
    item = VM.replace("\n", "\n    ").rstrip()
    head, other = "apiVersion: v1\nkind: List\nitems:\n", "  - {apiVersion: v1, kind: Secret}\n"
    assert prints(f"{head}  - {item}\n") == prints(f"{head}{other}  - {item}\n")


def test_github_commands_have_one_line_each():
    lines = render("github", report(VM)).splitlines()
    assert len(lines) == len(report(VM).diagnostics)
    (model,) = (line for line in lines if "RT101" in line)
    assert model.startswith(
        "::error title=RT101 cpu-host-passthrough,file=vm.yaml,line=9,col=14,endColumn=23::"
    )


# How GitHub's runner reads a line: a command, its properties, its data.
COMMAND = re.compile(r"::(error|warning|notice)( (\w+=[^,:]*,)*\w+=[^,:]*)?::.*")


@pytest.mark.parametrize("path", ["vm.yaml", "a,line=1::error::b%0A\n::error::.yaml"])
def test_github_takes_no_command_from_a_manifest(path):
    made = hostile()
    linted = made.files[0]
    linted.source.path = path
    linted.result.diagnostics[:] = [d._replace(path=path) for d in linted.result.diagnostics]
    text = render("github", made)
    lines = text.split("\n")[:-1]
    assert len(lines) == len(made.diagnostics)
    assert all(COMMAND.fullmatch(line) for line in lines)
    assert "%250A" in text
    assert not [c for c in text if (ord(c) < 32 and c != "\n") or c == "\u202e"]


def test_gitlab_is_what_its_documentation_says(examples):
    issues = json.loads(render("gitlab", examples))
    schema("gitlab").validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) > 50
    assert {issue["severity"] for issue in issues} == {"info", "minor", "major"}


def junit(what):
    """The document, after what CI systems take for granted has been looked at."""
    root = ET.fromstring(render("junit", what))
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        failures = suite.findall("testcase/failure")
        assert suite.get("name")
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(failures)
        assert suite.get("errors") == suite.get("skipped") == "0"
        assert all(case.get("name") and case.get("classname") for case in suite)
        assert all(failure.get("type") and failure.get("message") for failure in failures)
    assert int(root.get("tests")) == len(root.findall("testsuite/testcase"))
    assert int(root.get("failures")) == len(root.findall("testsuite/testcase/failure"))
    return root


def test_junit_is_what_ci_systems_read(examples):
    root = junit(examples)
    assert int(root.get("failures")) == sum(map(examples.fails, examples.diagnostics)) > 50
    assert int(root.get("tests")) > len(examples.diagnostics)
    clean = [s for s in root if s.get("name").endswith("realtime.yaml")]
    assert [(s.get("tests"), s.get("failures")) for s in clean] == [("1", "0")]


def test_junit_holds_any_text():
    made = hostile()
    (failure, *_) = junit(made).findall("testsuite/testcase/failure")
    assert "::error::forged%0A" in failure.text
    assert "]]></failure><b>&amp;" in failure.text
    assert "\x1b" not in render("junit", made)
    # The line ends of an attribute are the manifest's, not blanks.
    assert "x\n::error::" in failure.get("message")


LEVELS = ["error", "warning", "info", "never"]


@pytest.mark.parametrize("fail_on", LEVELS)
def test_what_does_not_fail_the_run_is_no_failure_and_a_notice(fail_on):
    made = report(VM, fail_on=fail_on)
    severities = {d.severity for d in made.diagnostics}
    assert severities == {"error", "warning", "info"}
    failing = {"error": 1, "warning": 2, "info": 3, "never": 0}[fail_on]
    failing = [d for d in made.diagnostics if LEVELS.index(d.severity) < failing]
    cases = junit(made).findall("testsuite/testcase")
    assert [case.find("failure") is not None for case in cases] == [
        d in failing for d in made.diagnostics
    ]
    # What passes still says what it found.
    assert all((case.findtext("failure") or case.findtext("system-out")) for case in cases)
    levels = ["error" if d.severity == "error" else "warning" for d in failing]
    commands = [line[2:].split()[0] for line in render("github", made).splitlines()]
    assert [level for level in commands if level != "notice"] == levels
    issues = [issue["severity"] for issue in json.loads(render("gitlab", made))]
    assert [severity for severity in issues if severity != "info"] == [
        {"error": "major", "warning": "minor"}[level] for level in levels
    ]
    assert len(commands) == len(issues) == len(made.diagnostics)


@pytest.mark.parametrize("format_", ["text", "concise", "github", "gitlab"])
@pytest.mark.parametrize(
    ("metadata", "label"),
    [
        ("name: du-24\n  namespace: ran", "ran/du-24"),
        ("name: du-24", "du-24"),
        ("generateName: du-", "du-"),
        ("labels: {a: b}", "VirtualMachineInstance"),
    ],
)
def test_each_finding_names_its_resource(format_, metadata, label):
    made = report(VM.replace("name: rt", metadata))
    shown = render(format_, made)
    assert shown.count(f" {label}: ") + shown.count(f"::{label}: ") == len(made.diagnostics)


def test_a_finding_about_no_resource_names_none():
    assert "RT001 yaml-syntax: Not valid" in render("concise", report("kubevirt.io: [\n"))


def test_a_line_a_finding_and_one_that_closes():
    made = report(VM)
    *lines, closing = render("concise", made).splitlines()
    pattern = r"vm\.yaml:\d+:\d+: (error|warning|info) RT\d{3} [a-z0-9-]+: (\[[*?]\] )?rt: \S.*"
    assert len(lines) == len(made.diagnostics)
    assert all(re.fullmatch(pattern, line) for line in lines)
    assert closing.startswith("Found ")


def test_what_can_be_fixed_is_marked_and_counted():
    made = report(VM)
    lines = render("concise", made).splitlines()
    for found, line in zip(made.diagnostics, lines, strict=False):
        kind = found.fix and found.fix.applicability
        assert ("[*]" in line, "[?]" in line) == (kind == "safe", kind == "unsafe")
    kinds = [d.fix.applicability for d in made.diagnostics if d.fix]
    safe, unsafe = kinds.count("safe"), kinds.count("unsafe")
    said = f"{safe} fixable with --fix [*], {unsafe} more with --fix --unsafe-fixes [?] ("
    assert safe > 0
    assert unsafe > 0
    assert said in lines[-1]


def test_advice_is_a_line_each_at_the_end_of_its_file():
    one, two = (Linted(*lint_bytes(f"{n}.yaml", VM.encode(), Settings())) for n in (1, 2))
    lines = render("text", Report(NEWEST, (one, two))).splitlines()
    places = [line for line in lines if re.match(r"\d\.yaml:", line)]
    kinds = [(line[0], " info " in line) for line in places]
    assert kinds == sorted(kinds)
    advice = [i for i, line in enumerate(lines) if " info " in line]
    assert len(advice) >= 4
    # Nothing below it but more advice, or a blank line.
    assert all(lines[i + 1] == "" or i + 1 in advice for i in advice)


@pytest.mark.parametrize("format_", ["sarif", "gitlab"])
def test_json_holds_any_text(format_):
    made = hostile()
    text = render(format_, made)
    schema(format_).validate(json.loads(text))
    assert not [c for c in text if ord(c) < 32 and c != "\n"]


def test_sarif_shows_no_link_of_a_manifest():
    (run,) = json.loads(render("sarif", hostile()))["runs"]
    message = run["results"][0]["message"]["text"]
    assert r"\[click\](https://example.org) {{0}}" in message


def test_a_path_is_a_uri():
    (run,) = json.loads(render("sarif", report(VM, "a b/50%/\udcff.yaml")))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/50%25/%FF.yaml"


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_says_that_nothing_was_found(format_):
    text = render(format_, Report(NEWEST, ()))
    if format_ in ("json", "sarif"):
        assert json.loads(text).get("diagnostics", []) == []
    elif format_ == "gitlab":
        assert json.loads(text) == []
    elif format_ == "junit":
        assert list(ET.fromstring(text)) == []
    else:
        assert "::" not in text


TEXT = Output("text", None)


@pytest.mark.parametrize(
    ("formats", "files", "quiet", "expected"),
    [
        ([], [], False, [TEXT]),
        (["sarif"], [], False, [Output("sarif", None)]),
        (["sarif"], ["a"], False, [Output("sarif", "a"), TEXT]),
        (["sarif"], ["a"], True, [Output("sarif", "a")]),
        (["sarif", "github"], ["a"], False, [Output("sarif", "a"), Output("github", None)]),
        (["sarif", "junit"], ["a", "b"], False, [Output("sarif", "a"), Output("junit", "b"), TEXT]),
    ],
)
def test_which_report_goes_where(formats, files, quiet, expected):
    assert outputs(formats, files, quiet) == tuple(expected)


@pytest.mark.parametrize(("formats", "files"), [(["json", "sarif"], []), (["json"], ["a", "b"])])
def test_reports_without_a_place_of_their_own(formats, files):
    with pytest.raises(ValueError, match="--output-file"):
        outputs(formats, files, quiet=False)


def test_several_reports_in_one_run(rtlint, tmp_path):
    args = []
    for format_ in ("sarif", "gitlab"):
        args += ["--output-format", format_, "--output-file", tmp_path / format_]
    done = rtlint("examples/mixed.yaml", *args)
    assert done.returncode == 1
    assert done.out == rtlint("examples/mixed.yaml").out
    assert "RT101" in (tmp_path / "sarif").read_text()
    schema("gitlab").validate(json.loads((tmp_path / "gitlab").read_text()))
