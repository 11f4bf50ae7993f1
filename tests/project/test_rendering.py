"""`--render`: what Helm and Kustomize make of a folder is linted."""

import json
import os

import pytest

# Not realtime: the mask selects nothing.
RENDERED = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec: {domain: {devices: {}, cpu: {cores: 2, realtime: {mask: "^1"}}}}
"""


@pytest.fixture
def repository(tmp_path):
    """A chart, and two overlays of one base."""
    for folder, file, text in (
        ("chart", "Chart.yaml", "name: rt\n"),
        ("chart/templates", "vm.yaml", "apiVersion: kubevirt.io/v1\nkind: {{ .Values.kind }}\n"),
        ("base", "kustomization.yaml", "resources: []\n"),
        ("overlays/a", "kustomization.yaml", "resources: [../../base]\n"),
        ("overlays/b", "kustomization.yaml", "resources: [../../base]\n"),
    ):
        (tmp_path / "repository" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "repository" / folder / file).write_text(text)
    return tmp_path / "repository"


def tools(folder, script):
    """An environment whose helm and kustomize run this shell script."""
    folder.mkdir()
    for name in ("helm", "kustomize"):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def test_charts_and_top_kustomizations_are_rendered_and_linted(rtlint, repository, tmp_path):
    env = tools(tmp_path / "bin", f"cat <<'X'\n{RENDERED}X")
    done = rtlint(repository, "--render", "--select", "RT202", "--output-format", "json", env=env)
    paths = [d["path"] for d in json.loads(done.out)["diagnostics"]]
    assert paths == [
        f"{repository}/chart (helm template)",
        f"{repository}/overlays/a (kustomize build)",
        f"{repository}/overlays/b (kustomize build)",
    ]
    assert done.returncode == 1


def test_a_tool_that_fails_is_a_line_and_status_2(rtlint, repository, tmp_path):
    env = tools(tmp_path / "bin", "echo 'no such value' >&2; exit 3")
    done = rtlint(repository / "chart", "--render", env=env)
    assert done.returncode == 2
    assert f"rtlint: {repository}/chart: helm template: no such value" in done.err


def test_a_tool_that_is_not_there_is_said_and_status_2(rtlint, repository, tmp_path):
    (tmp_path / "empty").mkdir()
    done = rtlint(repository, "--render", env={**os.environ, "PATH": str(tmp_path / "empty")})
    assert done.returncode == 2
    assert done.err.splitlines() == [
        f"rtlint: --render: the chart {repository}/chart is not rendered: install `helm`",
        f"rtlint: --render: the kustomization {repository}/overlays/a is not rendered, nor are 1 "
        "more: install `kustomize` or `kubectl`",
    ]


def test_kubectl_serves_where_kustomize_is_missing(rtlint, repository, tmp_path):
    env = tools(tmp_path / "bin", f"[ \"$1\" = kustomize ] && cat <<'X'\n{RENDERED}X")
    (tmp_path / "bin/kustomize").rename(tmp_path / "bin/kubectl")
    env["PATH"] = f"{tmp_path}/bin:/bin"
    done = rtlint(
        repository / "overlays/a", "--render", "--select", "RT202", "--output-format", "json",
        env=env,
    )  # fmt: skip
    paths = [d["path"] for d in json.loads(done.out)["diagnostics"]]
    assert paths == [f"{repository}/overlays/a (kubectl kustomize)"]


def test_rendered_text_is_never_fixed(rtlint, repository):
    assert rtlint(repository, "--render", "--fix").returncode == 2
