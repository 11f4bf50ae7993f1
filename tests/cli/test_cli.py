"""The command line as a user meets it: output, exit status, the report's form."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from conftest import ROOT

EXAMPLES = ROOT / "examples"
BROKEN = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: rt  # 実時間 😀
spec:
  domain:
    cpu: {cores: 2, model: host-model, realtime: {}}
"""


@pytest.fixture
def broken(tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(BROKEN)
    return file


def test_a_complete_realtime_vm_is_clean(rtlint):
    done = rtlint("examples/realtime.yaml")
    assert done.returncode == 0
    assert done.out == "All clean: 1 file, 1 VM, 1 realtime; KubeVirt v1.9.0.\n"


@pytest.mark.parametrize(
    ("example", "rules"),
    [
        ("dedicated-only.yaml", set()),
        ("from-a-list-of-paths.yaml", {"RT002", "RT601"}),
        ("mask-selects-nothing.yaml", {"RT202"}),
        ("mixed.yaml", {"RT101", "RT103", "RT302", "RT401"}),
        ("pool.yaml", {"RT101"}),
    ],
)
def test_errors_of_the_examples(rtlint, example, rules):
    done = rtlint(EXAMPLES / example, "--output-format", "json")
    found = json.loads(done.out)["diagnostics"]
    assert rules <= {d["rule"] for d in found if d["severity"] == "error"}
    assert done.returncode == bool(rules)


def test_check_is_the_default_command(rtlint, broken):
    assert rtlint("check", broken).out == rtlint(broken).out


def test_text_names_the_place_and_marks_it(rtlint, broken):
    lines = rtlint(broken, "--select", "RT101").out.splitlines()
    assert lines[0].startswith(f"{broken}:7:28: error RT101 cpu-host-passthrough: ")
    assert lines[1] == "  7 |     cpu: {cores: 2, model: host-model, realtime: {}}"
    assert lines[2] == "    |                            ^^^^^^^^^^"
    assert lines[3:5] == ["", "For more about a rule: rtlint explain RT101"]
    assert lines[5].startswith("Found 1 error; 1 fixable with --fix [*] (1 file")
    assert len(lines) == 6


def test_carets_stand_under_wide_characters(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(BROKEN.replace("{cores: 2,", "{cores: 2, 実時間: 1,"))
    line, carets = rtlint(file, "--select", "RT101").out.splitlines()[1:3]
    # Each of the three characters takes two columns of the terminal.
    assert carets.index("^") == line.index("host-model") + 3


def test_json_report_is_what_its_schema_says(rtlint, broken):
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    bad = broken.parent / "bad.yaml"
    bad.write_text("apiVersion: kubevirt.io/v1\nkind: [\n")
    report = json.loads(rtlint(broken, bad, "--output-format", "json").out)
    jsonschema.Draft202012Validator(schema).validate(report)
    assert {d["rule"] for d in report["diagnostics"]} >= {"RT001", "RT101", "RT401"}
    assert report["summary"]["errors"] == sum(
        d["severity"] == "error" for d in report["diagnostics"]
    )


def test_json_gives_one_based_code_points_and_the_field(rtlint, broken):
    report = json.loads(rtlint(broken, "--output-format", "json", "--select", "RT101,RT401").out)
    balloon, model = report["diagnostics"]
    assert model["field"] == "spec.domain.cpu.model"
    assert (model["start"], model["end"]) == (
        {"line": 7, "column": 28},
        {"line": 7, "column": 38},
    )
    # The field is not there: its nearest parent's key is marked.
    assert balloon["field"] == "spec.domain.devices.autoattachMemBalloon"
    assert balloon["start"] == {"line": 6, "column": 3}
    assert balloon["resource"] == {
        "apiVersion": "kubevirt.io/v1",
        "kind": "VirtualMachineInstance",
        "namespace": None,
        "name": "rt",
    }


def test_field_inside_a_list_and_a_template(rtlint, tmp_path):
    item = json.dumps(
        {
            "apiVersion": "kubevirt.io/v1",
            "kind": "VirtualMachineInstance",
            "metadata": {"name": "rt"},
            "spec": {"domain": {"cpu": {"model": "${MODEL}", "realtime": {}}}},
        }
    )
    for kind, member in (("List", "items"), ("Template", "objects")):
        file = tmp_path / "list.json"
        file.write_text(f'{{"apiVersion": "v1", "kind": "{kind}", "{member}": [{item}]}}')
        report = json.loads(rtlint(file, "--output-format", "json").out)
        fields = {d["rule"]: d["field"] for d in report["diagnostics"]}
        assert fields["RT103"] == f"{member}[0].spec.domain.cpu.isolateEmulatorThread"
        assert "RT101" not in fields


def test_same_input_same_bytes(rtlint):
    runs = [rtlint("examples", "--output-format", "json").stdout for _ in range(2)]
    assert runs[0] == runs[1]


def test_diagnostics_are_in_order(rtlint):
    report = json.loads(rtlint("examples", "--output-format", "json").out)
    keys = [
        (d["path"], d["start"]["line"], d["start"]["column"], d["rule"])
        for d in report["diagnostics"]
    ]
    assert keys == sorted(keys)


def test_standard_input(rtlint):
    done = rtlint("-", "--stdin-filename", "a/vm.yaml", stdin=BROKEN.encode())
    assert done.returncode == 1
    assert "a/vm.yaml:7:28: error RT101" in done.out


@pytest.mark.parametrize(
    ("fail_on", "status"), [("error", 1), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_fail_on_an_error(rtlint, broken, fail_on, status):
    assert rtlint(broken, "--fail-on", fail_on).returncode == status


@pytest.mark.parametrize(
    ("fail_on", "status"), [("error", 0), ("warning", 0), ("info", 1), ("never", 0)]
)
def test_fail_on_an_info(rtlint, broken, fail_on, status):
    assert rtlint(broken, "--select", "RT109", "--fail-on", fail_on).returncode == status


def test_select_and_ignore_take_ids_slugs_and_prefixes(rtlint, broken):
    def found(*args):
        report = json.loads(rtlint(broken, "--output-format", "json", *args).out)
        return {d["rule"] for d in report["diagnostics"]}

    assert found("--select", "memballoon") == {"RT401"}
    assert found("--select", "RT101,RT401") == {"RT101", "RT401"}
    assert found("--select", "RT4", "--ignore", "RT402") == {"RT401"}
    assert found("--select", "rt101") == {"RT101"}


@pytest.mark.parametrize(
    "args",
    [
        ("--select", "RT999", "examples"),
        ("--kubevirt-version", "v0.46", "examples"),
        ("--kubevirt-version", "latest", "examples"),
        ("--output-format", "yaml", "examples"),
        ("--nonsense",),
        ("explain", "RT999"),
    ],
)
def test_wrong_usage_is_2(rtlint, args):
    done = rtlint(*args)
    assert done.returncode == 2
    assert done.out == ""
    assert "Error: " in done.err


def test_a_path_that_cannot_be_read_is_2_and_the_others_are_reported(rtlint, broken):
    done = rtlint(broken, "no-such-file.yaml")
    assert done.returncode == 2
    assert "RT101" in done.out
    assert done.err == "rtlint: no-such-file.yaml: No such file or directory\n"


def test_explain_by_id_and_by_name(rtlint):
    by_id = rtlint("explain", "RT201")
    assert by_id.returncode == 0
    assert by_id.out == rtlint("explain", "mask-syntax").out
    for part in ("# RT201 mask-syntax", "## Why", "## Source", "## Wrong", "## Right", "## Fix"):
        assert part in by_id.out


def test_explain_with_a_prefix_shows_each_of_these_rules(rtlint):
    shown = re.findall(r"^# (RT\d+)", rtlint("explain", "rt2").out, re.MULTILINE)
    assert shown == [f"RT20{n}" for n in range(1, 9)]


def test_explain_alone_lists_the_rules(rtlint):
    assert rtlint("explain").out == rtlint("rules").out


def test_the_rules_for_programs(rtlint):
    document = json.loads(rtlint("rules", "--output-format", "json").out)
    (mask,) = [rule for rule in document["rules"] if rule["rule"] == "RT201"]
    assert (mask["name"], mask["severity"], mask["fix"]) == ("mask-syntax", "error", "safe")
    table = rtlint("rules").out
    assert len(document["rules"]) == len(table.splitlines())
    assert all(rule["summary"] in table for rule in document["rules"])


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("help",), ("--help",)),
        (("help", "explain"), ("explain", "--help")),
        (("version",), ("--version",)),
        (("-V",), ("--version",)),
    ],
)
def test_what_other_programs_call_it_is_understood(rtlint, words, option):
    done = rtlint(*words)
    assert (done.returncode, done.out) == (0, rtlint(*option).out)


def test_help_for_no_command_names_the_commands(rtlint):
    done = rtlint("help", "me")
    assert (done.returncode, done.out) == (2, "")
    assert "Error: `me` is no command; there are check, " in done.err


def test_exit_zero_is_never_to_fail(rtlint, broken):
    assert rtlint(broken).returncode == 1
    done = rtlint("--exit-zero", broken)
    assert (done.returncode, done.out) == (0, rtlint(broken).out)
    assert rtlint("--", "--exit-zero", broken).returncode == 2


def test_help_names_each_option_once(rtlint):
    from rtlint.cli.check import command

    shown = rtlint("check", "--help").out
    options = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)
    declared = [each.opts[0] for each in command.params[1:]]
    assert sorted(options) == sorted([*declared, "--help"])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("chekc", "vm.yaml"), "chekc: neither a file nor a command; did you mean `rtlint check`?"),
        (("--cluster", "none.yaml"), "--cluster: there is no file none.yaml"),
        (("--baseline", "none.yaml"), "none.yaml: there is no such baseline; --write-baseline"),
    ],
)
def test_what_is_not_there_is_said_for_what_it_is(rtlint, tmp_path, args, said):
    done = rtlint(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.err


def test_explain_suggests_the_nearest(rtlint):
    assert "did you mean `RT401` (memballoon)?" in rtlint("explain", "memballon").err
    assert "`RT999` names no rule; `rtlint rules` lists them" in rtlint("explain", "RT999").err


def test_rules_lists_every_rule_module(rtlint):
    listed = [line.split()[0].lower() for line in rtlint("rules").out.splitlines()]
    modules = sorted(path.name[:5] for path in (ROOT / "rules").glob("rt*.py"))
    assert listed == modules


def test_colours_only_where_asked_for_or_on_a_terminal(rtlint, broken):
    assert "\x1b[" not in rtlint(broken).out
    assert "\x1b[31m" in rtlint(broken, "--color", "always").out
    env = {**os.environ, "NO_COLOR": "1"}
    assert "\x1b[" not in rtlint(broken, env=env).out


def test_control_characters_of_a_manifest_never_reach_the_terminal(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    hostile = BROKEN.replace("host-model", '"\\e[2J\\a"')
    file.write_text(hostile.replace("{cores", "{# \u202e\n      cores"))
    done = rtlint(file, "--color", "never")
    assert "RT101" in done.out
    assert not [c for c in done.out if (ord(c) < 32 and c != "\n") or c == "\u202e"]


def test_output_file(rtlint, broken):
    target = broken.parent / "report.json"
    done = rtlint(broken, "--output-format", "json", "--output-file", target)
    assert (done.out, done.returncode) == (rtlint(broken).out, 1)
    assert json.loads(target.read_text())["summary"]["files"] == 1
    target.unlink()
    done = rtlint(broken, "--output-format", "json", "--output-file", target, "--quiet")
    assert (done.out, done.returncode) == ("", 1)
    assert json.loads(target.read_text())["summary"]["files"] == 1


def test_output_file_that_cannot_be_written(rtlint, broken):
    done = rtlint(broken, "--output-file", broken.parent / "missing" / "report.txt")
    assert done.returncode == 2
    assert "No such file or directory" in done.err


def test_an_older_release_has_its_own_findings(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(BROKEN.replace("realtime: {}", 'realtime: {mask: "^1,0-1"}'))
    new = json.loads(rtlint(file, "--output-format", "json").out)
    old = json.loads(rtlint(file, "--output-format", "json", "--kubevirt-version", "0.58.0").out)
    assert (new["kubevirt"], old["kubevirt"]) == ("v1.9.0", "v0.58.0")
    message = {r["kubevirt"]: d["message"] for r in (new, old) for d in r["diagnostics"]
               if d["rule"] == "RT206"}  # fmt: skip
    assert "selects 0 in v1.9.0" in message["v1.9.0"]
    assert "selects 0-1 in v0.58.0" in message["v0.58.0"]


KUBELETS = {
    "a configuration": (
        "kind: KubeletConfiguration\ncpuManagerPolicyOptions:\n  full-pcpus-only: 'true'\n",
        True,
    ),
    "a configuration without": (
        "kind: KubeletConfiguration\ncpuManagerPolicyOptions:\n  full-pcpus-only: 'false'\n",
        False,
    ),
    "another kind": (
        "kind: ConfigMap\ncpuManagerPolicyOptions: {full-pcpus-only: 'true'}\n",
        False,
    ),
    "a comment": ("kind: KubeletConfiguration\n# full-pcpus-only: 'true'\n", False),
    "OpenShift's": (
        "kind: KubeletConfig\nspec:\n  kubeletConfig:\n"
        "    cpuManagerPolicyOptions: {full-pcpus-only: 'true'}\n",
        True,
    ),
    "a profile": (
        "kind: PerformanceProfile\nspec: {numa: {topologyPolicy: single-numa-node}}\n",
        True,
    ),
    "a profile in a list": (
        "kind: List\nitems:\n"
        "- kind: PerformanceProfile\n  spec: {numa: {topologyPolicy: single-numa-node}}\n",
        True,
    ),
    "a profile with another policy": (
        "kind: PerformanceProfile\n# single-numa-node\n"
        "spec: {numa: {topologyPolicy: restricted}}\n",
        False,
    ),
    "a profile that turns it off": (
        "kind: PerformanceProfile\nmetadata:\n  annotations:\n    kubeletconfig.experimental:"
        """ '{"cpuManagerPolicyOptions": {"full-pcpus-only": "false"}}'\n"""
        "spec: {numa: {topologyPolicy: single-numa-node}}\n",
        False,
    ),
    "a profile that turns it on": (
        "kind: PerformanceProfile\nmetadata:\n  annotations:\n    kubeletconfig.experimental:"
        """ '{"cpuManagerPolicyOptions": {"full-pcpus-only": "true"}}'\n""",
        True,
    ),
    "a profile with text": (
        "kind: PerformanceProfile\nmetadata:\n  annotations:\n"
        "    kubeletconfig.experimental: 'full-pcpus-only'\nspec: [single-numa-node]\n",
        False,
    ),
    "a template": ("kind: KubeletConfiguration\n{{ full-pcpus-only: 'true' }}\n", False),
}


@pytest.mark.parametrize(("text", "mind"), KUBELETS.values(), ids=KUBELETS)
def test_an_odd_count_is_told_where_the_kubelets_of_the_run_mind(rtlint, tmp_path, text, mind):
    # The file's name sorts behind the VM's: the order of the files does not matter.
    (tmp_path / "zz.yaml").write_text(text)
    vm = tmp_path / "vm.yaml"
    vm.write_text(BROKEN.replace("cores: 2,", "cores: 2, isolateEmulatorThread: true,"))
    args = ("--select", "RT110", "--output-format", "json")
    alone = json.loads(rtlint(vm, *args).out)["diagnostics"]
    together = json.loads(rtlint(tmp_path, *args).out)["diagnostics"]
    assert [d["severity"] for d in (*alone, *together)] == ["warning"] * mind


HEAVY = {
    *("click", "pydantic", "pathspec", "ruamel.yaml", "importlib.metadata", "multiprocessing"),
    *("subprocess", "difflib", "hashlib", "typing", "contextlib", "datetime", "copy"),
}
# What a clean VM loads of rtlint: 54 rules, 16 modules of checks of admission, and the rest.
MOST_MODULES = 147


def test_start_up_loads_little():
    code = (
        "import sys; before = set(sys.modules); from rtlint.cli import main\n"
        "try: main(['examples/realtime.yaml'])\n"
        "except SystemExit: pass\n"
        "print(*set(sys.modules) - before, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = done.stderr.decode().split()
    assert HEAVY & set(loaded) == set()
    assert len([name for name in loaded if name.split(".")[0] == "rtlint"]) <= MOST_MODULES


def test_the_version_is_told_without_what_lints():
    code = (
        "import sys; from rtlint.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = set(done.stderr.decode().split())
    assert not {"rtlint.lint", "rtlint.kubevirt.workload", "rtlint.yaml.compose"} & loaded


def test_the_collector_is_set_before_the_imports_that_it_would_search():
    # A finder that is asked for everything that is imported, and finds nothing itself.
    code = (
        "import gc, sys\n"
        "class Finder:\n"
        "    def find_spec(name, *_):\n"
        "        if name == 'click': print(gc.get_threshold()[0], file=sys.stderr)\n"
        "sys.meta_path.insert(0, Finder)\n"
        "from rtlint.cli import main\n"
        "main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert int(done.stderr) >= 100_000


def test_version(rtlint):
    assert rtlint("--version").out.startswith("rtlint, version 0.1.0")


def test_an_empty_folder(rtlint, tmp_path):
    done = rtlint(tmp_path)
    assert done.returncode == 0
    assert done.out == "No VM found: no KubeVirt manifest was found, or none could be read.\n"


def test_the_current_folder_is_the_default(rtlint, broken):
    done = rtlint(cwd=broken.parent, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert "vm.yaml:7:28: error RT101" in done.out
    assert Path(broken).read_text() == BROKEN


def test_paths_alone_ask_for_what_the_options_left_out_do():
    from inspect import signature

    from rtlint.cli.check import command
    from rtlint.cli.lint import lint

    with command.make_context("check", []) as context:
        left_out = context.params
    parameters = list(signature(lint).parameters.values())
    assert left_out.pop("paths") == ()
    assert left_out == {each.name: each.default for each in parameters[2:]}


def test_what_a_configuration_asks_for_in_vain_is_said_as_of_an_option(rtlint, broken):
    (broken.parent / ".rtlint.yaml").write_text("output-format: [json, sarif]\n")
    bare, with_option = rtlint(broken), rtlint("--no-cache", broken)
    assert (bare.returncode, bare.out) == (2, "")
    assert "Error: Give an --output-file for each --output-format but the last." in bare.err
    assert bare.err == with_option.err


@pytest.mark.parametrize("args", [("examples",), ("--fix", "examples"), ("preview", "examples")])
def test_ctrl_c_ends_a_run_with_a_line_and_a_status_of_its_own(monkeypatch, capsys, args):
    from rtlint.cli import main, preview, run

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "lint_paths", interrupt)
    monkeypatch.setattr(preview, "read_files", interrupt)
    with pytest.raises(SystemExit) as raised:
        main(args)
    assert raised.value.code == 130
    assert capsys.readouterr() == ("", "rtlint: ended before everything was done\n")


FULL = Path("/dev/full")  # a disk with no room on it


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize(
    "args",
    [
        ("examples",),
        ("examples/realtime.yaml",),
        ("--output-format", "json", "--statistics", "examples"),
        ("--diff", "examples"),
        ("preview", "examples"),
        ("explain", "RT101"),
        ("rules",),
        ("--help",),
    ],
)
def test_a_report_for_which_there_is_no_room_is_told_of_in_a_line(args):
    with FULL.open("wb") as full:
        done = run_program(args, full)
    assert (done.returncode, done.stderr) == (
        2,
        "rtlint: standard output: No space left on device\n",
    )


@pytest.mark.parametrize("args", [("examples",), ("preview", "examples"), ("rules",)])
def test_a_reader_that_goes_away_is_no_traceback(args):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = run_program(args, pipe)
    assert done.returncode != 0
    assert done.stderr in ("", "rtlint: standard output: Broken pipe\n")


def test_a_current_folder_that_is_gone_is_told_of_in_a_line(tmp_path):
    command = f'rmdir "{tmp_path}" && exec "$0" -P -m rtlint .'
    shell = ["sh", "-c", command, sys.executable]
    done = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=False)
    line = "rtlint: the current folder: No such file or directory\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_without_standard_output_the_status_still_tells():
    command = '"$0" -m rtlint "$1" >&-'
    for file, status in (("realtime.yaml", 0), ("mixed.yaml", 1)):
        shell = ["sh", "-c", command, sys.executable, f"examples/{file}"]
        done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (status, "")


def in_shell(command, *args):
    """Run a shell's command, in which `$rtlint` is the program."""
    shell = ["sh", "-c", f'rtlint="{sys.executable} -m rtlint"; {command}', "sh", *args]
    return subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("args", ["-", "check --fix -", "preview -", "--output-format json -"])
def test_standard_input_that_is_closed_is_told_of_in_a_line(args):
    done = in_shell(f"$rtlint {args} <&-")
    assert done.returncode == 2
    # With `--fix` the summary goes there too.
    assert done.stderr.splitlines()[-1] == "rtlint: <stdin>: standard input is closed"
    assert len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize("closed", ["<&-", "</dev/null >&-"])
def test_the_language_server_says_that_it_has_nobody_to_speak_to(closed):
    pytest.importorskip("pygls")
    done = in_shell(f"$rtlint lsp {closed}")
    assert done.returncode == 2
    assert done.stderr.startswith("rtlint: the language server speaks over standard input")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", ["2>&-", "2>&- <&-", "2>/dev/full"])
@pytest.mark.parametrize(
    ("args", "status"),
    [
        ("examples/realtime.yaml", 0),
        ("examples/mixed.yaml", 1),
        ("--jobs 2 examples", 1),
        ("nowhere.yaml", 2),
        ("--nonsense", 2),
        ("preview examples/realtime.yaml", 0),
        ("explain RT101", 0),
    ],
)
def test_without_standard_error_the_rest_is_the_same(args, status, closed):
    heard, deaf = in_shell(f"$rtlint {args}"), in_shell(f"$rtlint {args} {closed}")
    assert (deaf.returncode, deaf.stdout) == (heard.returncode, heard.stdout)
    assert (deaf.returncode, deaf.stderr) == (status, "")


def run_program(args, stdout):
    command = [sys.executable, "-m", "rtlint", *args]
    return subprocess.run(
        command, cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


OTHERS = "apiVersion: compute.azure.com/v1\nkind: VirtualMachine\nmetadata: {name: a}\n"


def test_a_misspelt_group_is_found_in_a_folder_and_another_projects_kind_is_not(rtlint, tmp_path):
    (tmp_path / "vm.yaml").write_text(
        "apiVersion: kubvirt.io/v1\nkind: VirtualMachine\nmetadata: {name: a}\nspec: {}\n"
    )
    (tmp_path / "other.yaml").write_text(OTHERS)
    done = rtlint("check", "--verbose", "--select", "RT605", str(tmp_path))
    assert done.returncode == 1
    assert "vm.yaml:1:13: error RT605" in done.out
    assert "Found 1 error" in done.out
    assert "other.yaml: passed over" in done.err


def test_what_was_named_and_holds_no_vm_says_so(rtlint, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(OTHERS)
    assert rtlint("check", str(other)).out.startswith("No VM found: 1 file, 0 VMs")
    assert rtlint("check", str(tmp_path)).out.startswith("No VM found: ")
    both = rtlint("check", "examples/realtime.yaml", str(other))
    assert both.out.startswith("All clean: 2 files, 1 VM")
    assert both.err == f"rtlint: no VM in {other}\n"
    folder = rtlint("check", "examples", str(tmp_path))
    assert f"no VM in {tmp_path}" in folder.err
