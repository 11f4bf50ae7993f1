"""`rtlint preview`: what people and programs get to see of the conversion."""

import json
import re
from xml.etree import ElementTree

import jsonschema
import measured
import pytest
from conftest import ROOT
from conversions import CHANGES, RELEASES, WHOLE, replaced
from hypothesis import given, settings
from hypothesis import strategies as st
from previews import VM, previewed, vm, wrong

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import Object
from rtlint.kubevirt.cluster import Cluster, read_cluster
from rtlint.kubevirt.conversion.host import parse_host
from rtlint.kubevirt.hyperconverged import read_hyperconverged
from rtlint.kubevirt.releases import NEWEST
from rtlint.kubevirt.workload import workload
from rtlint.preview import html, text, xml
from rtlint.preview import json as json_format
from rtlint.preview.compare import compare
from rtlint.preview.model import make_preview
from rtlint.preview.verdict import verdict
from rtlint.yaml.compose import compose
from rtlint.yaml.source import Source


@pytest.fixture
def file(tmp_path):
    def write(content, name="vm.yaml"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


# The answer


def test_a_whole_vm_will_be_realtime():
    answer = verdict(previewed())
    assert (answer.level, answer.starts, answer.concerns) == ("yes", True, ())
    assert answer.reasons == ("virt-handler gives vCPUs 0-3 SCHED_FIFO with priority 1.",)


def test_what_the_mask_leaves_out_is_said():
    answer = verdict(previewed(vm({"realtime": {"mask": "1-2"}}), "v0.58.0"))
    assert answer.reasons == (
        "libvirt gives vCPUs 1-2 SCHED_FIFO with priority 1; vCPUs 0,3 stay with SCHED_OTHER.",
    )
    one = verdict(previewed(vm({"realtime": {"mask": "1-3"}})))
    assert one.reasons[0].endswith("; vCPU 0 stays with SCHED_OTHER.")


@pytest.mark.parametrize(
    ("manifest", "release", "says"),
    [
        (vm({"realtime": None}), "v1.9", "cpu.realtime is not set"),
        (vm({"dedicatedCpuPlacement": False}), "v1.9", "the webhook refuses the VM: spec.domain"),
        (vm({"realtime": {"mask": "^3"}}), "v1.9", "selects none of its vCPUs"),
        (vm({"realtime": {"mask": "x"}}), "v1.9", "virt-handler sets no vCPU to SCHED_FIFO: inv"),
        (vm({"realtime": {"mask": "x"}}), "v0.58.0", "libvirt refuses the domain: invalid arg"),
        (vm(memory={"guest": "1536Mi"}), "v1.9", "virt-launcher makes no domain: requested mem"),
        (vm(), "v1.5.2", "labels none so"),
        (vm(resources={"requests": {"memory": "2Gi"}}), "v1.9", "asks for 2Gi of hugepages-1Gi"),
    ],
)
def test_why_not(manifest, release, says):
    answer = verdict(previewed(manifest, release))
    assert not answer.realtime
    assert any(says in reason for reason in answer.reasons), answer.reasons


CELL = (
    "<capabilities><host><topology><cells><cell id='0'><cpus>{}</cpus></cell></cells></topology>"
    "</host></capabilities>"
)


@pytest.mark.parametrize(("release", "says"), [("v1.3.1", False), ("v1.4.0", True)])
def test_a_host_whose_smt_kubevirt_does_not_see(release, says):
    cpus = (f"<cpu id='{i}' siblings='{i - i % 2}-{i - i % 2 + 1}'/>" for i in range(16))
    host = parse_host(CELL.format("".join(cpus)))
    found = wrong(previewed(release=release, host=host))
    assert any("does not see this host's SMT siblings" in concern for concern in found) == says
    assert any("share a physical core" in concern for concern in found)


@pytest.mark.parametrize(("architecture", "raised"), [("amd64", True), ("arm64", False)])
def test_only_x86_has_the_timer(architecture, raised):
    manifest = vm()
    manifest["spec"]["architecture"] = architecture
    threads = previewed(manifest).preview.threads
    assert any(thread.name == "kvm-pit" for thread in threads) == raised


def test_a_cluster_without_the_gate_takes_no_realtime_vm():
    answer = verdict(previewed(cluster=Cluster(gates=frozenset())))
    assert "CPUManager" in answer.reasons[0]


@pytest.mark.parametrize(
    ("manifest", "node", "says"),
    [
        (vm(), {"cpuset": (0, 1, 8, 9, 2)}, "share a physical core: 0 and 1 (pCPUs 0, 8), 2 and"),
        (vm({"cores": 3}), {"cpuset": (0, 1, 8, 9)}, "The emulator runs on an SMT sibling of"),
        (vm({"isolateEmulatorThread": False}), {}, "The emulator runs on the pCPUs of realtime"),
        (vm({"realtime": {"mask": "0-9"}}), {}, "names vCPUs 4-9, and the VM has 4 (0-3)"),
        (vm({"realtime": {"mask": "0-99999"}}), {}, "names vCPU 4 and more"),
        (vm(devices={"autoattachMemBalloon": None}), {}, "memory balloon"),
        (vm(), {"cpuset": (0, 1, 2, 3, 4, 99)}, "The host has no CPU 99"),
    ],
)
def test_what_looks_wrong(manifest, node, says):
    found = wrong(previewed(manifest, host=measured.host("one-smt"), **node))
    assert any(says in concern for concern in found), found


PAGES = """<capabilities><host><topology><cells>
<cell id='0'><pages unit='KiB' size='4'>9</pages><pages unit='KiB' size='1048576'>{}</pages>
<cpus><cpu id='0'/><cpu id='1'/><cpu id='2'/><cpu id='3'/><cpu id='4'/><cpu id='5'/></cpus></cell>
</cells></topology></host></capabilities>"""


@pytest.mark.parametrize(
    ("pages", "says"),
    [(4, ()), (3, ("NUMA cell 0 has 3 pages of 1Gi, the guest needs 4 there.",)),
     (0, ("NUMA cell 0 has no pages of 1Gi, the guest needs 4 there.",))],
)  # fmt: skip
def test_the_cells_pages(pages, says):
    host = parse_host(PAGES.format(pages))
    assert host.cells[0].pages == ((2**30, pages),)
    assert wrong(previewed(host=host)) == says


def test_a_page_size_that_the_kernel_has_not():
    # arm64 with usual pages of 64 KiB.
    text = PAGES.replace("'4'", "'64'").replace("'1048576'", "'524288'").format(9)
    assert wrong(previewed(host=parse_host(text))) == (
        "NUMA cell 0 cannot have pages of 1Gi: the node's kernel knows 512Mi.",
    )


# Formats


def test_text_answers_first_and_shows_every_thread():
    shown = text.render([previewed(vm({"realtime": {"mask": "0-2"}}))])
    lines = shown.splitlines()
    assert lines[0] == "vm.yaml: VirtualMachineInstance rt, on KubeVirt v1.9.0"
    assert lines[2] == "Realtime: yes"
    assert lines[3].startswith("  virt-handler gives vCPUs 0-2 SCHED_FIFO")
    top = next(i for i, line in enumerate(lines) if line.startswith("  thread"))
    table = {line.split("  ")[1]: line.split()[-2:] for line in lines[top + 1 : top + 7]}
    assert list(table) == ["vCPU 0", "vCPU 1", "vCPU 2", "vCPU 3", "emulator", "kvm-pit"]
    assert table["vCPU 0"] == table["vCPU 2"] == ["SCHED_FIFO", "1"]
    assert table["vCPU 3"] == table["emulator"] == ["-", "SCHED_OTHER"]
    assert table["kvm-pit"] == ["SCHED_FIFO", "2"]
    assert "ASSUMED: one NUMA cell, no SMT" in shown
    assert "From v0.58.1 the XML has no <vcpusched>" in shown
    assert "    CPU 0-2/KVM  SCHED_FIFO 1\n    kvm-pit      SCHED_FIFO 2\n" in shown
    assert shown.index('<pmu state="off" />') < shown.index("<domain")


def test_text_shows_vcpusched_first_where_the_xml_has_it():
    shown = text.render([previewed(release="v0.58.0")])
    assert '<vcpusched scheduler="fifo" priority="1" vcpus="0-3" />' in shown.split("<domain")[0]
    assert "has no <vcpusched>" not in shown
    assert "memory and its overhead left out" in shown


NASTY = "\x1b[31m<script>alert(1)</script>&amp;\u202e]]>--"


@pytest.mark.parametrize("release", ["v0.58.0", "v1.9.0"])
def test_values_from_manifests_are_text_everywhere(release):
    manifest = vm({"realtime": {"mask": NASTY}, "model": NASTY}, name=NASTY)
    one = previewed(manifest, release)
    shown = text.render([one])
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", shown)
    page = html.render([one])
    assert "<script" not in page
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", page)
    assert ElementTree.fromstring(xml.render([one])).tag == "domain"
    assert json.loads(json_format.render([one]))["previews"][0]["resource"]["name"] == NASTY


@settings(max_examples=150, deadline=None)
@given(CHANGES, st.sampled_from(RELEASES))
def test_every_format_shows_any_preview(changes, release):
    spec = WHOLE
    for (_, path), odd in sorted(changes.items(), key=lambda change: change[0], reverse=True):
        spec = replaced(spec, path, odd)
    source = Source("vm.yaml", "{}")
    (document,) = compose(source.text)
    data = {"metadata": {"name": "rt"}, "spec": spec}
    obj = Object(source, document, "", "kubevirt.io/v1", VM["kind"], data)
    try:
        one = make_preview(workload(obj, release, Cluster()))
    except UnknownValue:
        return
    for form in (text, html, xml, json_format):
        assert form.render([one])
    assert compare(one.preview, one.preview) == ""


def test_a_mask_of_a_wrong_type_behind_another_failure():
    one = previewed(vm({"realtime": {"mask": 3}}, memory={"guest": "1536Mi"}))
    assert "virt-launcher makes no domain" in text.render([one])


def test_xml_is_one_document():
    domain = ElementTree.fromstring(xml.render([previewed()]))
    assert ElementTree.tostring(domain) != ""
    several = ElementTree.fromstring(
        xml.render([previewed(), previewed(vm(memory={"guest": "1Mi"})), previewed()])
    )
    assert [child.tag for child in several] == ["domain", "domain"]
    assert ElementTree.fromstring(xml.render([])).tag == "domains"


def test_xml_says_what_the_conversion_says():
    def normal(element):
        return element.tag, element.attrib, (element.text or "").strip(), [*map(normal, element)]

    for row in measured.rows("convert.jsonl")[:60]:
        one = previewed(row["manifest"], cluster=measured.cluster(row))
        if one.preview.domain is not None:
            shown = ElementTree.fromstring(xml.render([one]))
            assert normal(shown) == normal(ElementTree.fromstring(one.preview.domain))


# Comparing


def test_nothing_changed():
    assert compare(previewed().preview, previewed().preview) == ""


def test_compare_shows_scheduling_and_domain():
    before = previewed(vm({"realtime": {"mask": "^3"}}, devices={"autoattachMemBalloon": None}))
    shown = compare(before.preview, previewed().preview)
    scheduling, domain = shown.split("--- domain before")
    assert "-  vCPU 0    0     0          -            SCHED_OTHER\n" in scheduling
    assert "+  vCPU 0    0     0          -            SCHED_FIFO 1\n" in scheduling
    assert '+    <memballoon model="none" />\n' in domain


def test_compare_with_a_failing_conversion():
    broken = previewed(vm(memory={"guest": "1536Mi"})).preview
    shown = compare(broken, previewed().preview)
    assert "-virt-launcher makes no domain: requested memory can't be divided" in shown
    assert "+<domain type" in shown


# Kinds


@pytest.mark.parametrize(
    ("kind", "release", "controllers"),
    [
        ("VirtualMachineInstance", "v1.9", 0),
        ("VirtualMachine", "v1.9", 1),
        ("VirtualMachine", "v0.57.0", 1),
        ("VirtualMachine", "v0.56", 0),
    ],
)
def test_an_input_device_by_itself_comes_with_a_virtual_machine(kind, release, controllers):
    manifest = vm(devices={"autoattachInputDevice": True})
    if kind == "VirtualMachine":
        manifest |= {"kind": kind, "spec": {"template": {"spec": manifest["spec"]}}}
    domain = ElementTree.fromstring(previewed(manifest, release).preview.domain)
    assert len(domain.findall("devices/controller[@model='qemu-xhci']")) == controllers
    assert len(domain.findall("devices/input[@type='tablet']")) == controllers


# The cluster


KUBEVIRT_SAYS = {
    "memBalloonStatsPeriod": 0,
    "virtualMachineOptions": {"disableFreePageReporting": {}, "disableSerialConsoleLog": {}},
}
HYPERCONVERGED_SAYS = {
    "virtualMachineOptions": {"disableFreePageReporting": True, "disableSerialConsoleLog": True}
}


@pytest.mark.parametrize(
    ("cluster", "period"),
    [
        (read_cluster({"spec": {"configuration": KUBEVIRT_SAYS}}), 0),
        (read_hyperconverged({"spec": HYPERCONVERGED_SAYS}), 10),
        (read_hyperconverged({"spec": {"virtualization": HYPERCONVERGED_SAYS}}), 10),
    ],
)
def test_what_the_cluster_switches_off_in_every_vm(cluster, period):
    shared = {"dedicatedCpuPlacement": False, "realtime": None, "numa": None}
    manifest = vm(shared, {"hugepages": None}, {"autoattachMemBalloon": True})
    domain = ElementTree.fromstring(previewed(manifest, cluster=cluster).preview.domain)
    balloon = domain.find("devices/memballoon")
    assert balloon.get("freePageReporting") == "off"
    assert [stats.get("period") for stats in balloon.iterfind("stats")] == ["10"] * bool(period)
    assert domain.find("devices/serial/log") is None
    usual = ElementTree.fromstring(previewed(manifest).preview.domain)
    assert usual.find("devices/memballoon").get("freePageReporting") == "on"
    assert usual.find("devices/serial/log") is not None


def test_the_kubevirt_object():
    cluster = read_cluster(
        {
            "metadata": {"annotations": {"a": "b"}},
            "spec": {
                "configuration": {
                    "vmRolloutStrategy": "Stage",
                    "liveUpdateConfiguration": {
                        "maxCpuSockets": 8, "maxGuest": "1Gi", "maxHotplugRatio": 2,
                    },
                    "developerConfiguration": {
                        "featureGates": ["NUMA"], "disabledFeatureGates": ["RebootPolicy"],
                    },
                    "evictionStrategy": "LiveMigrate",
                    "cpuModel": "EPYC",
                }
            },
            "status": {"defaultArchitecture": "arm64"},
        }
    )  # fmt: skip
    assert cluster == Cluster(
        rollout="Stage",
        gates=frozenset({"NUMA"}),
        disabled_gates=frozenset({"RebootPolicy"}),
        eviction_strategy="LiveMigrate",
        cpu_model="EPYC",
        architecture="arm64",
        max_cpu_sockets=8,
        max_guest=2**30,
        max_hotplug_ratio=2,
        annotations={"a": "b"},
        is_known=True,
    )
    assert read_cluster({}) == Cluster(gates=frozenset(), is_known=True)


@pytest.mark.parametrize(
    ("configuration", "path"),
    [
        ({"vmRolloutStrategy": "Sometimes"}, "spec.configuration.vmRolloutStrategy"),
        ({"cpuModel": 1}, "spec.configuration.cpuModel"),
        (
            {"developerConfiguration": {"featureGates": ["NUMA", 1]}},
            "spec.configuration.developerConfiguration.featureGates[1]",
        ),
        ([], "spec.configuration.vmRolloutStrategy"),
    ],
)
def test_a_kubevirt_object_that_cannot_be_read(configuration, path):
    with pytest.raises(UnknownValue) as unknown:
        read_cluster({"spec": {"configuration": configuration}})
    assert unknown.value.path == path


# The command line


CLUSTER = """\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata:
  name: kubevirt
spec:
  configuration:
    vmRolloutStrategy: {}
    developerConfiguration:
      featureGates: [NUMA, CPUManager]
"""


def of(done):
    return json.loads(done.out)["previews"]


def test_json_is_what_its_schema_says(rtlint):
    schema = json.loads((ROOT / "schemas" / "preview.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for release in ("v0.47", "v0.58.0", "v1.9"):
        done = rtlint(
            "preview", "examples", "--output-format", "json", "--kubevirt-version", release
        )
        assert done.returncode == 1, done.err
        validator.validate(json.loads(done.out))
        assert len(of(done)) == 8
    rows = [previewed(row["manifest"]) for row in measured.rows("convert.jsonl")[::4]]
    validator.validate(json.loads(json_format.render(rows)))


def test_every_step_s_exit_status(rtlint, file):
    assert rtlint("preview", file(vm())).returncode == 0
    refused = vm({"isolateEmulatorThread": False, "dedicatedCpuPlacement": False})
    assert rtlint("preview", file(refused)).returncode == 1
    assert rtlint("preview", file(vm({"realtime": {"mask": "x"}}))).returncode == 1
    assert rtlint("preview", file(vm({"realtime": {"mask": "^1"}}))).returncode == 0
    assert rtlint("preview", "missing.yaml").returncode == 2
    done = rtlint("preview", file(vm()), "--cpuset", "0-2", "--output-format", "json")
    assert done.returncode == 1
    assert of(done)[0]["error"] == (
        "not enough exclusive threads provided, could not fit 1 core(s)"
    )
    assert of(done)[0]["domain"] is None
    # virt-controller has made it by then.
    assert of(done)[0]["pod"]["resources"]["limits"]["cpu"] == "5"


@pytest.mark.parametrize("cpuset", ["a", "3-1", "0-99999999", "1,"])
def test_a_cpuset_that_is_none(rtlint, file, cpuset):
    done = rtlint("preview", file(vm()), "--cpuset", cpuset)
    assert done.returncode == 2
    assert "CPU" in done.err


@pytest.mark.parametrize("content", ["", "0-3", "<domain/>", "{}", "\x00"])
def test_a_host_that_is_none(rtlint, file, content):
    done = rtlint("preview", file(vm()), "--host", file(content, "host"))
    assert done.returncode == 2
    assert done.err.startswith("rtlint: ")
    assert "host: " in done.err
    assert "virsh capabilities" in done.err
    assert rtlint("preview", file(vm()), "--host", "missing").returncode == 2


def test_a_host_in_bytes_that_are_no_text(rtlint, file, tmp_path):
    (tmp_path / "host").write_bytes(b"\xff\xfe\x00")
    done = rtlint("preview", file(vm()), "--host", tmp_path / "host")
    assert done.returncode == 2


def test_the_host_and_the_cpuset_count(rtlint, file):
    node = ("--host", measured.VECTORS / "hosts" / "two-smt.xml", "--cpuset", "2-5,18")
    (one,) = of(rtlint("preview", file(vm()), *node, "--output-format", "json"))
    assert one["host"] == {"source": "virsh", "cpuset": "2-5,18"}
    assert '<vcpupin vcpu="1" cpuset="18" />' in one["domain"]


def test_vms_that_are_not_realtime_only_where_their_file_is_named(rtlint, file, tmp_path):
    path = file(vm({"realtime": None}))
    (one,) = of(rtlint("preview", path, "--output-format", "json"))
    assert (one["realtime"], one["vcpusched"], one["pmu"]) == (False, None, None)
    done = rtlint("preview", tmp_path)
    assert (done.returncode, done.out) == (0, "")
    assert "no realtime VM" in done.err


def test_standard_input_and_several_documents(rtlint):
    both = f"{json.dumps(vm())}\n---\n{json.dumps(vm(name='b'))}\n".encode()
    found = of(rtlint("preview", "-", "--output-format", "json", stdin=both))
    assert [(p["path"], p["document"], p["resource"]["name"]) for p in found] == [
        ("<stdin>", 1, "rt"), ("<stdin>", 2, "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cpu", "says"),
    [
        ({"cores": "${CORES}"}, "cores holds a placeholder; give the rendered manifest"),
        ({"sockets": "four"}, "sockets holds a value that KubeVirt refuses"),
        ({"features": [{"name": "a"}, {"name": 1}]}, "features[1].name holds a value that"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(rtlint, file, cpu, says):
    path = file(vm(cpu))
    both = file(vm(), "a.yaml")
    done = rtlint("preview", path, both, "--output-format", "json")
    assert done.returncode == 2
    said = re.escape(f"spec.domain.cpu.{says}")
    assert re.fullmatch(rf"rtlint: {path}:1:\d+: {said}.*\n", done.err)
    # The others are shown all the same.
    assert [one["path"] for one in of(done)] == [str(both)]


@pytest.mark.parametrize("number", ["4.0", "4e0", "+4.0", "4."])
def test_a_count_without_a_fraction_is_a_whole_number(rtlint, file, number):
    """Kubernetes reads YAML by way of JSON, and that has one kind of number."""
    whole = json.dumps(vm({"cores": 4, "threads": 3}), indent=1)
    written = whole.replace('"cores": 4', f'"cores": {number}')
    assert written != whole
    said = []
    for text_ in (whole, written):
        path = file(text_, "vm.yaml")
        preview = rtlint("preview", path, "--output-format", "json").out
        check = rtlint("check", path, "--output-format", "json").out
        found = [(d["rule"], d["message"]) for d in json.loads(check)["diagnostics"]]
        said.append((preview, found))
    assert said[0] == said[1]


def test_text_that_is_no_yaml(rtlint, file):
    done = rtlint("preview", file("apiVersion: kubevirt.io/v1\nkind: [\n"))
    assert done.returncode == 2
    assert re.search(r"vm.yaml:\d+:\d+: ", done.err)


def test_the_cluster_counts_for_preview_and_check(rtlint, file):
    path = file(vm({"sockets": 1}))
    stage = ("--cluster", file(CLUSTER.format("Stage"), "kubevirt.yaml"))
    assert "<vcpus>" in rtlint("preview", path).out
    assert "<vcpus>" not in rtlint("preview", path, *stage).out
    assert "RT107" in rtlint("check", path).out
    assert "RT107" not in rtlint("check", path, *stage).out


def test_a_kubevirt_object_among_the_files_counts(rtlint, file, tmp_path):
    file(vm({"sockets": 1}))
    file(CLUSTER.format("Stage"), "kubevirt.yaml")
    assert "<vcpus>" not in rtlint("preview", tmp_path).out
    file(CLUSTER.format("LiveUpdate"), "other.yaml")
    done = rtlint("preview", tmp_path)
    assert "<vcpus>" in done.out
    assert "several KubeVirt objects" in done.err


@pytest.mark.parametrize("command", ["preview", "check"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a: b\n", ":1: the file holds no KubeVirt object"),
        (f"{CLUSTER.format('Stage')}---\n{CLUSTER.format('Stage')}", ":11: a second KubeVirt"),
        (CLUSTER.format("Never"), ":7:24: spec.configuration.vmRolloutStrategy holds"),
        ("a: [\n", ":2: Not valid YAML"),
    ],
)
def test_a_cluster_file_that_is_none(rtlint, file, command, content, says):
    done = rtlint(command, file(vm()), "--cluster", file(content, "kubevirt.yaml"))
    assert done.returncode == 2
    assert f"kubevirt.yaml{says}" in done.err
    assert done.out == ""


def test_an_output_file(rtlint, file, tmp_path):
    target = tmp_path / "out.xml"
    args = ("preview", file(vm()), "--output-format", "xml", "--output-file")
    assert rtlint(*args, target).out == ""
    assert ElementTree.parse(target).getroot().tag == "domain"
    assert rtlint(*args, tmp_path / "no" / "folder").returncode == 2


def test_the_newest_release_is_the_default(rtlint, file):
    assert f"on KubeVirt {NEWEST}" in rtlint("preview", file(vm())).out
