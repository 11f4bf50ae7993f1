"""Rules of a user's own: what is wrong with one is said, and stops nothing else."""

import json
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.project.configure import Asked, Configurations
from rtlint.project.files import Unusable
from rtlint.testing import read_cases, run_case
from rtlint.yaml.source import Source

VM = (ROOT / "examples" / "realtime.yaml").read_text()
RULE = 'Rule("SITE001", "a", "warning", "object", "safe")'
FINDING = 'Finding("metadata.name", "Not a name of the site.")'
OTHER = 'Rule("SITE002", "b", "info", "object")'
# On these lines stand RULE and what `check` does.
RULE_LINE, CHECK_LINE = 3, 5


def module(rule=RULE, check=f"yield {FINDING}"):
    return (
        '"""A VM has a name of the site."""\n'
        "from rtlint.rule import *\n"
        f"RULE = {rule}\n"
        "def check(obj, context):\n"
        f"    {check}\n"
    )


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A function that writes files to the folder `own` of the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "vm.yaml").write_text(VM)

    def write(**files):
        for name, text in files.items():
            (tmp_path / "own" / f"{name}.py").write_text(text)

    return write


def load(folder="own"):
    # By the whole path: what is loaded stays so while the process lives.
    return Configurations(Asked(rule_paths=(str(Path(folder).absolute()),))).rules


def problems(folder="own"):
    """What is wrong with the rules of a folder."""
    with pytest.raises(Unusable) as raised:
        load(folder)
    return [relative(message) for message in raised.value.messages]


def relative(message):
    return message.replace(f"{Path.cwd()}/", "")


def run(text=VM):
    return lint(Source("vm.yaml", text), Settings(rules=load()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            module('Rule("SITE001", "a", "warning", "vm")'),
            '`vm` is not a scope; write "text", "obj',
        ),
        (module('Rule("SITE001", "a", "fatal", "object")'), "`fatal` is not a severity; write"),
        (
            module('Rule("SITE001", "a", "info", "object", "sure")'),
            "`sure` is not an applicability",
        ),
        (module('Rule("SITE002", "a", "info", "object")'), "RULE is `SITE002`, `a`; by the file"),
        (module('Rule("SITE001", "b", "info", "object")'), "it is `SITE001`, `a`"),
        (module('Rule("SITE001", "a", "info", "object", None, [])'), "`options` must be a map"),
        (module('Rule("SITE001", "a", "info", "object", url="x")'), "`x` is not a URL"),
        (module('"SITE001"'), "no `RULE`, such as `RULE = Rule("),
        (module().replace("check", "look"), "no function `check`"),
        (module('Rule("SITE001")'), "not a rule that can be loaded: TypeError: Rule has the field"),
        (module("1 / 0"), f"ZeroDivisionError: division by zero (line {RULE_LINE})"),
        ("RULE = (\n", "SyntaxError: '(' was never closed (line 1)"),
        ("raise SystemExit(0)", "SystemExit: 0 (line 1)"),
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere' (line 1)"),
    ],
)
def test_a_module_that_is_no_rule(own, text, said):
    own(site001_a=text)
    (message,) = problems()
    assert message.startswith("own/site001_a.py: ")
    assert said in message


@pytest.mark.parametrize("name", ["cpu_count", "site001", "SITE001_a", "site001-a", "test_rules"])
def test_a_file_whose_name_is_no_rule_s(own, name):
    own(**{name: module(), "site002_b": module('Rule("SITE002", "b", "info", "object")')})
    (message,) = problems()
    assert message.startswith(f"own/{name}.py: not the name of a rule module, such as")


def test_all_that_is_wrong_is_said_at_once(own, rtlint, tmp_path):
    own(cpu_count="", site001_a="1 / 0", site002_b="")
    done = rtlint("--rule-path", "own", "vm.yaml", cwd=tmp_path)
    assert (done.returncode, done.out) == (2, "")
    lines = [re.sub(r"\.py: .*", "", line) for line in done.err.splitlines()]
    files = ("cpu_count", "site001_a", "site002_b", "site002_b")
    assert lines == [f"rtlint: own/{file}" for file in files]


def test_a_folder_without_rules(own, tmp_path):
    (tmp_path / "own" / "README.md").write_text("")
    assert problems() == ["own: no rule modules in this folder, such as `site001_cpu_count.py`"]
    assert problems("nowhere") == ["nowhere: No such file or directory"]


def test_two_rules_with_one_id(own, tmp_path):
    own(site001_a=module(), site001_b=module('Rule("SITE001", "b", "info", "object")'))
    assert problems() == ["own/site001_b.py: there is a rule SITE001 or `b` already"]


FIX = 'Fix("safe", "Set it.", (Set("metadata.name", "x"),))'


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("yield 1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("yield 'x'", "`check` yields str, not Finding"),
        ("yield None", "`check` yields NoneType, not Finding"),
        ("return [None]", "`check` yields NoneType, not Finding"),
        ("pass", "`check` yields nothing and returns None"),
        ("return 5", "TypeError: 'int' object is not iterable"),
        ("yield Finding(None, 'x')", "`None` is not a field path"),
        ("yield Finding('spec.a[x]', 'x')", "`spec.a[x]` is not a field path"),
        ("yield Finding('spec', 5)", "the message of a Finding must be text"),
        ("yield Finding('spec', 'x', severity='fatal')", "`fatal` is not a severity"),
        ("yield Finding('spec', 'x', span=(1, 2))", "the span of a Finding is tuple, not Span"),
        ("yield Finding('spec', 'x', related=('a', 'b'))", "`related` of a Finding must be a tup"),
        ("yield Finding('spec', 'x', unless=('RT103', 'spec'))", "`unless` of a Finding must be a"),
        ("yield Finding('spec', 'x', 'Set it.')", "the fix of a Finding is str, not Fix"),
        (f"yield Finding('spec', 'x', {FIX.replace('safe', 'sure')})", "`sure` is not an applica"),
        ("yield Finding('spec', 'x', safe('Do it.'))", "a Fix needs operations"),
        ("yield Finding('spec', 'x', safe('Do it.', 'set'))", "`'set'` is not an operation"),
        ("yield Finding('spec', 'x', safe('Do it.', Remove('')))", "`` is not a field path to set"),
        ("yield Finding('spec', 'x', safe('a', Set('a', {1})))", "`{1}` cannot be written as YAML"),
    ],
)  # fmt: skip
def test_a_check_that_fails(own, check, said):
    other = module('Rule("SITE002", "b", "info", "object")')
    own(site001_a=module(check=check), site002_b=other)
    result = run()
    assert [diagnostic.rule for diagnostic in result.diagnostics] == ["SITE002"]
    failure = relative(*result.failures)
    line = CHECK_LINE - ("pass" in check or check.startswith("return"))
    assert re.match(rf"SITE001 failed: own/site001_a.py:{line}: ", failure), failure
    assert said in failure


@pytest.mark.parametrize(("declared", "fails"), [("'safe'", 0), ("'unsafe'", 1), ("None", 1)])
def test_a_fix_that_the_rule_does_not_declare(own, declared, fails):
    rule = f'Rule("SITE001", "a", "warning", "object", {declared})'
    own(site001_a=module(rule, f'yield Finding("metadata.name", "x", {FIX})'))
    failures = run().failures
    assert len(failures) == fails
    assert all('write `fix="safe"` in it' in failure for failure in failures)


def test_the_rest_of_the_run_goes_on(own, rtlint, tmp_path):
    own(
        site001_a=module(check=f"yield {FINDING}\n    yield 1 / 0"),
        site002_b=module('Rule("SITE002", "b", "info", "object")'),
    )
    (tmp_path / "two.yaml").write_text(f"{VM}---\n{VM}")
    for jobs in ("1", "2"):
        args = ("--rule-path", "own", "--select", "SITE", "--jobs", jobs)
        done = rtlint(*args, "--output-format", "json", "vm.yaml", "two.yaml", cwd=tmp_path)
        assert done.returncode == 2
        # What it found before it failed counts; once a file is enough.
        found = [(d["path"], d["rule"]) for d in json.loads(done.out)["diagnostics"]]
        each = ["SITE001", "SITE002"]
        assert found == [
            *(("two.yaml", rule) for rule in each * 2),
            *(("vm.yaml", rule) for rule in each),
        ]
        failed = "SITE001 failed: own/site001_a.py:6: ZeroDivisionError: division by zero"
        assert sorted(done.err.splitlines()) == [
            f"rtlint: two.yaml: {failed}",
            f"rtlint: vm.yaml: {failed}",
        ]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("rtlint.lint.time_limit.SECONDS", 0.3)


ENDLESS = [
    "while True: pass",
    "import re; re.match('(a|a)*b', 'a' * 40)",
    "while True:\n        try: int('x')\n        except: pass",
    f"while True: yield {FINDING}",
]


TRACED = """
import sys, threading
from rtlint.lint import time_limit
from rtlint.lint.own import load
from rtlint.rule import Context

time_limit.SECONDS = 0.3

def traced():
    print("traced")

def run():
    check = load("own", "site001_a", "SITE001", "a").check
    with time_limit.limited():
        list(check(None, None))

def end():
    try:
        run()
    except time_limit.TooMuch:
        pass
    sys.settrace(lambda *_: None)
    traced()

thread = threading.Thread(target=end)
thread.start()
thread.join()
"""


def said_to_be_stopped(failures):
    (failure,) = failures
    assert re.fullmatch(
        r"SITE001 failed: .*site001_a\.py:[5-7]: it took more than .*, so it was stopped", failure
    )


@pytest.mark.parametrize("check", ENDLESS)
def test_a_rule_that_does_not_end_is_stopped(own, impatient, check):
    own(site001_a=module(check=f"{check}\n    yield"), site002_b=module(OTHER))
    result = run(f"{VM}---\n{VM}")
    said_to_be_stopped(result.failures)
    assert [found.rule for found in result.diagnostics if found.rule == "SITE002"] == [
        "SITE002"
    ] * 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


# A regular expression can be interrupted in the main thread only.
@pytest.mark.parametrize("check", [ENDLESS[0], *ENDLESS[2:]])
def test_a_rule_that_does_not_end_in_another_thread(own, impatient, check):
    own(site001_a=module(check=f"{check}\n    yield"), site002_b=module(OTHER))
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(run).result(timeout=60)
        said_to_be_stopped(result.failures)
        assert [found.rule for found in result.diagnostics].count("SITE002") == 1
        # What was not needed to stop it stops nothing else.
        assert pool.submit(sum, range(10**6)).result() == 499999500000


@pytest.mark.parametrize("check", ["", "while True: pass", ENDLESS[2]])
def test_a_thread_that_ran_a_rule_can_be_traced(own, check):
    # Of a thread that is still told of an exception Python 3.11 makes an endless loop.
    own(site001_a=module(check=f"{check}\n    yield {FINDING}"), trace=TRACED)
    done = subprocess.run(
        [sys.executable, "own/trace.py"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "traced\n", done.stderr


def test_the_timer_of_a_program_that_calls_the_library_stays(own, impatient):
    own(site001_a=module(check="while True: pass\n    yield"))
    signal.setitimer(signal.ITIMER_REAL, 1000)
    try:
        said_to_be_stopped(run().failures)
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 900
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_a_rule_that_takes_memory_without_end_is_stopped(own, monkeypatch):
    monkeypatch.setattr("rtlint.lint.time_limit.MEMORY", 2**26)
    own(site001_a=module(check="held = []\n    while True: held.append(bytes(10**6))\n    yield"))
    (failure,) = run().failures
    assert "it took more than 64 MiB of memory, so it was stopped" in failure


def test_a_module_that_does_not_end_is_no_rule(own, impatient):
    own(site001_a=module() + "while True: pass\n")
    (problem,) = problems()
    assert "it took more than 0.3 s, so it was stopped" in problem


def test_the_other_rules_go_on_in_every_process(own, rtlint, tmp_path):
    own(site001_a=module(check="while True: pass\n    yield"), site002_b=module(OTHER))
    for number in range(4):
        (tmp_path / f"vm{number}.yaml").write_text(VM)
    args = ("--rule-path", "own", "--select", "SITE", "--jobs", "2", "--output-format", "json", ".")
    done = rtlint(*args, cwd=tmp_path)
    assert done.returncode == 2
    found = [d["rule"] for d in json.loads(done.out)["diagnostics"]]
    assert found == ["SITE002"] * 5
    # Once in each of the processes.
    failed = "SITE001 failed: own/site001_a.py:5: it took more than 5 s, so it was stopped"
    assert [line.split(": ", 2)[2] for line in done.err.splitlines()] == [failed] * 2


def test_a_value_that_cannot_be_known_is_no_failure(own):
    own(site001_a=module(check='yield Finding(Fields({"b": 1}).string("b"), "x")'))
    result = run()
    assert (result.diagnostics, result.failures) == ([], [])


def test_rules_share_a_module(own):
    own(
        _names="NAMES = ('a', 'b')\ndef fail():\n    raise KeyError('x')\n",
        site001_a=module(check="fail()").replace("import *\n", "import *; from ._names import *\n"),
    )
    failure = relative(*run().failures)
    assert failure == "SITE001 failed: own/_names.py:3: KeyError: 'x'"


@pytest.mark.parametrize("url", [None, "https://example.org/SITE001"])
def test_only_a_page_that_the_rule_names_is_linked(own, rtlint, tmp_path, url):
    own(site001_a=module(f'Rule("SITE001", "a", "warning", "object", url={url!r})'))
    args = ("--rule-path", "own", "--select", "SITE", "vm.yaml")

    def report(form):
        return rtlint(*args, "--output-format", form, cwd=tmp_path).out

    document = json.loads(report("json"))
    assert [diagnostic["url"] for diagnostic in document["diagnostics"]] == [url]
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text())
    jsonschema.validate(document, schema)
    (rule,) = json.loads(report("sarif"))["runs"][0]["tool"]["driver"]["rules"]
    assert rule.get("helpUri") == url
    for form in ("text", "junit", "gitlab", "github"):
        text = report(form)
        assert "SITE001" in text
        assert "rtlint.io/rules" not in text
        assert "explain" not in text
        assert url is None or form in ("gitlab", "github") or url in text


def test_explain_and_the_table_show_them(own, rtlint, tmp_path):
    own(site001_a=module())
    page = rtlint("explain", "a", "--rule-path", "own", cwd=tmp_path)
    assert page.out.startswith("# SITE001 a\n\nSeverity: warning. Fix: safe")
    table = rtlint("rules", "--rule-path", "own", cwd=tmp_path).out
    assert re.fullmatch(
        r"SITE001 +a +warning +safe fix +A VM has a name of the site\.", table.splitlines()[-1]
    )
    unknown = rtlint("explain", "SITE01", "--rule-path", "own", cwd=tmp_path)
    assert "`SITE01` names no rule; `rtlint rules` lists them" in unknown.err
    assert rtlint("explain", "SITE001", cwd=tmp_path).returncode == 2


# The runner of cases.

CASE = "- name: it\n  manifest: 'a: 1'\n  findings: []\n"


def cases(tmp_path, text, name="SITE001.yaml"):
    (tmp_path / "cases").mkdir(exist_ok=True)
    (tmp_path / "cases" / name).write_text(text)
    return read_cases(tmp_path / "cases", tmp_path / "own")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\n", "no list of cases"),
        ("", "no list of cases"),
        (f"{CASE}- [\n", "SITE001.yaml:5: no valid YAML"),
        (f"{CASE}- name: x\n", "SITE001.yaml:4: a case has a `name` and a `manifest`"),
        (f"{CASE}  fix: safe\n", "SITE001.yaml:1: a case has either"),
        (f"{CASE}  kubevrt: v1.2\n", "`kubevrt` is no key of such a case"),
        (CASE.replace("findings: []", "fix: all"), "`fix: safe` or `fix: unsafe`, and `fixed`"),
        (CASE.replace("[]", "[{field: a}]"), "a finding has `field` and `line`"),
        (CASE.replace("[]", "[{field: a, line: 1, colum: 1}]"), "a finding has `field` and `line`"),
    ],
)
def test_a_case_that_is_none(own, tmp_path, text, said):
    own(site001_a=module())
    with pytest.raises(ValueError, match=r"SITE001\.yaml") as raised:
        cases(tmp_path, text)
    assert said in str(raised.value)


def test_a_rule_without_cases_and_cases_without_a_rule(own, tmp_path):
    own(site001_a=module())
    with pytest.raises(ValueError, match=r"SITE001.yaml: SITE001 has no cases"):
        cases(tmp_path, CASE, "README.md")
    (case,) = cases(tmp_path, CASE)
    assert str(case) == "SITE001-it"
    run_case(case)
    with pytest.raises(ValueError, match=r"SITE002.yml: the name is no rule's"):
        cases(tmp_path, CASE, "SITE002.yml")


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("findings: [{field: metadata.name, line: 5}]", None),
        ("findings: []", "metadata.name, line: 5}: Not a name"),
        ("findings: [{field: metadata.name, line: 2}]", "line: 2}"),
        ("findings: [{field: metadata.name, line: 5, column: 3}]", "`column` is 9, not 3"),
        ("findings: [{field: metadata.name, line: 5, severity: info}]", "is 'warning', not 'info'"),
        ("findings: [{field: metadata.name, line: 5, message: y}]", "the message is 'Not a name"),
        ("findings: [{field: metadata.name, line: 5, fix: null}]", "the fix is 'Set it.', not N"),
        ("findings: [{field: metadata.name, line: 5, applicability: unsafe}]", "is 'safe', not"),
        ("{fix: safe, fixed: x}", "the fix makes another text"),
    ],
)
def test_a_case_that_fails_says_what_came_instead(own, tmp_path, expected, said):
    own(site001_a=module(check=f'if obj.name != "x": yield {FINDING[:-1]}, {FIX})'))
    vm = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata:\n\n  name: rt\n"
    case = {"name": "it", "manifest": vm}
    case |= YAML(typ="safe").load(expected)
    (made,) = cases(tmp_path, json.dumps([case]))
    if said is None:
        run_case(made)
        return
    with pytest.raises(AssertionError) as raised:
        run_case(made)
    assert said in str(raised.value)


def test_a_case_fails_where_the_rule_does(own, tmp_path):
    own(site001_a=module(check="yield 1 / 0"))
    vm = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\n"
    (case,) = cases(tmp_path, json.dumps([{"name": "it", "manifest": vm, "findings": []}]))
    with pytest.raises(AssertionError, match=r"SITE001 failed: .*site001_a.py:5: ZeroDivision"):
        run_case(case)
