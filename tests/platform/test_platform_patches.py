"""A Kustomize patch of one of the platform's objects is part of it: it lacks what the other has."""

import pytest
from test_platform import VM, kubevirt, profile

from rtlint import api

# What a patch changes, and what it would be for if it were all there is.
PATCHES = {
    "profile.yaml": (
        "apiVersion: performance.openshift.io/v2\nkind: PerformanceProfile\n"
        "metadata: {name: low-latency}\nspec: {hugepages: {pages: [{size: 1G, count: 8}]}}\n"
    ),
    "kubelet.yaml": (
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\n"
        "metadata: {name: rt}\nspec: {kubeletConfig: {cpuManagerPolicy: static}}\n"
    ),
    "kubevirt.yaml": (
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: kubevirt}\n"
        "spec: {configuration: {evictionStrategy: None}}\n"
    ),
}


@pytest.fixture
def overlay(tmp_path):
    base, overlay = tmp_path / "base", tmp_path / "overlay"
    for folder in (base, overlay):
        folder.mkdir()
    (base / "kubevirt.yaml").write_text(kubevirt("CPUManager"))
    (base / "profile.yaml").write_text(profile())
    (base / "vm.yaml").write_text(VM)
    (base / "kustomization.yaml").write_text("resources: [kubevirt.yaml, profile.yaml, vm.yaml]\n")
    named = ", ".join(f"{{path: {name}}}" for name in PATCHES)
    (overlay / "kustomization.yaml").write_text(f"resources: [../base]\npatches: [{named}]\n")
    for name, text in PATCHES.items():
        (overlay / name).write_text(text)
    return overlay


def test_what_a_patch_lacks_is_not_missed(overlay):
    assert api.lint_paths([overlay.parent], select=["RT8"]) == []
    assert api.lint_paths([overlay], select=["RT8"]) == []


def test_a_patch_is_no_object_of_another_cluster(overlay, rtlint):
    small = (overlay.parent / "base" / "profile.yaml").read_text().replace("2-15", "2-4")
    (overlay.parent / "base" / "profile.yaml").write_text(small)
    done = rtlint(overlay.parent, "--select", "RT841", "--output-format", "concise")
    assert "has 3 for pods" in done.out
    assert done.err == ""
    shown = rtlint("config", overlay).out
    assert f"{overlay}" not in shown.partition("objects of the cluster")[2]


def test_what_is_no_patch_of_a_kustomization_is_whole(overlay):
    (overlay / "kustomization.yaml").write_text("resources: [../base]\n")
    assert {each.rule for each in api.lint_paths([overlay], select=["RT8"])} >= {"RT811", "RT824"}


def test_everything_is_whole_where_nothing_is_skipped(overlay, rtlint):
    done = rtlint(overlay, "--no-skip", "--select", "RT824", "--output-format", "concise")
    assert "kubelet.yaml" in done.out


def test_a_patch_by_its_directive_is_a_part():
    text = f"$patch: merge\n{PATCHES['profile.yaml']}"
    assert api.lint(text, select=["RT8"]) == []
    assert api.lint(PATCHES["profile.yaml"], select=["RT8"]) != []
