"""`rtlint.api`, used as programs use it."""

import json
import re
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import FrozenInstanceError, asdict, fields
from io import StringIO

import pytest
from conftest import ROOT

from rtlint import api, values

VM = (ROOT / "examples" / "mask-selects-nothing.yaml").read_text()
REALTIME = (ROOT / "examples" / "realtime.yaml").read_text()
TYPE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineClusterInstancetype
metadata: {name: rt}
spec: {cpu: {guest: 4, model: host-model, realtime: {}}, memory: {guest: 4Gi}}
"""
NAMES_IT = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  instancetype: {name: rt}
  runStrategy: Always
  template: {spec: {domain: {devices: {}}}}
"""


def test_the_page_shows_real_output(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "library.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == page.count("```python") == 5
    names = {}
    for code, output in blocks:
        printed = StringIO()
        with redirect_stdout(printed):
            exec(code, names)
        assert printed.getvalue() == output


def test_all_names_are_there_and_documented():
    assert all(getattr(api, name).__doc__ for name in api.__all__)


def test_diagnostics_are_those_of_the_report(rtlint):
    report = json.loads(rtlint("--output-format", "json", "examples").out)
    found = api.lint_paths([ROOT / "examples"])
    shown = [each | {"related": each.get("related", [])} for each in report["diagnostics"]]
    made = [json.loads(json.dumps(asdict(each))) for each in found]
    for each in made:
        each["path"] = each["path"].removeprefix(f"{ROOT}/")
        for related in each["related"]:
            related["path"] = related["path"].removeprefix(f"{ROOT}/")
    assert made == shown


def test_the_page_is_that_of_the_command(rtlint):
    page = rtlint("preview", "--output-format", "html", "-", stdin=REALTIME.encode()).out
    assert api.preview_page(REALTIME, path="<stdin>").strip() == page.strip()


def test_previews_are_those_of_the_document(rtlint):
    document = json.loads(
        rtlint("preview", "--output-format", "json", "-", stdin=REALTIME.encode()).out
    )
    (made,) = api.preview(REALTIME, path="<stdin>")
    plain = json.loads(json.dumps(asdict(made)))
    assert plain["host"].pop("reserved") is None
    assert plain["host"].pop("name") is None
    assert [plain] == document["previews"]


def test_values_are_immutable():
    found = api.lint(VM)[0]
    with pytest.raises(FrozenInstanceError):
        found.rule = "RT000"
    assert hash(found.start)
    assert {field.name for field in fields(values.Diagnostic)} >= {"rule", "start", "fix"}


def test_texts_say_things_of_each_other():
    alone = {each.rule for each in api.lint(NAMES_IT)}
    known = {each.rule for each in api.lint(NAMES_IT, instancetypes=[TYPE])}
    beside = {each.rule for each in api.lint(f"{NAMES_IT}---\n{TYPE}")}
    assert "RT702" in alone
    assert "RT101" in known and "RT702" not in known
    assert "RT101" in beside


def test_a_cluster_counts():
    kubevirt = (
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: k}\n"
        "spec: {configuration: {evictionStrategy: LiveMigrate}}\n"
    )
    text = re.sub(r" *evictionStrategy: .*\n", "", REALTIME)
    assert [each.rule for each in api.lint(text, cluster=kubevirt, select=["RT501"])] == ["RT501"]
    assert api.lint(text, select=["RT501"]) == []


def test_suppressions_and_options():
    text = f"# rtlint: ignore-file[RT2]\n{VM}"
    assert "RT202" not in {each.rule for each in api.lint(text)}
    assert "RT202" in {each.rule for each in api.lint(text, suppressions=False)}
    small = REALTIME.replace("1Gi", "2Mi")
    options = {"hugepages-1gi": {"page-sizes": ["2Mi"]}}
    assert api.lint(small, select=["RT301"])
    assert not api.lint(small, select=["RT301"], options=options)


def test_a_fix_is_what_the_command_line_makes(tmp_path, rtlint):
    text = "\ufeff" + (ROOT / "examples" / "user-guide.yaml").read_text().replace("\n", "\r\n")
    file = tmp_path / "vm.yaml"
    file.write_bytes(text.encode())
    rtlint("--fix", "--no-config", file)
    fixed = api.fix(text)
    assert fixed.text.encode() == file.read_bytes()
    assert fixed.applied
    assert api.fix(fixed.text).text == fixed.text


def test_a_single_fix_can_be_applied_by_its_edits():
    text = REALTIME.replace("host-passthrough", "host-model")
    (found,) = api.lint(text, select=["RT101"])
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for edit in reversed(found.fix.edits):
        start, end = (starts[at.line - 1] + at.column - 1 for at in (edit.start, edit.end))
        text = text[:start] + edit.text + text[end:]
    assert text == REALTIME


def test_a_configuration_counts_for_paths(tmp_path):
    (tmp_path / "vm.yaml").write_text(VM)
    (tmp_path / ".rtlint.yaml").write_text("ignore: RT202\nkubevirt-version: v1.3\n")
    with_it = {each.rule for each in api.lint_paths([tmp_path])}
    without = {each.rule for each in api.lint_paths([tmp_path], no_config=True)}
    assert "RT202" in without and "RT202" not in with_it
    assert "RT202" in {each.rule for each in api.lint_paths([tmp_path], ignore=["RT5"])}


WRONG = {
    "rule": (lambda: api.lint(VM, select=["RT999"]), "`RT999` names no rule"),
    "release": (lambda: api.lint(VM, kubevirt_version="v9"), "`v9` is no KubeVirt version"),
    "option": (lambda: api.lint(VM, options={"RT301": {"sizes": []}}), "`sizes` is none of"),
    "options of no rule": (lambda: api.lint(VM, options={"RT999": {}}), "names no rule"),
    "cluster": (lambda: api.lint(VM, cluster="a: 1"), "<cluster>:1: the file holds no KubeVirt"),
    "no text": (lambda: api.lint_paths(["."], cluster="a: \ud800"), "<cluster>:1: "),
    "host": (lambda: api.preview(REALTIME, host="x"), "neither XML nor JSON"),
    "cpuset": (lambda: api.preview(REALTIME, cpuset="x"), "`x`"),
    "no YAML": (lambda: api.preview("apiVersion: kubevirt.io/v1\na: ["), "YAML"),
    "an unknown instancetype": (lambda: api.preview(NAMES_IT), "instancetype"),
    "path": (lambda: api.lint_paths(["no-such-file"]), "no-such-file: No such file"),
    "configuration": (lambda: api.lint_paths(["."], config="no-such-file"), "no-such-file"),
    "pattern": (lambda: api.lint_paths(["."], exclude=["!"]), "`!` is no pattern"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_one_error(name):
    call, message = WRONG[name]
    with pytest.raises(api.Error, match=re.escape(message)) as caught:
        call()
    assert all("\n" not in line for line in caught.value.messages)


def test_text_that_is_no_yaml_is_a_finding():
    assert [each.rule for each in api.lint("apiVersion: kubevirt.io/v1\na: [")] == ["RT001"]
    assert api.lint("") == api.lint("\ufeff") == []
    assert api.lint("a: \ud800") == api.lint("a: \ud800")


def test_importing_and_linting_needs_nothing_heavy():
    code = (
        "import sys; from rtlint import api; api.lint(open('examples/realtime.yaml').read());"
        "print({'click', 'pydantic', 'pygls', 'lsprotocol'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_linting_and_previewing_need_the_pure_parser_alone():
    # As in a browser, which has no wheels of compiled libraries.
    code = (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(name, *_):\n"
        "        head = name.partition('.')[0]\n"
        "        if head not in {'rtlint', 'ruamel', *sys.stdlib_module_names}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Finder)\n"
        "from rtlint import api\n"
        "text = open('examples/mask-selects-nothing.yaml').read()\n"
        "print(api.preview(text)[0].realtime)\n"
        "assert 'vCPU 0' in api.preview_page(text)\n"
        "mistyped = text.replace('cores: 3', 'cores: three').replace('passthrough', 'model')\n"
        "print(*[each.rule for each in api.lint(mistyped)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True\n")
    assert {"RT101", "RT603"} <= set(done.stdout.split())
