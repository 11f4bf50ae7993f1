"""Fixing files as a user meets it: to a fixed point, in reports, as a diff."""

import json
import re
import shutil
import subprocess
import time
from itertools import pairwise

import pytest
from conftest import ROOT

from rtlint.lint import fixing, found
from rtlint.lint.fixing import Broken, fix
from rtlint.lint.registry import LoadedRule, Name
from rtlint.lint.rule import Finding, Rule, Set, safe
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

BROKEN = """\
# A VM with everything missing.
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        cpu:
          cores: 4 # four
          realtime:
            mask: "0-2,"
        memory: {guest: 4Gi}
        devices: {}
"""
FIXED = """\
# A VM with everything missing.
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        cpu:
          cores: 4 # four
          realtime:
            mask: "0-2"
          model: host-passthrough
          dedicatedCpuPlacement: true
          isolateEmulatorThread: true
          numa:
            guestMappingPassthrough: {}
          features:
            - name: tsc-deadline
              policy: require
          maxSockets: 1
        memory: {guest: 4Gi, hugepages: {pageSize: 1Gi}}
        devices: {autoattachGraphicsDevice: false, autoattachMemBalloon: false}
"""


@pytest.fixture
def vm(tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_bytes(BROKEN.encode())
    return file


def test_a_broken_vm_becomes_a_right_one(rtlint, vm):
    done = rtlint("--fix", vm)
    after = sorted(vm.read_text().splitlines())
    # Which of two fixes of one pass comes first is no promise.
    assert [line for line in after if "devices" not in line and "maxSockets" not in line] == sorted(
        line for line in FIXED.splitlines() if "devices" not in line and "maxSockets" not in line
    )
    assert "autoattachMemBalloon: false" in vm.read_text()
    assert done.returncode == 0
    assert f"{vm}:10: fixed RT101 cpu-host-passthrough: Set `model: host-passthrough`." in done.out
    assert "Fixed " in done.out.splitlines()[-1]
    again = rtlint("--fix", vm)
    assert ": fixed " not in again.out
    assert sorted(vm.read_text().splitlines()) == after


def test_what_null_kept_from_being_realtime_is_fixed_in_the_same_run(rtlint, vm):
    vm.write_text(BROKEN.replace('realtime:\n            mask: "0-2,"', "realtime:"))
    done = rtlint("check", "--fix", str(vm))
    assert "fixed RT606 null-value" in done.out
    for setting in ("realtime: {}", "model: host-passthrough", "isolateEmulatorThread: true"):
        assert setting in vm.read_text()


def test_only_selected_rules_are_fixed(rtlint, vm):
    rtlint("--fix", "--select", "RT201,RT401", "--ignore", "memballoon", vm)
    assert vm.read_text() == BROKEN.replace('"0-2,"', '"0-2"')


def test_unsafe_fixes_are_made_where_asked_for(rtlint, vm):
    vm.write_text(BROKEN.replace("0-2,", "0-7"))
    rtlint("--fix", "--select", "RT203", vm)
    assert '"0-7"' in vm.read_text()
    rtlint("--fix", "--unsafe-fixes", "--select", "RT203", vm)
    assert vm.read_text() == BROKEN.replace("0-2,", "0-3")


def test_unsafe_fixes_alone_are_wrong_usage(rtlint, vm):
    assert rtlint("--unsafe-fixes", vm).returncode == 2


def test_the_diff_writes_nothing(rtlint, vm):
    done = rtlint("--diff", "--select", "RT201", vm)
    assert done.returncode == 1
    assert '-            mask: "0-2,"\n+            mask: "0-2"\n' in done.out
    assert vm.read_text() == BROKEN
    clean = rtlint("--diff", "--select", "RT202", vm)
    assert (clean.returncode, clean.out) == (0, "")


NEWLINES = {
    "as-it-is": BROKEN,
    "crlf": BROKEN.replace("\n", "\r\n"),
    "cr": BROKEN.replace("\n", "\r"),
    "no-newline-at-the-end": BROKEN.removesuffix("\n"),
    "crlf-and-none-at-the-end": BROKEN.replace("\n", "\r\n").removesuffix("\r\n"),
    "byte-order-mark": "\ufeff" + BROKEN.removeprefix("# A VM with everything missing.\n"),
    "wide": BROKEN.replace("four", "四 😀"),
    "minified": '{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstance","metadata":'
                '{"name":"a"},"spec":{"domain":{"cpu":{"realtime":{}}}}}',
}  # fmt: skip


@pytest.mark.parametrize("text", NEWLINES.values(), ids=NEWLINES)
@pytest.mark.parametrize("name", ["vm.yaml", "./there/../a vm.yaml", "名.yaml"])
def test_git_applies_the_diff(rtlint, tmp_path, text, name):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "there").mkdir()
    file = tmp_path / name
    file.write_bytes(text.encode())
    patch = rtlint("--diff", "--unsafe-fixes", name, cwd=tmp_path).stdout
    fixed = rtlint("--fix", "--unsafe-fixes", name, cwd=tmp_path)
    after = file.read_bytes()
    assert after != text.encode(), fixed.out
    file.write_bytes(text.encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=tmp_path, input=patch, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == after


def applied(text, edits):
    """The text after the edits of a report; lines and columns count from 1, in code points."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(position):
        return starts[position["line"] - 1] + position["column"] - 1

    for edit in reversed(edits):
        text = text[: offset(edit["start"])] + edit["text"] + text[offset(edit["end"]) :]
    return text


@pytest.mark.parametrize("example", ["mixed.yaml", "user-guide.yaml", "pool.yaml", "broken"])
def test_each_fix_of_the_json_report_makes_its_finding_go_away(rtlint, tmp_path, example):
    text = BROKEN if example == "broken" else (ROOT / "examples" / example).read_text()
    file = tmp_path / "vm.yaml"

    def report(manifest):
        file.write_text(manifest)
        return json.loads(rtlint("--output-format", "json", file).out)["diagnostics"]

    found = report(text)
    fixable = [diagnostic for diagnostic in found if diagnostic["fix"]]
    assert example != "broken" or fixable
    for diagnostic in fixable:
        edits = diagnostic["fix"]["edits"]
        for one, other in pairwise(edits):
            assert list(one["end"].values()) <= list(other["start"].values())
        left = {(d["rule"], d["field"]) for d in report(applied(text, edits))}
        assert (diagnostic["rule"], diagnostic["field"]) not in left
        assert ("RT001", None) not in left


def test_a_withheld_fix_says_why(rtlint, vm):
    vm.write_text(BROKEN.replace("cpu:\n", "cpu: &cpu\n") + "x: *cpu\n")
    done = rtlint("--select", "RT101", vm)
    assert "= not fixed: The value is shared by an anchor and its alias" in done.out
    assert rtlint("--fix", "--select", "RT101", vm).returncode == 1
    assert vm.read_text() == BROKEN.replace("cpu:\n", "cpu: &cpu\n") + "x: *cpu\n"


def rule(number, value):
    """A rule that wants `spec.x` to be the value."""

    def check(obj, _):
        if obj.data["spec"].get("x") != value:
            yield Finding("spec.x", "No.", safe("Set it.", Set("spec.x", value)))

    return LoadedRule(Rule(f"RT99{number}", f"rule-{value}", "error", "object", "safe"), check, "")


ODD_BREAK = pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"], ids=ascii)


@ODD_BREAK
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cores: 4 # four\n          ", "cores: 4 # four{}          "),
        ("4Gi}}\n        ", "4Gi}}{}        "),
        ("name: rt}}", "name: {}}}"),
    ],
)
def test_where_yaml_sees_other_lines_than_editors_nothing_is_fixed(odd, old, new):
    text = BROKEN.replace(old.format(), new.format(odd))
    fixed = fix(Source("vm.yaml", text), Settings(), unsafe=True)
    assert fixed.source.text == text
    withheld = [found.withheld for found in fixed.result.diagnostics if found.withheld]
    says = f"YAML ends a line at a U+{ord(odd):04X} that editors do not; replace it first"
    assert says in withheld


@ODD_BREAK
def test_such_characters_in_a_string_and_at_a_lines_end_are_no_obstacle(odd):
    text = BROKEN.replace("rt}", "'r@t'}").replace("four", "four @")
    expected = fix(Source("vm.yaml", text), Settings(), unsafe=False).source.text
    fixed = fix(Source("vm.yaml", text.replace("@", odd)), Settings(), unsafe=False)
    assert fixed.source.text == expected.replace("@", odd)
    assert "host-passthrough" in fixed.source.text


@ODD_BREAK
def test_a_comment_that_goes_takes_nothing_behind_it(odd):
    comment = f"# rtlint: ignore[RT999]{odd}"
    text = BROKEN.replace("          cores", f"          {comment}          cores")
    fixed = fix(Source("vm.yaml", text), Settings(), unsafe=False)
    assert "\n          cores: 4 # four\n" in fixed.source.text
    assert "RT999" not in fixed.source.text


@pytest.mark.parametrize("newline", ["\n", "\r"])
def test_no_fix_counts_on_the_place_that_a_moved_field_had(newline):
    """A move of what stands last in two mappings may leave its text where it is."""
    text = (
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nspec:\n domain:\n  cpu:\n"
        f"      cores: 4\n      realtime:{newline}       autoattachMemBalloon:"
    )
    fixed = fix(Source("vm.yaml", text), Settings(), unsafe=False).source.text
    assert "      realtime: {}\n      model: host-passthrough\n" in fixed
    assert f"{newline}  devices:\n   autoattachMemBalloon: false\n" in fixed


def test_what_many_passes_do_not_fix_is_left_for_the_next_run(monkeypatch):
    whole = fix(Source("vm.yaml", BROKEN), Settings(), unsafe=True).source.text
    monkeypatch.setattr(fixing, "MAX_PASSES", 1)
    first = fix(Source("vm.yaml", BROKEN), Settings(), unsafe=True)
    assert first.source.text != whole
    assert any(found.fix for found in first.result.diagnostics)
    source = first.source
    for _ in range(5):
        source = fix(source, Settings(), unsafe=True).source
    assert source.text == whole


def test_rules_that_undo_each_other_are_named(monkeypatch):
    rules = {"one": rule(1, "a"), "other": rule(2, "b")}
    monkeypatch.setattr(found, "load_rule", lambda name: rules[name.module])
    names = tuple(Name(loaded.rule.id, key, key) for key, loaded in rules.items())
    with pytest.raises(Broken, match=r"the fixes of RT991 and RT992 undo each other; nothing was"):
        fix(Source("vm.yaml", BROKEN), Settings(rules=names), unsafe=False)


def test_volumes_without_disks_get_them_one_after_the_other():
    volumes = ", ".join(f"{{name: v{n}, emptyDisk: {{capacity: 1Gi}}}}" for n in range(15))
    text = (
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
        f"spec: {{volumes: [{volumes}], domain: {{cpu: {{realtime: {{}}}}, "
        "devices: {disks: [{name: v0, disk: {bus: virtio}}]}}}\n"
    )
    fixed = fix(Source("vm.yaml", text), Settings(), unsafe=True)
    disks = re.findall(r"{name: (v\d+), disk: {bus: virtio}}", fixed.source.text)
    assert disks == [f"v{n}" for n in range(15)]


def test_fixes_that_kubevirt_would_refuse_keep_no_others_back(monkeypatch):
    def check(obj, _):
        for i, disk in enumerate(obj.data["spec"]["domain"]["devices"]["disks"]):
            path = f"spec.domain.devices.disks[{i}].disk.bus"
            if disk["disk"]["bus"] != disk["serial"]:
                yield Finding(path, "No.", safe("Set it.", Set(path, disk["serial"])))

    loaded = LoadedRule(Rule("RT991", "bus", "error", "object", "safe"), check, "")
    monkeypatch.setattr(found, "load_rule", lambda _: loaded)
    disks, volumes = "", ""
    for n in range(300):
        bus = "ide" if n % 71 == 7 else "virtio"
        disks += f"      - {{name: d{n}, serial: {bus}, disk: {{bus: sata}}}}\n"
        volumes += f"  - {{name: d{n}, emptyDisk: {{capacity: 1Gi}}}}\n"
    text = (
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\nspec:\n"
        f"  volumes:\n{volumes}  domain:\n    memory: {{guest: 4Gi}}\n"
        f"    devices:\n      disks:\n{disks}"
    )
    settings = Settings(rules=(Name("RT991", "bus", "bus"),))
    first, last = fixing.passes(Source("vm.yaml", text), settings, unsafe=False)
    assert len(first.chosen) == 295
    assert last.source.text == re.sub("(virtio.*)sata", r"\1virtio", text)
    refused = "KubeVirt would refuse the VM, which it admits now"
    assert [diagnostic.withheld for diagnostic in last.result.diagnostics] == [refused] * 5


def test_of_fixes_that_together_get_a_vm_refused_one_is_made(rtlint, vm):
    one = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: a}
spec:
  domain:
    cpu: {dedicatedCpuPlacment: true}
    memory: {guest: 1Gi}
    resources: {request: {cpu: 5m}}
    devices: {}
"""
    other = one.replace("5m", "5")
    both = other.replace("Placment", "Placement").replace("request:", "requests:")
    listed = (
        f"apiVersion: v1\nkind: List\nitems:\n- {one.replace(chr(10), chr(10) + '  ').strip()}\n"
    )
    vm.write_text(f"{one}---\n{other}---\n{listed}")
    done = rtlint("--fix", "--select", "RT601", vm)
    once = one.replace("Placment", "Placement")
    assert vm.read_text() == f"{once}---\n{both}---\n{listed.replace('Placment', 'Placement')}"
    assert done.out.count("KubeVirt would refuse the VM, which it admits now") == 2


def test_the_next_file_is_fixed_after_one_that_cannot_be(rtlint, tmp_path, vm):
    other = tmp_path / "z.yaml"
    other.write_text(BROKEN)
    vm.write_bytes(b"apiVersion: kubevirt.io/v1\n\xff")
    done = rtlint("--fix", "--select", "RT201,RT001", vm, other)
    assert done.returncode == 1
    assert vm.read_bytes() == b"apiVersion: kubevirt.io/v1\n\xff"
    assert other.read_text() == BROKEN.replace("0-2,", "0-2")


def test_documents_that_cannot_be_read_stay_beside_those_that_are_fixed(rtlint, vm):
    vm.write_text(f"{BROKEN}---\na: [\n---\n{BROKEN}")
    assert rtlint("--fix", "--select", "RT201,RT001", vm).returncode == 1
    fixed = BROKEN.replace("0-2,", "0-2")
    assert vm.read_text() == f"{fixed}---\na: [\n---\n{fixed}"


def test_fixing_four_times_as_much_takes_no_more_than_its_share():
    vm = '{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstance","metadata":{"name":"a"},'
    vm += '"spec":{"domain":{"cpu":{"cores":4,"realtime":{}},"devices":{}}}}'

    def seconds(count):
        text = '{"apiVersion":"v1","kind":"List","items":[' + ",".join([vm] * count) + "]}"
        start = time.process_time()
        assert fix(Source("vm.json", text), Settings(), unsafe=False).applied
        return time.process_time() - start

    seconds(1)
    # Linear is 4; the machine may be busy.
    assert seconds(80) < 8 * seconds(20)


REFUSED = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: a}
spec:
  domain:
    cpu: {cores: 2, threads: 3, realtime: {}}
    memory: {guest: 6Gi, hugepages: {pageSize: 1Gi}}
    ioThreadsPolicy: true
    devices: {}
"""


@pytest.mark.parametrize(
    ("rule", "reason"),
    [("RT102", "Not more than two threads"), ("RT603", "IOThreadsPolicy (true)")],
)
def test_a_vm_that_is_refused_already_gets_no_further_reason(rtlint, vm, rule, reason):
    vm.write_text(REFUSED)
    done = rtlint("--fix", "--unsafe-fixes", "--select", rule, vm)
    assert vm.read_text() == REFUSED
    assert "not fixed: KubeVirt would refuse the VM for one more reason: " in done.out
    assert reason in done.out


def test_what_a_realtime_vm_needs_anyhow_is_no_further_reason(rtlint, vm):
    vm.write_text(REFUSED.replace("threads: 3, ", "").replace("    ioThreadsPolicy: true\n", ""))
    rtlint("--fix", "--select", "RT103", vm)
    assert "isolateEmulatorThread: true" in vm.read_text()


def test_memory_that_nobody_can_read_is_not_rounded(rtlint, vm):
    text = REFUSED.replace("threads: 3, ", "numa: {guestMappingPassthrough: null}, ")
    text = text.replace("guest: 6Gi, hugepages: {pageSize: 1Gi}", "guest: 6 Gi, hugepages: null")
    vm.write_text(text)
    done = rtlint("--fix", "--unsafe-fixes", vm)
    assert (done.returncode, done.err) == (1, "")
    assert "guest: 6 Gi" in vm.read_text()


@pytest.mark.parametrize(("memory", "page"), [("8Gi", "2M"), ("1Gi", "16Gi")])
def test_memory_is_rounded_to_the_page_size_that_stays(rtlint, vm, memory, page):
    text = REFUSED.replace("6Gi", memory).replace("1Gi}}", f"{page}}}}}")
    vm.write_text(text)
    rtlint("--fix", "--unsafe-fixes", "--select", "RT301,RT302", vm)
    assert f"memory: {{guest: {memory}, hugepages: {{pageSize: 1Gi}}}}" in vm.read_text()
