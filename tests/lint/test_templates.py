"""Templates and patches: what is no whole manifest is not judged as one."""

import json

import pytest
from conftest import ROOT

from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.project.kustomize import Patches
from rtlint.yaml.source import Source

HEAD = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: rt}\n"
PATCH = f"""{HEAD}spec:
  template:
    spec:
      domain:
        cpu: {{model: host-model, realtime: {{mask: "a-b"}}, coress: 2}}
"""


def found(text, path="vm.yaml", **settings):
    return {d.rule for d in lint(Source(path, text), Settings(**settings)).diagnostics}


@pytest.fixture
def chart(tmp_path):
    """A chart of two templates beside a template of Ansible and a broken VM."""
    files = {
        ".git/x": "",
        "chart/Chart.yaml": "name: rt\n",
        "chart/templates/vm.yaml": HEAD + "spec: {{ toYaml .Values.spec }}\n",
        "chart/templates/all.yaml": HEAD + "{{- range .Values.all }}\nspec: {}\n{{- end }}\n",
        "roles/vm.yaml": HEAD + "{% if x %}\nspec: {}\n{% endif %}\n",
        "broken.yaml": HEAD + "spec: [\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_all_templates_of_a_run_are_one_note(rtlint, chart):
    done = rtlint(chart)
    assert done.out.count("RT004 template-skipped") == 1
    assert "a Helm template" in done.out
    assert "(2 more files skipped.)" in done.out
    # What is no template is still told.
    assert done.out.count("error RT001") == 1
    assert rtlint(chart / "chart").returncode == 0


def test_the_language_is_told_by_the_place(chart):
    text = (chart / "chart/templates/vm.yaml").read_text()
    said = [
        lint(Source(str(path), text), Settings()).diagnostics[0].message
        for path in (chart / "chart/templates/vm.yaml", chart / "roles/vm.yaml")
    ]
    assert ["Helm" in message.split(",")[0] for message in said] == [True, False]


def test_what_is_named_as_a_template_counts_as_skipped(rtlint, tmp_path):
    vm = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: '{{ name }}'}\n"
    for name in ("vm.yaml.j2", "vm.tpl"):
        (tmp_path / name).write_text(vm)
    (tmp_path / "other.j2").write_text("kind: Deployment")
    report = json.loads(rtlint(tmp_path, "--output-format", "json").out)
    assert report["summary"]["skipped"] == 2
    assert [found["rule"] for found in report["diagnostics"]] == ["RT004"]


def test_a_template_is_never_fixed(rtlint, chart):
    before = (chart / "chart/templates/all.yaml").read_bytes()
    rtlint("--fix", chart / "chart")
    assert (chart / "chart/templates/all.yaml").read_bytes() == before


def test_a_patch_is_linted_for_what_it_says_not_for_what_it_lacks():
    whole = found(PATCH)
    part = found(PATCH, is_patch=True)
    assert {"RT101", "RT201", "RT601"} <= part
    assert {"RT103", "RT104", "RT401", "RT604"} <= whole
    assert not part & {"RT102", "RT103", "RT104", "RT301", "RT401", "RT402", "RT505", "RT604"}


def test_a_directive_of_kustomize_makes_it_a_patch():
    text = PATCH + "        devices:\n          inputs:\n          - {$patch: delete, name: t}\n"
    assert not found(text) & {"RT103", "RT604"}
    messages = [d.message for d in lint(Source("vm.yaml", text), Settings()).diagnostics]
    assert not [message for message in messages if "$patch" in message]


@pytest.mark.parametrize(
    "key",
    [
        "patches: [{path: PATH}]",
        "patches: [{patch: a, target: {kind: A}}, {path: ./PATH, target: {kind: VM}}]",
        "patchesStrategicMerge: [PATH]",
        "patchesJson6902: [{target: {kind: VM}, path: PATH}]",
    ],
)
def test_files_that_a_kustomization_names(tmp_path, key):
    (tmp_path / "overlay" / "patches").mkdir(parents=True)
    kustomization = tmp_path / "overlay" / "kustomization.yaml"
    kustomization.write_text(key.replace("PATH", "patches/cpu.yaml") + "\nresources: [vm.yaml]\n")
    patches = Patches([])
    assert str(tmp_path / "overlay/patches/cpu.yaml") in patches
    assert str(tmp_path / "overlay/vm.yaml") not in patches
    # One beside the folder counts where the run knows the kustomization.
    kustomization.write_text(key.replace("PATH", "../shared/cpu.yaml"))
    assert str(tmp_path / "shared/cpu.yaml") not in Patches([])
    assert str(tmp_path / "shared/cpu.yaml") in Patches([str(kustomization)])


def test_a_kustomization_that_cannot_be_read(tmp_path):
    (tmp_path / "kustomization.yaml").write_text("patches: [{path: a.yaml}, 1, {path: 2}]\n---\n[")
    assert str(tmp_path / "a.yaml") in Patches([])
    (tmp_path / "kustomization.yaml").write_bytes(b"\xff")
    assert str(tmp_path / "a.yaml") not in Patches([])


def test_on_the_command_line(rtlint, tmp_path):
    (tmp_path / "kustomization.yaml").write_text("patches: [{path: cpu.yaml}]\n")
    (tmp_path / "cpu.yaml").write_text(PATCH)
    out = rtlint(tmp_path, cwd=ROOT).out
    assert "RT201" in out
    assert "RT604" not in out
