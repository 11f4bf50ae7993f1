"""What a run knows of the cluster under its VMs: which objects count where, and what they say."""

import re

import pytest
from conftest import ROOT

from rtlint import api
from rtlint.limits import Limits
from rtlint.lint.run import may_hold_platform
from rtlint.project.known import told

EXAMPLES = ROOT / "examples" / "platform"
VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true}
"""


def kubevirt(*gates):
    listed = ", ".join(gates)
    return (
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: kubevirt}\nspec:\n"
        f"  configuration: {{developerConfiguration: {{featureGates: [{listed}]}}}}\n"
    )


def profile(isolated="2-15", name="low-latency", more=""):
    return (
        "apiVersion: performance.openshift.io/v2\nkind: PerformanceProfile\n"
        f"metadata: {{name: {name}}}\n"
        f'spec:\n  cpu: {{isolated: "{isolated}", reserved: 0-1}}\n'
        f'  nodeSelector: {{node-role.kubernetes.io/rt: ""}}\n{more}'
    )


def node(number, cpus=4):
    return (
        f"apiVersion: v1\nkind: Node\nmetadata: {{name: node-{number}, uid: u{number}}}\n"
        f'status: {{allocatable: {{cpu: "{cpus}"}}, capacity: {{cpu: "{cpus + 1}"}}}}\n'
    )


def found(text, *select):
    return [(each.rule, each.start.line) for each in api.lint(text, select=select or ["RT8"])]


@pytest.mark.parametrize("cluster", ["openshift", "kubernetes"])
def test_the_examples_are_clean_and_realtime(rtlint, cluster):
    folder = EXAMPLES / cluster
    assert api.lint_paths([folder]) == []
    out = rtlint("preview", str(folder)).out
    assert "Realtime: yes" in out
    assert ("PerformanceProfile low-latency" in out) == (cluster == "openshift")


def test_the_page_shows_the_examples_and_real_output(rtlint):
    page = (ROOT / "docs" / "platform.md").read_text()
    shown = re.findall(r"`(examples/platform/[^`]*)`\n\n```yaml\n(.*?)```\n", page, re.DOTALL)
    assert {name for name, _ in shown} == {
        str(path.relative_to(ROOT)) for path in EXAMPLES.rglob("*.yaml")
    }
    for name, text in shown:
        assert (ROOT / name).read_text() == text
    for args, output in re.findall(r"```console\n\$ rtlint (.*)\n((?:.*\n)*?)```", page):
        assert rtlint(*args.split()).out == output


@pytest.mark.parametrize(
    "wrapped",
    [
        "---\n".join,
        lambda items: (
            "apiVersion: v1\nkind: List\nitems:\n"
            + "".join("- " + item.rstrip().replace("\n", "\n  ") + "\n" for item in items)
        ),
        lambda items: (
            "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n"
            + "".join("- " + item.rstrip().replace("\n", "\n  ") + "\n" for item in items)
        ),
    ],
    ids=["documents", "List", "Template"],
)
def test_objects_are_read_wherever_they_stand(wrapped):
    rules = [rule for rule, _ in found(wrapped([profile("2-4"), kubevirt(), VM]))]
    assert rules == ["RT801", "RT841"]


def test_objects_of_another_file_count(tmp_path):
    (tmp_path / "profile.yaml").write_text(profile("2-4"))
    (tmp_path / "vm.yaml").write_text(VM)
    (error,) = api.lint_paths([tmp_path], select=["RT8"])
    assert (error.rule, error.path) == ("RT841", str(tmp_path / "vm.yaml"))
    (related,) = error.related
    assert (related.path, related.start.line) == (str(tmp_path / "profile.yaml"), 5)


def test_a_template_asks_for_nothing(tmp_path):
    template = VM.replace("{name: rt}", "\n  name: {{ .Release.Name }}")
    (tmp_path / "kubevirt.yaml").write_text(kubevirt())
    (tmp_path / "vm.yaml").write_text(template)
    assert api.lint_paths([tmp_path], select=["RT8"]) == []


def clusters(folder):
    """Two clusters, of which one lacks a gate and has small nodes, each with a VM."""
    for name, gates, cpus in (("a", (), "2-4"), ("b", ("CPUManager",), "2-15")):
        here = folder / "clusters" / name
        (here / "vms").mkdir(parents=True)
        (here / "kubevirt.yaml").write_text(kubevirt(*gates))
        (here / "profile.yaml").write_text(profile(cpus))
        (here / "vms" / "vm.yaml").write_text(VM)


def test_clusters_are_told_apart_by_their_folders(tmp_path, monkeypatch, rtlint):
    clusters(tmp_path)
    monkeypatch.chdir(tmp_path)
    errors = api.lint_paths(["."], select=["RT8"])
    assert [(each.rule, each.path) for each in errors] == [
        ("RT801", "clusters/a/kubevirt.yaml"),
        ("RT841", "clusters/a/vms/vm.yaml"),
    ]
    lines = rtlint("config", "clusters/b/vms/vm.yaml", cwd=tmp_path).out.splitlines()
    said = [line for line in lines if line.startswith("#   KubeVirt")]
    assert [line.split(": ", 1)[1] for line in said] == [
        "does not count: it is of the cluster in clusters/a",
        "counts: the nearest of those that disagree",
    ]


def test_where_no_folder_decides_nothing_is_said_and_a_note_says_why(tmp_path, rtlint):
    clusters(tmp_path)
    (tmp_path / "vm.yaml").write_text(VM)
    paths = ("vm.yaml", "clusters/a/profile.yaml", "clusters/b")
    result = rtlint("--select", "RT8", *paths, cwd=tmp_path)
    assert result.out.startswith("All clean")
    assert "several PerformanceProfile objects that disagree" in result.err


def test_the_cluster_that_the_user_names_decides(tmp_path, rtlint):
    clusters(tmp_path)
    both = tmp_path / "cluster.yaml"
    both.write_text(f"{kubevirt('CPUManager')}---\n{profile('2-4')}---\n{node(1, 3)}")
    vms = str(tmp_path / "clusters" / "b" / "vms")
    assert "Node `node-1` has 3 for pods" in rtlint("--cluster", str(both), vms).out
    both.write_text(f"{kubevirt()}---\n{kubevirt()}")
    result = rtlint("--cluster", str(both), vms)
    assert result.returncode == 2
    assert "cluster.yaml:7: a second KubeVirt object" in result.err


@pytest.mark.parametrize(
    "broken",
    [
        "apiVersion: performance.openshift.io/v2\nkind: PerformanceProfile\nmetadata: {name: a}\n",
        "apiVersion: performance.openshift.io/v2\nkind: PerformanceProfile\nspec: [1]\n",
        profile("15-2"),
        profile("0-4294967295"),
        profile("[2]"),
        profile(more="  hugepages: {pages: [1, {size: [], count: many}, null]}\n"),
        profile(more="  hugepages: {defaultHugepagesSize: 1G, pages: [{size: 1G, count: 1.5}]}\n"),
        profile(more="  numa: single-numa-node\n  workloadHints: yes\n"),
        profile().replace("{name: low-latency}", "{annotations: {kubeletconfig.experimental: x}}"),
        profile().replace("{name: low-latency}", "{annotations: {kubeletconfig.experimental: 1}}"),
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
        "cpuManagerPolicy: 1\ncpuManagerPolicyOptions: []\nreservedMemory: {}\n",
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\n"
        "spec: {kubeletConfig: text, machineConfigPoolSelector: []}\n",
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\n"
        "metadata: {labels: 1}\nspec: {kernelArguments: [1, {}], kernelType: []}\n",
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfigPool\n"
        "metadata: {name: a, labels: []}\nspec: {paused: maybe}\n",
        "apiVersion: tuned.openshift.io/v1\nkind: Tuned\n"
        "spec: {profile: [{data: '[[['}, 1, {data: 2}]}\n",
        "apiVersion: v1\nkind: Node\nmetadata: {labels: []}\nstatus: {allocatable: {cpu: much}}\n",
        f"{kubevirt('CPUManager')}---\n{kubevirt()}",
    ],
)
def test_what_cannot_be_read_makes_nobody_speak_of_a_vm(broken):
    text = f"{broken}---\n{VM}---\n{VM}"
    of_vms = [rule for rule, _ in found(text) if rule > "RT83"]
    assert of_vms == []


def test_a_dump_s_nodes_are_kept_without_what_nobody_reads():
    nodes = "---\n".join(node(number) for number in range(50))
    said = told("dump.yaml", nodes.encode(), Limits())
    assert said.parsed == ()
    assert len(said.platform) == 50
    assert all(set(known.data) <= {"metadata", "status"} for known in said.platform)


def test_a_large_dump_is_streamed(tmp_path):
    padding = "# " + "x" * 500 + "\n"
    dump = tmp_path / "dump.yaml"
    dump.write_text(
        "---\n".join(padding * 20 + node(number) for number in range(150)) + f"---\n{VM}"
    )
    assert dump.stat().st_size > 2**20
    assert api.lint_paths([dump], select=["RT8"]) == []
    dump.write_text(dump.read_text().replace('cpu: "4"', 'cpu: "3"'))
    (error,) = api.lint_paths([dump], select=["RT8"])
    assert "Node `node-0` has 3 for pods" in error.message


def test_the_cheap_look_passes_over_other_files():
    assert not may_hold_platform(b"kind: Service\nspec: {type: NodePort}\n")
    assert not may_hold_platform(b"metadata: {labels: {config.openshift.io/x: y}}\n")
    assert may_hold_platform(b'{"kind": "Node"}')
    assert may_hold_platform(profile().encode())


@pytest.mark.parametrize(
    ("objects", "source", "cpuset", "reserved"),
    [
        ([profile()], "PerformanceProfile", "2-5", "0-1"),
        ([profile(), profile("4-9", "other")], "assumed", "0-3", None),
        ([node(1, 6)], "Node", "1-4", "0"),
        ([node(1, 6), profile("4-9")], "PerformanceProfile", "4-7", "0-1"),
        ([profile("9-2")], "assumed", "0-3", None),
    ],
)
def test_the_preview_takes_its_node_from_the_run(objects, source, cpuset, reserved):
    (made,) = api.preview("---\n".join([*objects, VM]))
    assert (made.host.source, made.host.cpuset, made.host.reserved) == (source, cpuset, reserved)


def test_the_profile_that_the_vm_selects_is_its_node():
    other = profile("4-9", "other").replace("/rt:", "/other:")
    vm = VM.replace("spec:\n", 'spec:\n  nodeSelector: {node-role.kubernetes.io/other: ""}\n')
    (made,) = api.preview("---\n".join([profile(), other, vm]))
    assert (made.host.name, made.host.cpuset) == ("other", "4-7")


def test_what_the_platform_suppresses_is_suppressed():
    ignored = kubevirt().replace("{name: kubevirt}", "{annotations: {rtlint.io/ignore: RT801}}")
    assert found(f"{ignored}---\n{VM}", "RT801", "RT003") == []
    ignored = profile().replace("{name: low-latency}", "{annotations: {rtlint.io/ignore: RT811}}")
    assert found(f"{ignored}---\n{VM}", "RT811", "RT003") == [("RT003", 3)]


REALTIME = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  nodeSelector: {node-role.kubernetes.io/rt: ""}
  domain:
    cpu: {cores: 4, dedicatedCpuPlacement: true, numa: {guestMappingPassthrough: {}}, realtime: {}}
"""
FOR_BATCH = "  workloadHints: {realTime: false}\n"


def pool(role):
    return (
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfigPool\n"
        f"metadata: {{name: {role}, labels: {{kubelet: for-{role}}}}}\n"
        f'spec: {{nodeSelector: {{matchLabels: {{node-role.kubernetes.io/{role}: ""}}}}}}\n'
    )


def kubelet(selector):
    return (
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\n"
        f"metadata: {{name: batch}}\nspec:\n  machineConfigPoolSelector: {selector}\n"
        "  kubeletConfig: {cpuManagerPolicy: static, topologyManagerPolicy: best-effort}\n"
    )


def batch(role="batch", isolated="2-63"):
    return profile(isolated, "batch", FOR_BATCH).replace("/rt:", f"/{role}:")


@pytest.mark.parametrize("of_vm", [profile(), pool("rt")])
@pytest.mark.parametrize(
    "of_others",
    [
        batch(),
        batch("worker"),
        kubelet("{matchLabels: {kubelet: for-batch}}"),
        kubelet("{matchLabels: {kubelet: for-worker}}"),
        kubelet('{matchLabels: {pools.operator.machineconfiguration.openshift.io/worker: ""}}'),
    ],
)
def test_what_is_for_other_nodes_says_nothing_of_a_vm(of_vm, of_others):
    """A node is in one pool besides worker."""
    rules = ("RT812", "RT815", "RT822", "RT823")
    pools = "---\n".join(map(pool, ("batch", "worker")))
    text = "---\n".join([of_others, pools, REALTIME])
    assert {rule for rule, _ in found(text, *rules)} != set()
    ours = of_vm.replace("spec:\n  cpu", "spec:\n  numa: {topologyPolicy: single-numa-node}\n  cpu")
    ours += "  realTimeKernel: {enabled: true}\n" * ("PerformanceProfile" in ours)
    assert found(f"{ours}---\n{text}", *rules) == []


@pytest.mark.parametrize(
    "selector", ['{node-role.kubernetes.io/worker: ""}', "{kubernetes.io/hostname: a}", "{}"]
)
def test_a_vm_that_selects_no_pool_may_be_in_any(selector):
    vm = REALTIME.replace('{node-role.kubernetes.io/rt: ""}', selector)
    text = "---\n".join([pool("worker"), profile(), batch(), vm])
    assert "RT812" in {rule for rule, _ in found(text, "RT812")}


def test_the_nodes_of_another_profile_are_not_offered():
    text = "---\n".join([profile("2-4"), batch(), REALTIME])
    assert found(text, "RT841") == [
        ("RT841", text[: text.index("    cpu: {cores")].count("\n") + 1)
    ]
    assert (
        found(text.replace('{node-role.kubernetes.io/rt: ""}\n  domain', "{}\n  domain"), "RT841")
        == []
    )


@pytest.mark.parametrize("size", [0, 2**20])
def test_an_object_that_cannot_be_read_is_not_passed_over(tmp_path, rtlint, size):
    """It would have had its say, and its mistakes."""
    file = tmp_path / "profile.yaml"
    padding = "apiVersion: v1\nkind: Secret\n---\n" * (size // 30)
    file.write_text(padding + profile().replace("reserved: 0-1", "reserved: 0-1, a: ["))
    (error,) = api.lint_paths([tmp_path])
    assert (error.rule, error.path) == ("RT001", str(file))
    file.write_text(padding + profile().replace('"2-15"', "{{ .Values.isolated | quote }}"))
    assert [each.rule for each in api.lint_paths([tmp_path])] == ["RT004"]
    # What is none of the platform's is another tool's business.
    file.write_text("apiVersion: v1\nkind: Secret\na: [\n")
    assert api.lint_paths([tmp_path]) == []
