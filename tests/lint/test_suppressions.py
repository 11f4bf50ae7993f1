"""Suppressions: what a comment or an annotation hides, and how they are written and removed."""

import pytest
from conftest import ROOT

from rtlint.lint.add_suppressions import Unsuitable, add
from rtlint.lint.fixing import fix
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

HEAD = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
VM = f"""{HEAD}spec:
  domain:
    cpu:
      model: host-model
      realtime: {{}}
    devices: {{}}
"""
TWO = Settings(rules=select_rules(["RT003", "RT101", "RT401"], []))


def found(text, settings=TWO):
    return [d.rule for d in lint(Source("vm.yaml", text), settings).diagnostics]


@pytest.mark.parametrize(
    ("model", "rules"),
    [
        ("model: host-model", ["RT101", "RT401"]),
        ("model: host-model  # rtlint: ignore[RT101]", ["RT401"]),
        ("model: host-model  # the reason # rtlint: ignore[RT101] why", ["RT401"]),
        ("model: host-model  #rtlint:ignore[ rt1 ,] why", ["RT401"]),
        ("# rtlint: ignore[cpu-host-passthrough]\n      model: host-model", ["RT401"]),
        ("# rtlint: ignore[RT101]\n      # more on it\n\n      model: a", ["RT401"]),
        # Another rule's, another line's, and words that only look like one.
        ("model: host-model  # rtlint: ignore[RT401]", ["RT101", "RT003", "RT401"]),
        ("model: host-model\n      # rtlint: ignore[RT101]", ["RT101", "RT003", "RT401"]),
        ("model: host-model  # see rtlint: ignore[RT101]", ["RT101", "RT401"]),
        ("model: host-model  # rtlint: ignored[RT101]", ["RT101", "RT401"]),
        ("model: '# rtlint: ignore[RT101]'", ["RT101", "RT401"]),
    ],
)
def test_a_comment_hides_the_findings_of_its_line(model, rules):
    assert found(VM.replace("model: host-model", model)) == rules


def test_a_comment_for_the_file():
    both = f"# rtlint: ignore-file[RT101, RT4] a lab\n---\n{VM}---\n{VM}"
    assert found(both) == []
    assert found(both.replace(", RT4", "")) == ["RT401", "RT401"]


@pytest.mark.parametrize("at", ["metadata", "spec.template.metadata"])
def test_an_annotation_hides_the_findings_of_its_resource(at):
    annotated = "metadata: {name: a, annotations: {rtlint.io/ignore: 'RT101, memballoon'}}"
    outer, inner = ("metadata: {name: a}", annotated)
    if at == "metadata":
        outer, inner = inner, outer
    vm = f"""apiVersion: kubevirt.io/v1
kind: VirtualMachine
{outer}
spec:
  template:
    {inner}
    spec: {{domain: {{cpu: {{realtime: {{}}}}}}}}
"""
    assert found(vm) == []
    assert found(f"{vm}---\n{VM}") == ["RT101", "RT401"]
    assert found(vm, TWO._replace(suppress=False)) == ["RT401", "RT101"]


def test_an_annotation_in_a_list_is_about_its_item():
    item = """- apiVersion: kubevirt.io/v1
  kind: VirtualMachineInstance
  metadata: {name: rt}
  spec: {domain: {cpu: {realtime: {}}}}
"""
    quiet = item.replace("{name: rt}", "{name: rt, annotations: {rtlint.io/ignore: RT}}")
    text = f"apiVersion: v1\nkind: List\nitems:\n{quiet}{item}"
    result = lint(Source("vm.yaml", text), TWO)
    assert [d.field.split(".")[0] for d in result.diagnostics] == ["items[1]", "items[1]"]
    assert result.suppressed == 2


def test_a_suppressed_finding_is_not_fixed():
    text = VM.replace("host-model", "host-model  # rtlint: ignore[RT101] why")
    fixed = fix(Source("vm.yaml", text), TWO, unsafe=False)
    assert fixed.source.text == text.replace(
        "devices: {}", "devices: {autoattachMemBalloon: false}"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("      model: host-passthrough  # rtlint: ignore[RT101] why\n", None),
        ("      # rtlint: ignore[RT101]\n      model: host-passthrough\n", None),
        ("      # rtlint: ignore[RT101]\r\n      model: host-passthrough\n", None),
        (
            "      # rtlint: ignore[RT101, RT999] why\n      model: a\n",
            "      # rtlint: ignore[RT101] why\n      model: a\n",
        ),
        (
            "      # other words # rtlint: ignore[RT101]\n      model: host-passthrough\n",
            "      # other words\n      model: host-passthrough\n",
        ),
    ],
)
def test_the_fix_removes_what_suppresses_nothing(before, after):
    rules = TWO._replace(rules=select_rules(["RT003", "RT101"], []))
    text = VM.replace("      model: host-model\n", before)
    fixed = fix(Source("vm.yaml", text), rules, unsafe=False)
    wanted = after or "      model: host-passthrough\n"
    assert fixed.source.text == VM.replace("      model: host-model\n", wanted)


def test_the_fix_of_an_annotation():
    text = VM.replace("{name: rt}", "{name: rt, annotations: {rtlint.io/ignore: 'RT101,RT999'}}")
    once = fix(Source("vm.yaml", text), TWO, unsafe=False).source.text
    assert "rtlint.io/ignore: RT101}" in once.replace('"', "").replace("'", "")
    rules = TWO._replace(rules=select_rules(["RT003", "RT101"], []))
    gone = text.replace("host-model", "host-passthrough")
    assert "rtlint.io" not in fix(Source("vm.yaml", gone), rules, unsafe=False).source.text


def test_what_suppresses_nothing_can_be_suppressed_itself():
    assert found(f"# rtlint: ignore-file[RT003]\n{VM}# rtlint: ignore[RT401]\n") == [
        "RT101",
        "RT401",
    ]


def test_adding_writes_a_comment_above_each_finding():
    source = Source("vm.yaml", VM)
    text, count = add(source, lint(source, TWO).diagnostics)
    assert count == 2
    assert "      # rtlint: ignore[RT101] TODO: say why\n      model: host-model\n" in text
    assert found(text) == []
    # A comment that stands there is extended.
    every = lint(Source("vm.yaml", text), Settings())
    more, _ = add(Source("vm.yaml", text), every.diagnostics)
    assert more.count("ignore[") <= text.count("ignore[") + len(
        {d.start for d in every.diagnostics}
    )
    assert found(more, Settings()) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",\n'
        '"spec": {"domain": {"cpu": {"realtime": {}}}}}',
        # The line begins inside a string.
        f'{HEAD}spec: {{a: "\n  b", domain: {{cpu: {{realtime: {{}}}}}}}}\n',
    ],
)
def test_adding_leaves_alone_what_takes_no_comments(text):
    source = Source("vm.yaml", text)
    with pytest.raises(Unsuitable):
        add(source, lint(source, TWO).diagnostics)


def test_on_the_command_line(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(VM)
    added = rtlint("--add-suppressions", file)
    assert (added.returncode, added.out) == (0, "")
    assert "in 1 file; replace each `TODO`" in added.err
    clean = rtlint(file, "--fail-on", "info")
    assert clean.returncode == 0
    assert " suppressed; KubeVirt" in clean.out
    assert "RT101" in rtlint(file, "--no-suppressions").out


def test_what_follows_from_a_suppressed_mistake_is_suppressed_with_it(rtlint, tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text((ROOT / "examples" / "realtime.yaml").read_text().replace("CpuPl", "CPUPl"))
    assert "RT102" not in rtlint(file, "--no-suppressions").out
    rtlint("--add-suppressions", file)
    assert rtlint(file, "--fail-on", "info").returncode == 0
    assert "RT102" in file.read_text()
