"""What counts is the VM after the merge: instancetypes, preferences and the cluster object."""

import json

import pytest

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: rt, namespace: a}
spec:
  runStrategy: Always
  instancetype:
    name: mine
    kind: VirtualMachineInstancetype
  template:
    spec:
      domain:
        cpu: {model: host-passthrough}
        devices: {}
"""
INSTANCETYPE = """\
apiVersion: instancetype.kubevirt.io/v1beta1
kind: VirtualMachineInstancetype
metadata: {name: mine, namespace: a}
spec:
  cpu:
    guest: 4
    dedicatedCPUPlacement: true
    isolateEmulatorThread: true
    numa: {guestMappingPassthrough: {}}
    realtime: {mask: "1-3"}
  memory:
    guest: 4Gi
    hugepages: {pageSize: 2Mi}
"""


@pytest.fixture
def found(rtlint, tmp_path):
    """The diagnostics of files that are written from texts, by rule."""

    def run(*args, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        names = [tmp_path / f"{name}.yaml" for name in files]
        done = rtlint(*names, *args, "--output-format", "json")
        run.err = done.err
        return {d["rule"]: d for d in json.loads(done.out)["diagnostics"]}

    return run


@pytest.mark.parametrize("order", [("vm", "type"), ("b_vm", "a_type")])
def test_an_instancetype_in_another_file_whatever_the_order(found, order):
    by_rule = found(**dict(zip(order, (VM, INSTANCETYPE), strict=True)))
    assert "RT702" not in by_rule
    # Reported on the instancetype, once, and not on the VM.
    assert by_rule["RT301"]["path"].endswith(f"{order[1]}.yaml")
    assert by_rule["RT301"]["field"] == "spec.memory.hugepages.pageSize"
    assert by_rule["RT301"]["start"] == {"line": 13, "column": 27}
    assert by_rule["RT401"]["path"].endswith(f"{order[0]}.yaml")


def test_an_instancetype_that_is_only_read_is_reported_at_the_reference(found, tmp_path):
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "mine.yaml").write_text(INSTANCETYPE)
    by_rule = found("--instancetypes", tmp_path / "types", vm=VM)
    hugepages = by_rule["RT301"]
    assert hugepages["field"] == "spec.instancetype.name"
    assert hugepages["start"] == {"line": 7, "column": 11}
    assert hugepages["fix"] is None
    [related] = hugepages["related"]
    assert related["path"].endswith("types/mine.yaml")
    assert related["start"] == {"line": 13, "column": 27}


def test_another_namespaces_instancetype_is_not_it(found):
    other = INSTANCETYPE.replace("namespace: a", "namespace: b")
    assert "RT702" in found(vm=VM, type=other)


def test_two_of_one_name_are_said(found):
    found(vm=VM, one=INSTANCETYPE, two=INSTANCETYPE)
    assert "a second VirtualMachineInstancetype `mine`" in found.err


def test_rt1_with_nothing_else_lacks_two_settings_and_the_fix_is_right(rtlint, tmp_path):
    vm = tmp_path / "vm.yaml"
    vm.write_text(
        VM.replace("    name: mine\n    kind: VirtualMachineInstancetype", "    name: rt1.large")
        .replace("cpu: {model: host-passthrough}\n        ", "")
    )  # fmt: skip
    report = json.loads(rtlint(vm, "--output-format", "json").out)
    errors = [d["rule"] for d in report["diagnostics"] if d["severity"] == "error"]
    assert errors == ["RT101", "RT401"]
    rtlint("--fix", "--select", "RT101,RT401", vm)
    assert vm.read_text().endswith(
        "      domain:\n"
        "        devices: {autoattachMemBalloon: false}\n"
        "        cpu:\n"
        "          model: host-passthrough\n"
    )
    assert rtlint(vm, "--fail-on", "error").returncode == 0


def test_a_count_that_the_instancetype_overrides_is_no_fix(found):
    """`maxSockets` of the VM is overwritten by the instancetype's without a word."""
    with_most = INSTANCETYPE.replace("guest: 4\n", "guest: 4\n    maxSockets: 8\n", 1)
    hotplug = found("--instancetypes", "nowhere", vm=VM, type=with_most)["RT107"]
    assert hotplug["path"].endswith("type.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  cpu:\n", "  unused:\n"),
        ("  memory:\n", "  unused:\n"),
        ("    guest: 4\n", "    guest: [4]\n"),
        ("spec:\n", "spec: 3\nother:\n"),
        ("kind: VirtualMachineInstancetype", "kind: VirtualMachinePreference"),
    ],
)
def test_odd_instancetypes_never_crash(found, old, new):
    by_rule = found(vm=VM, type=INSTANCETYPE.replace(old, new, 1))
    assert "internal error" not in found.err
    assert by_rule


CLUSTER = """\
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt, namespace: kubevirt}
spec:
  configuration:
    evictionStrategy: LiveMigrate
    cpuModel: host-passthrough
"""
PLAIN = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu: {cores: 2, realtime: {}}
    devices: {}
"""


def test_a_cluster_object_among_the_files_counts(found):
    alone = found(vm=PLAIN)
    together = found(vm=PLAIN, zz=CLUSTER)
    assert ("RT101" in alone, "RT501" in alone) == (True, False)
    assert ("RT101" in together, "RT501" in together) == (False, True)


def test_hyperconverged_serves_the_same_way(found):
    hco = """\
apiVersion: hco.kubevirt.io/v1beta1
kind: HyperConverged
metadata: {name: kubevirt-hyperconverged}
spec:
  evictionStrategy: LiveMigrate
  defaultCPUModel: host-passthrough
"""
    together = found(vm=PLAIN, hco=hco)
    assert ("RT101" in together, "RT501" in together) == (False, True)


def test_feature_gates_are_known_of_the_kubevirt_object_alone(found):
    vsock = PLAIN.replace("devices: {}", "devices: {autoattachVSOCK: true}")
    assert vsock != PLAIN
    hco = (
        "apiVersion: hco.kubevirt.io/v1beta1\nkind: HyperConverged\nmetadata: {name: a}\nspec: {}\n"
    )
    assert found(vm=vsock, hco=hco)["RT506"]["severity"] == "info"
    assert found(vm=vsock, hco=CLUSTER)["RT506"]["severity"] == "error"


def test_two_that_disagree_do_not_count_and_it_is_said(found):
    other = CLUSTER.replace("LiveMigrate", "None")
    by_rule = found(vm=PLAIN, one=CLUSTER, two=other)
    assert "RT501" not in by_rule
    assert "disagree" in found.err


def test_the_named_cluster_goes_before_one_among_the_files(found, tmp_path):
    named = tmp_path / "named.yml"
    named.write_text(CLUSTER.replace("LiveMigrate", "None"))
    assert "RT501" not in found("--cluster", named, vm=PLAIN, zz=CLUSTER)


def test_what_cannot_be_read_is_said(rtlint):
    done = rtlint("preview", "--effective", "no-such-file.yaml")
    assert (done.returncode, done.out) == (2, "")
    assert done.err == "rtlint: no-such-file.yaml: No such file or directory\n"
