"""What of a run's other files and objects a preview takes in: webhook, kubelets, configuration."""

import json

import measured
import pytest
from previews import previewed, vm, wrong

from rtlint.kubevirt.cluster import Cluster
from rtlint.preview import html, text
from rtlint.preview.verdict import verdict

LIVE_UPDATE = Cluster(rollout="LiveUpdate")
GATED = LIVE_UPDATE._replace(gates=frozenset({"NUMA", "CPUManager", "VMLiveUpdateFeatures"}))
HOST = measured.VECTORS / "hosts" / "two-smt.xml"
KUBELET = """\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
reservedSystemCPUs: {cpus}
"""
PROFILE = """\
apiVersion: performance.openshift.io/v2
kind: PerformanceProfile
metadata: {{name: low-latency}}
spec: {{cpu: {{isolated: 2-15, reserved: "{cpus}"}}}}
"""


def virtual_machine(manifest):
    return manifest | {
        "kind": "VirtualMachine",
        "spec": {"runStrategy": "Always", "template": {"spec": manifest["spec"]}},
    }


def of(done):
    return json.loads(done.out)["previews"]


@pytest.fixture
def folder(tmp_path):
    """Write files into a folder of their own, which is no part of a repository's."""
    (tmp_path / ".git").mkdir()

    def write(files):
        for name, content in files.items():
            said = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / name).write_text(said)
        return tmp_path

    return write


# The webhook of a VirtualMachine


REALTIME = "Memory hotplug is not compatible with realtime VMs"


@pytest.mark.parametrize(
    ("release", "cluster", "causes"),
    [
        ("v1.9.0", Cluster(), [("memory.guest", REALTIME)]),
        ("v1.9.0", Cluster(rollout="Stage"), []),
        ("v1.5.3", Cluster(), []),
        ("v1.5.3", LIVE_UPDATE, [("memory.guest", REALTIME)]),
        ("v1.3.1", LIVE_UPDATE, []),
        ("v1.3.1", GATED, [("memory.guest", REALTIME)]),
        (
            "v1.2.2",
            GATED,
            [
                ("cpu.realtime", REALTIME),
                (
                    "cpu.numa.guestMappingPassthrough",
                    "Memory hotplug is not compatible with guest mapping passthrough",
                ),
                (
                    "cpu.dedicatedCpuPlacement",
                    "Memory hotplug is not compatible with dedicated CPUs",
                ),
                ("memory.hugepages", "Memory hotplug is not compatible with hugepages"),
            ],
        ),
        (
            "v1.1.1",
            Cluster(),
            [("memory.maxGuest", "Memory maxGuest cannot be set directy in VM template")],
        ),
        ("v1.0.1", Cluster(), []),
    ],
)
def test_memory_hotplug_of_a_virtual_machine(release, cluster, causes):
    manifest = vm(memory={"maxGuest": "8Gi"})
    found = previewed(virtual_machine(manifest), release, cluster)
    expected = [(f"spec.template.spec.domain.{field}", message) for field, message in causes]
    assert [(cause.field, cause.message) for cause in found.admission] == expected
    assert verdict(found).realtime == (not causes)
    # Nobody asks this of a VirtualMachineInstance.
    assert previewed(manifest, release, cluster).admission == ()


@pytest.mark.parametrize(("release", "refused"), [("v1.1.1", True), ("v1.2.2", False)])
def test_sockets_to_plug_in_are_no_business_of_the_template_s(release, refused):
    manifest = virtual_machine(vm({"cores": 1, "sockets": 4, "maxSockets": 4}))
    assert bool(previewed(manifest, release).admission) == refused


# The node


def test_the_first_core_is_taken_to_be_reserved(rtlint, folder):
    path = folder({"vm.yaml": vm()})
    command = ("preview", path, "--host", HOST)
    (one,) = of(rtlint(*command, "--output-format", "json"))
    assert one["host"]["reserved"] == "0,16"
    assert not {"0", "16"} & set(one["host"]["cpuset"].split(","))
    assert "the first core (CPUs 0,16) is taken to be reserved" in " ".join(
        rtlint(*command).out.split()
    )
    given = of(rtlint(*command, "--cpuset", "0-4", "--output-format", "json"))[0]
    assert given["host"] == {"source": "virsh", "cpuset": "0-4"}


@pytest.mark.parametrize(
    "said",
    [
        KUBELET.format(cpus="0-3"),
        PROFILE.format(cpus="0-3"),
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\n"
        "spec: {kubeletConfig: {reservedSystemCPUs: 0-3}}\n",
    ],
)
def test_a_file_of_the_run_says_which_cpus_are_reserved(rtlint, folder, said):
    path = folder({"vm.yaml": vm(), "node.yaml": said})
    command = ("preview", path, "--host", HOST)
    (one,) = of(rtlint(*command, "--output-format", "json"))
    assert one["host"]["reserved"] == "0-3"
    assert one["host"]["cpuset"] == "4-5,16,20-21"
    shown = " ".join(rtlint(*command).out.split())
    assert "CPUs 0-3 are reserved, as a file of the run says" in shown


def test_files_that_reserve_different_cpus_count_for_nothing(rtlint, folder):
    path = folder({
        "vm.yaml": vm(), "a.yaml": KUBELET.format(cpus="0-3"), "b.yaml": PROFILE.format(cpus="0-1"),
    })  # fmt: skip
    done = rtlint("preview", path, "--host", HOST, "--output-format", "json")
    assert of(done)[0]["host"]["reserved"] == "0,16"
    assert "reserve different CPUs" in done.err


def test_reserved_cpus_that_leave_too_few_are_named():
    found = previewed(host=measured.host("one-smt"), reserved=tuple(range(13)))
    assert any("asks for 5 CPUs, and the host has 3 beside" in text for text in wrong(found))
    assert '<span class="who">reserved</span>' in html.render([found])


def test_threads_on_another_cell_than_the_vcpus_are_named():
    node = {"host": measured.host("two-smt"), "cpuset": (1, 2, 3, 4, 8)}
    found = previewed(**node)
    assert "The emulator runs on NUMA cell 1, the vCPUs on 0." in wrong(found)
    assert "The emulator runs on NUMA cell 1" in text.render([found])
    same = previewed(host=node["host"], cpuset=(1, 2, 3, 4, 5))
    assert not any("runs on NUMA cell" in concern for concern in wrong(same))


@pytest.mark.parametrize(("cores", "realtime"), [(4, False), (3, True)])
def test_a_kubelet_that_gives_out_whole_cores_only(cores, realtime):
    found = previewed(vm({"cores": cores}), cluster=Cluster(full_pcpus_only=True))
    assert verdict(found).realtime == realtime
    assert any("full-pcpus-only" in reason for reason in verdict(found).reasons) != realtime


def test_whole_cores_do_not_matter_where_a_core_has_one_thread():
    whole_cores = Cluster(full_pcpus_only=True)
    host = measured.host("one-flat")
    assert verdict(previewed(cluster=whole_cores, host=host)).realtime


# The files


KUSTOMIZATION = """\
resources: [vm.yaml]
patches: [{path: patch.yaml}]
"""


def test_a_patch_is_not_previewed_as_if_it_were_whole(rtlint, folder):
    patch = {**vm(), "spec": {"domain": {"cpu": {"realtime": {"mask": "0-1"}}}}}
    path = folder({"vm.yaml": vm(), "patch.yaml": patch, "kustomization.yaml": KUSTOMIZATION})
    done = rtlint("preview", path, "--output-format", "json")
    assert [one["path"] for one in of(done)] == [str(path / "vm.yaml")]
    assert done.returncode == 0
    assert "patch.yaml:1: this is a Kustomize patch" in done.err
    named = rtlint("preview", path / "patch.yaml")
    assert (named.returncode, named.out) == (2, "")
    assert "this is a Kustomize patch" in named.err
    assert "this is a Kustomize patch" in rtlint("check", "--preview", path).out


# The configuration


def test_a_template_is_skipped_and_one_that_is_named_is_told(rtlint, folder):
    path = folder({"vm.yaml": vm()})
    template = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nspec: {{ .Values.spec }}\n"
    (path / "template.yaml").write_text(template)
    done = rtlint("preview", "--summary", path)
    assert "template.yaml: skipped: a template is not YAML until it is rendered" in done.err
    assert done.returncode == 0
    assert rtlint("preview", path / "template.yaml").returncode == 2


def test_the_configuration_counts_as_for_check(rtlint, folder):
    path = folder({
        "vm.yaml": vm({"sockets": 1}),
        "old.yaml": vm(),
        "kv.txt": "apiVersion: kubevirt.io/v1\nkind: KubeVirt\n"
        "spec: {configuration: {vmRolloutStrategy: Stage}}\n",
        ".rtlint.yaml": "kubevirt-version: v1.8\ncluster: kv.txt\nexclude: [old.yaml]\n",
    })  # fmt: skip
    (one,) = of(rtlint("preview", path, "--output-format", "json"))
    assert one["kubevirt"] == "v1.8.4"
    assert "<vcpus>" not in one["domain"]
    both = of(rtlint("preview", path, "--no-config", "--output-format", "json"))
    assert [each["kubevirt"] for each in both] == ["v1.9.0", "v1.9.0"]
    given = ("--kubevirt-version", "v1.5.3", "--output-format", "json")
    assert of(rtlint("preview", path, *given))[0]["kubevirt"] == "v1.5.3"
    wrong = folder({"wrong.yaml": "kubevirt-versoin: v1.8\n"}) / "wrong.yaml"
    done = rtlint("preview", path, "--config", wrong)
    assert (done.returncode, done.out) == (2, "")
    assert "wrong.yaml:1" in done.err


def test_explain_and_rules_say_what_the_configuration_makes_of_a_rule(rtlint, folder):
    path = folder({".rtlint.yaml": "severity: {RT101: info}\nignore: [RT402]\n"})
    table = {
        line.split()[0]: line.split()[2] for line in rtlint("rules", cwd=path).out.splitlines()
    }
    assert (table["RT101"], table["RT402"], table["RT102"]) == ("info", "off", "error")
    said = rtlint("explain", "RT101", cwd=path).out.splitlines()
    assert said[-2:] == ["", "In .rtlint.yaml: severity info."]
    assert "In .rtlint.yaml: left out." in rtlint("explain", "RT402", cwd=path).out
    assert ".rtlint.yaml" not in rtlint("explain", "RT101", "--no-config", cwd=path).out
    plain = rtlint("rules", "--no-config", cwd=path).out
    assert "off" not in {line.split()[2] for line in plain.splitlines()}
