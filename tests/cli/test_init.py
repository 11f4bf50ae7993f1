"""`rtlint init`: what it writes hangs on what it finds, and it says so."""

from difflib import ndiff

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from rtlint.cli.init import command
from rtlint.config.load import load

KUBEVIRT = """\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt, namespace: kubevirt}
status: {observedKubeVirtVersion: v1.5.2}
"""
VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec: {domain: {devices: {}}}
"""
HOOKS = """\
# What is checked before a commit.
repos:
- repo: local
  hooks:
  - {id: a, name: a, entry: a, language: system}  # ours

default_stages: [pre-commit]  # not at a push
"""


@pytest.fixture
def init(tmp_path, monkeypatch):
    """Make files in a repository, and run `rtlint init` there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    def run(files, *args):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())
        done = CliRunner().invoke(command, args, catch_exceptions=False)
        assert done.exit_code == 0
        return done.output

    return run


def test_the_release_and_the_cluster_are_those_of_the_kubevirt_object(init, tmp_path):
    out = init({"cluster/kubevirt.yaml": KUBEVIRT, "vm.yaml": VM})
    assert out.startswith("found 1 VM, 1 KubeVirt object, 0 Helm charts, 0 kustomizations\n")
    values = load(".rtlint.yaml").values
    assert values == {"kubevirt-version": "v1.5.2", "cluster": "cluster/kubevirt.yaml"}
    hooks = YAML(typ="safe").load(tmp_path / ".pre-commit-config.yaml")
    assert [hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]] == ["rtlint"]
    for name in (".rtlint.yaml", ".pre-commit-config.yaml"):
        assert f"wrote {name}\n" in out
        assert all(f"  {line}\n" in out for line in (tmp_path / name).read_text().splitlines())


def test_other_objects_of_the_cluster_are_kept_beside_the_kubevirt_object(init, tmp_path):
    profile = "apiVersion: performance.openshift.io/v2\nkind: PerformanceProfile\n"
    out = init(
        {"kubevirt.yaml": KUBEVIRT, "profile.yaml": f"{profile}---\n{profile}", "vm.yaml": VM}
    )
    assert out.startswith("found 1 VM, 1 KubeVirt object, 2 other cluster objects, ")
    assert load(".rtlint.yaml").values == {"kubevirt-version": "v1.5.2"}
    hooks = YAML(typ="safe").load(tmp_path / ".pre-commit-config.yaml")
    (hook,) = hooks["repos"][0]["hooks"]
    assert hook == {"id": "rtlint", "args": ["--", "."], "pass_filenames": False}


def test_a_template_holds_no_vm(init):
    template = VM.replace("name: rt", "name: {{ .Release.Name }}").replace("{name: ", "\n  name: ")
    out = init({"vm.yaml": VM, "chart/templates/vm.yaml": template.replace("}}}", "}}")})
    assert out.startswith("found 1 VM, ")


def test_clusters_that_disagree_name_no_release(init):
    other = KUBEVIRT.replace("v1.5.2", "v1.8.0")
    init({"a.yaml": KUBEVIRT, "b.yaml": other})
    assert load(".rtlint.yaml").values == {}


@pytest.mark.parametrize("file", ["chart/Chart.yaml", "overlay/kustomization.yaml"])
def test_what_renders_is_rendered_by_the_hook(init, tmp_path, file):
    init({file: "name: a\n"})
    hooks = YAML(typ="safe").load(tmp_path / ".pre-commit-config.yaml")
    (hook,) = hooks["repos"][0]["hooks"]
    assert hook == {"id": "rtlint", "args": ["--render", "--", "."], "pass_filenames": False}


@pytest.mark.parametrize("text", [HOOKS, HOOKS.replace("\n", "\r\n"), HOOKS[: HOOKS.index("\n\n")]])
def test_other_hooks_stay_as_they_are(init, tmp_path, text):
    assert "added rtlint to .pre-commit-config.yaml" in init({".pre-commit-config.yaml": text})
    new = (tmp_path / ".pre-commit-config.yaml").read_bytes().decode()
    before, after = YAML(typ="safe").load(text), YAML(typ="safe").load(new)
    assert after["repos"][:-1] == before["repos"]
    assert after["repos"][-1]["hooks"] == [{"id": "rtlint"}]
    assert {line[0] for line in ndiff(text.splitlines(), new.splitlines())} == {" ", "+"}
    assert ("\r\n" in new) == ("\r\n" in text)


def test_what_is_there_is_left(init, tmp_path):
    init({"vm.yaml": VM})
    before = {path: path.read_bytes() for path in tmp_path.glob(".*.yaml")}
    out = init({})
    assert "left ./.rtlint.yaml as it is" in out
    assert "left ./.pre-commit-config.yaml as it is" in out
    assert {path: path.read_bytes() for path in before} == before


def test_a_list_in_one_line_is_left_to_the_user(init, tmp_path):
    out = init({".pre-commit-config.yaml": "repos: []\n"})
    assert "add this to its `repos`" in out
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"


def test_only_a_repository_has_hooks(init, tmp_path):
    (tmp_path / "inner").mkdir()
    assert "no entry for pre-commit" in init({}, "inner")
    assert (tmp_path / "inner/.rtlint.yaml").is_file()
    assert not (tmp_path / "inner/.pre-commit-config.yaml").exists()
