"""The language server in files that say what the cluster under the VMs is like."""

import pytest
from lsp_client import in_editor, place, rules, the

from rtlint.lsp.platform_fields import PLATFORM_FIELDS
from rtlint.platform.fields import NAMES

PROFILE = """\
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {name: low-latency}
spec:
  cpu:
    isolated: 2-4
    reserved: 0-1
  nodeSelector: {node-role.kubernetes.io/rt: ""}
"""
VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      cores: 4
      dedicatedCpuPlacement: true
"""
KUBEVIRT = """\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec: {configuration: {developerConfiguration: {featureGates: [Snapshot]}}}
"""


@in_editor()
async def test_hover_and_completion_in_a_profile(ed):
    await ed.open(PROFILE)
    text = await ed.hover(place(PROFILE, "isolated", 2))
    assert text.startswith("**`isolated`**, PerformanceProfile")
    assert "[RT841](https://rtlint.io/rules/RT841)" in text
    assert await ed.hover(place(PROFILE, "name:", 2)) is None
    offered = await ed.complete(PROFILE.replace("  nodeSel", "  |\n  nodeSel"))
    assert {"numa", "realTimeKernel"} <= offered.keys()
    assert "cpu" not in offered
    values = await ed.complete(PROFILE + "  numa: {topologyPolicy: |}\n")
    assert "single-numa-node" in values


@in_editor()
async def test_a_misspelt_field_is_found_as_it_is_typed(ed):
    found = await ed.open(PROFILE.replace("isolated", "isolatd"))
    assert "RT601" in rules(found)
    assert "RT601" not in rules(await ed.type(PROFILE))


@in_editor()
async def test_vms_and_their_cluster_are_followed_as_they_change(ed):
    found = await ed.open(KUBEVIRT, "kubevirt.yaml")
    assert "RT801" not in rules(found)
    await ed.open(VM)
    (related,) = the("RT801", await ed.diagnostics("kubevirt.yaml")).related_information
    assert related.location.uri == ed.uri("vm.yaml")
    await ed.write("profile.yaml", PROFILE)
    (related,) = the("RT841", await ed.diagnostics()).related_information
    assert related.location.uri == ed.uri("profile.yaml")
    assert "RT841" not in rules(await ed.type(VM.replace("4", "2")))


@pytest.mark.parametrize("kind", sorted(PLATFORM_FIELDS.keys() & NAMES.keys()))
def test_what_is_explained_is_a_field_that_rules_know(kind):
    for path in PLATFORM_FIELDS[kind]:
        parts = path.split(".")
        for i, part in enumerate(parts):
            known = NAMES[kind].get(".".join(parts[:i]), ())
            assert not known or part.removesuffix("[]") in known, path


@in_editor()
async def test_a_patch_is_a_part_of_what_it_is_for(ed):
    await ed.open(VM)
    await ed.write("kustomization.yaml", "patches: [{path: kubevirt.yaml}]\n")
    assert "RT801" not in rules(await ed.open(KUBEVIRT, "kubevirt.yaml"))
    await ed.write("kustomization.yaml", "resources: [kubevirt.yaml]\n")
    assert "RT801" in rules(await ed.diagnostics("kubevirt.yaml"))
