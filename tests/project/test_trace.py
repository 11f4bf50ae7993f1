"""What is found in rendered text is told where the value stands, if it stands there literally."""

import json
import os
import shutil

import pytest
from conftest import ROOT

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: %s
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        cpu:
          cores: 4
          realtime:
            mask: %s
        ioThreadsPolicy: %s
        devices: {}
"""
PATCH = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt}
spec:
  template: {spec: {domain: {ioThreadsPolicy: rarely}}}%s
"""
OVERLAY = """\
resources: [../base]
namePrefix: du-
patches:
  - path: io.yaml
  - target: {kind: VirtualMachine}
    patch: |-
      - op: add
        path: /spec/template/spec/domain/cpu/realtime/mask
        value: "0-3,^9-"%s
"""


@pytest.fixture
def kustomize(tmp_path):
    """An overlay, and an environment whose kustomize renders it."""

    def write(mask="", io=""):
        files = {
            "base/kustomization.yaml": "resources: [vm.yaml]\n",
            "base/vm.yaml": VM % ("rt", "0-3", "sometimes"),
            "overlay/kustomization.yaml": OVERLAY % mask,
            "overlay/io.yaml": PATCH % io,
        }
        rendered = VM % ("du-rt", "0-3,^9-", "rarely")
        return _prepared(tmp_path, files, "kustomize", rendered)

    return write


def _prepared(folder, files, tool, rendered):
    for name, text in {**files, "bin/rendered": rendered}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "bin" / tool).write_text(f"#!/bin/sh\ncat {folder}/bin/rendered\n")
    (folder / "bin" / tool).chmod(0o755)
    path = f"{folder}/bin:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def found(rtlint, folder, rules, cwd, env=None):
    done = rtlint(
        folder, "--render", "--select", rules, "--output-format", "json", cwd=cwd, env=env
    )  # fmt: skip
    return json.loads(done.out)["diagnostics"]


def marked(cwd, diagnostic):
    line = (cwd / diagnostic["path"]).read_text().splitlines()[diagnostic["start"]["line"] - 1]
    return line[diagnostic["start"]["column"] - 1 : diagnostic["end"]["column"] - 1]


def test_a_value_of_a_patch_or_a_base_is_told_there_once(rtlint, kustomize, tmp_path):
    env = kustomize()
    told = found(rtlint, "overlay", "RT201,RT505", tmp_path, env)
    assert [(each["rule"], each["path"], marked(tmp_path, each)) for each in told] == [
        ("RT505", "overlay/io.yaml", "rarely"),
        ("RT201", "overlay/kustomization.yaml", '"0-3,^9-"'),
    ]
    # What is rendered of a line is not edited there.
    assert [each["fix"] for each in told] == [None, None]


def test_what_stands_nowhere_stays_with_what_was_rendered(rtlint, kustomize, tmp_path):
    env = kustomize()
    told = found(rtlint, "overlay", "RT401", tmp_path, env)
    assert {each["path"] for each in told} == {"overlay (kustomize build)"}


def test_a_comment_at_the_line_counts(rtlint, kustomize, tmp_path):
    comment = "  # rtlint: ignore[RT201, RT505]"
    env = kustomize(comment, comment)
    assert found(rtlint, "overlay", "RT201,RT505", tmp_path, env) == []


def test_a_base_outside_of_the_run_is_told_of_too(rtlint, tmp_path):
    files = {
        "base/kustomization.yaml": "resources: [vm.yaml]\n",
        "base/vm.yaml": VM % ("rt", '"0-3,^9-"', "auto"),
        "overlay/kustomization.yaml": "resources: [../base]\n",
    }
    env = _prepared(tmp_path, files, "kustomize", VM % ("rt", "0-3,^9-", "auto"))
    (mask,) = found(rtlint, "overlay", "RT201", tmp_path, env)
    assert (mask["path"], marked(tmp_path, mask)) == ("base/vm.yaml", '"0-3,^9-"')


def test_a_line_of_a_template_is_told_of(rtlint, tmp_path):
    rendered = f"---\n# Source: rt/templates/vm.yaml\n{VM % ('rt', '0-3,^9-', 'rarely')}"
    template = VM % ("{{ .Values.name }}", "{{ .Values.mask }}", "rarely")
    files = {
        "chart/Chart.yaml": "name: rt\n",
        "chart/templates/vm.yaml": "{{- if true }}\n" + template.replace("        io", "  io"),
    }
    env = _prepared(tmp_path, files, "helm", rendered)
    told = found(rtlint, "chart", "RT201,RT505", tmp_path, env)
    assert [(each["rule"], each["path"]) for each in told] == [
        ("RT201", "chart (helm template)"),
        ("RT505", "chart/templates/vm.yaml"),
    ]
    assert marked(tmp_path, told[1]) == "rarely"


def test_with_kubectl_itself(rtlint, kustomize, tmp_path):
    if shutil.which("kubectl") is None:
        pytest.skip("there is no kubectl")
    kustomize()
    (tmp_path / "bin/kustomize").unlink()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = found(rtlint, "overlay", "RT201,RT505", tmp_path, env)
    assert [(each["rule"], each["path"]) for each in told] == [
        ("RT505", "overlay/io.yaml"),
        ("RT201", "overlay/kustomization.yaml"),
    ]
