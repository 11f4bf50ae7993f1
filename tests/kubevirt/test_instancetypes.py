"""The effective VM: what KubeVirt makes of a VM, its instancetype and its preference."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubernetes.plain import value_at, with_value, without_value
from rtlint.kubevirt.instancetypes import (
    Merged,
    Origin,
    Reference,
    apply,
    common,
    indivisible,
    normalise,
    references,
    unmet_requirements,
)
from rtlint.kubevirt.releases import NEWEST, Release, parse_release

VECTORS = ROOT / "tests" / "vectors" / "instancetypes.jsonl"
COMMON = ROOT / "rtlint" / "kubevirt" / "instancetypes" / "common.json"
ROWS = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]

CLUSTER_INSTANCETYPE = "VirtualMachineClusterInstancetype"
CLUSTER_PREFERENCE = "VirtualMachineClusterPreference"
PLAIN = {"cpu": {"guest": 4}, "memory": {"guest": "4Gi"}}


def merged(
    instancetype: object = None, preference: object = None, spec: Any = None, **annotations: str
) -> Merged:
    return apply(instancetype, preference, spec or {"domain": {}}, annotations)


def rt1_large() -> dict[str, Any]:
    spec = common(CLUSTER_INSTANCETYPE, "rt1.large", NEWEST)
    assert spec is not None
    return spec


def as_go_writes(spec: dict[str, Any]) -> dict[str, Any]:
    """Without what Go leaves out: a false that is no pointer; and without empty structs."""
    for path in ("domain.cpu.dedicatedCpuPlacement", "domain.cpu.isolateEmulatorThread"):
        if value_at(spec, path) is False:
            spec = without_value(spec, path)
    for path in ("domain.cpu", "domain.memory", "domain.resources"):
        if value_at(spec, path) == {}:
            spec = without_value(spec, path)
    return spec


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_conflicts_and_result_agree_with_kubevirt(row: dict[str, Any]) -> None:
    metadata = row["vmi"].get("metadata", {})
    result = apply(
        row["instancetype"],
        row["preference"],
        row["vmi"]["spec"],
        metadata.get("annotations", {}),
    )
    # A row's conflict is `field|message`.
    assert [c.field for c in result.conflicts] == [c.split("|")[0] for c in row["conflicts"]]
    if not row["conflicts"]:
        assert as_go_writes(result.spec) == as_go_writes(row["spec"])
        assert result.annotations == row["annotations"]


class TestOrigins:
    def test_every_value_of_the_instancetype_knows_where_it_comes_from(self) -> None:
        result = merged(rt1_large())
        assert result.origin("domain.cpu.sockets") == Origin("instancetype", "spec.cpu.guest")
        assert result.origin("domain.cpu.dedicatedCpuPlacement") == Origin(
            "instancetype", "spec.cpu.dedicatedCPUPlacement"
        )
        assert result.origin("domain.memory.hugepages.pageSize") == Origin(
            "instancetype", "spec.memory.hugepages.pageSize"
        )
        key = "cpu-quota.crio.io"
        assert result.annotation_origins[key] == Origin(
            "instancetype", f'spec.annotations["{key}"]'
        )

    def test_what_the_vm_says_has_no_origin(self) -> None:
        spec = {"domain": {"cpu": {"model": "host-passthrough"}}}
        result = merged(rt1_large(), None, spec)
        assert result.origin("domain.cpu.model") is None
        assert result.origin("domain.cpu") is None

    def test_a_preference_fills_only_what_is_unset(self) -> None:
        preference = {
            "devices": {"preferredAutoattachMemBalloon": False, "preferredDiskBus": "virtio"}
        }
        disks = [{"name": "a"}, {"name": "b", "disk": {"bus": "sata"}}]
        result = merged(None, preference, {"domain": {"devices": {"disks": disks}}})
        devices = result.spec["domain"]["devices"]
        assert devices["disks"] == [{"name": "a", "disk": {"bus": "virtio"}}, disks[1]]
        assert result.origin("domain.devices.disks[0].disk.bus") == Origin(
            "preference", "spec.devices.preferredDiskBus"
        )
        assert result.origin("domain.devices.disks[1].disk.bus") is None
        assert devices["autoattachMemBalloon"] is False


class TestConflicts:
    def test_only_the_first_of_the_memory_is_named(self) -> None:
        memory = {"guest": "1Gi", "hugepages": {"pageSize": "2Mi"}}
        resources = {"requests": {"memory": "1Gi"}}
        result = merged(rt1_large(), None, {"domain": {"memory": memory, "resources": resources}})
        assert [c.path for c in result.conflicts] == ["domain.memory.guest"]

    def test_the_result_is_that_of_a_vm_that_says_nothing_that_conflicts(self) -> None:
        spec = {"domain": {"cpu": {"cores": 8}, "memory": {"guest": "1Gi"}}}
        assert merged(rt1_large(), None, spec).spec == merged(rt1_large()).spec

    def test_an_annotation_conflicts_only_with_another_value(self) -> None:
        instancetype = {**PLAIN, "annotations": {"a": "1", "b": "2"}}
        result = merged(instancetype, None, None, a="1", b="3")
        (conflict,) = result.conflicts
        assert (conflict.field, conflict.path, conflict.annotation) == ("annotations.b", "", "b")

    def test_a_conflict_names_both_sides(self) -> None:
        spec = {"domain": {"cpu": {"dedicatedCpuPlacement": True}}}
        (conflict,) = merged(rt1_large(), None, spec).conflicts
        assert conflict.path == "domain.cpu.dedicatedCpuPlacement"
        assert conflict.field == "spec.domain.cpu.dedicatedCPUPlacement"
        assert conflict.origin.path == "spec.cpu.dedicatedCPUPlacement"

    @pytest.mark.parametrize("value", [PLACEHOLDER, None, 0])
    def test_what_may_be_nothing_is_no_conflict(self, value: object) -> None:
        result = merged(PLAIN, None, {"domain": {"cpu": {"sockets": value}}})
        assert result.conflicts == ()
        assert value_at(result.spec, "domain.cpu.sockets") == 4


class TestUnknown:
    @pytest.mark.parametrize("spec", [{}, {"cpu": {}}, {"cpu": {"guest": PLACEHOLDER}}])
    def test_without_a_count_nobody_knows_the_topology(self, spec: dict[str, Any]) -> None:
        result = merged(spec)
        assert value_at(result.spec, "domain.cpu.sockets") is PLACEHOLDER
        assert value_at(result.spec, "domain.memory.guest") is PLACEHOLDER

    @pytest.mark.parametrize("spec", [PLACEHOLDER, [], {"cpu": PLACEHOLDER}, {"cpu": "4"}])
    def test_without_a_cpu_nobody_knows_whether_it_is_realtime(self, spec: object) -> None:
        assert value_at(merged(spec).spec, "domain.cpu.realtime") is PLACEHOLDER

    @pytest.mark.parametrize(
        "cpu",
        [
            {"preferredCPUTopology": "hyper"},
            {"preferredCPUTopology": "spread", "spreadOptions": {"ratio": 0}},
            {"preferredCPUTopology": "spread", "spreadOptions": {"across": "Dies"}},
        ],
    )
    def test_a_preference_that_kubevirt_refuses_says_nothing(self, cpu: dict[str, Any]) -> None:
        result = merged(PLAIN, {"cpu": cpu})
        assert value_at(result.spec, "domain.cpu.cores") is PLACEHOLDER


class TestPreferences:
    def test_a_dedicated_io_thread_is_for_virtio_disks(self) -> None:
        devices = {"preferredDiskDedicatedIoThread": True}
        disks = [{"disk": {"bus": "virtio"}}, {"disk": {"bus": "sata"}}, {"lun": {}}]
        result = merged(None, {"devices": devices}, {"domain": {"devices": {"disks": disks}}})
        got = value_at(result.spec, "domain.devices.disks")
        assert [disk.get("dedicatedIOThread") for disk in got] == [True, None, None]

    def test_masquerade_is_for_unbound_interfaces_on_the_pod_network(self) -> None:
        preference = {"devices": {"preferredInterfaceMasquerade": {}}}
        interfaces: list[dict[str, Any]] = [
            {"name": "pod"},
            {"name": "pod", "bridge": {}},
            {"name": "other"},
        ]
        networks = [{"name": "pod", "pod": {}}, {"name": "other", "multus": {}}]
        spec = {"domain": {"devices": {"interfaces": interfaces}}, "networks": networks}
        got = value_at(merged(None, preference, spec).spec, "domain.devices.interfaces")
        assert got == [{"name": "pod", "masquerade": {}}, *interfaces[1:]]

    def test_a_bootloader_is_never_mixed(self) -> None:
        firmware = {"preferredEfi": {"secureBoot": True}, "preferredUseSecureBoot": False}
        chosen = merged(None, {"firmware": firmware}).spec["domain"]["firmware"]["bootloader"]
        assert chosen == {"efi": {"secureBoot": True}}
        bios = {"domain": {"firmware": {"bootloader": {"bios": {}}}}}
        assert merged(None, {"firmware": firmware}, bios).spec == bios

    def test_deprecated_efi_still_works(self) -> None:
        firmware = {"preferredUseEfi": True, "preferredUseSecureBoot": True}
        chosen = merged(None, {"firmware": firmware}).spec["domain"]["firmware"]["bootloader"]
        assert chosen == {"efi": {"secureBoot": True}}

    def test_hyperv_passthrough_keeps_enlightenments_out(self) -> None:
        preference = {"features": {"preferredHyperv": {"relaxed": {}}, "preferredAcpi": {}}}
        assert merged(None, preference).spec["domain"]["features"]["hyperv"] == {"relaxed": {}}
        spec = {"domain": {"features": {"hypervPassthrough": {"enabled": True}}}}
        assert "hyperv" not in merged(None, preference, spec).spec["domain"]["features"]

    def test_utc_and_timezone_are_never_mixed(self) -> None:
        preference = {"clock": {"preferredClockOffset": {"utc": {}}, "preferredTimer": {"pit": {}}}}
        clock = {"timezone": "Europe/Berlin"}
        result = merged(None, preference, {"domain": {"clock": clock}})
        assert result.spec["domain"]["clock"] == {**clock, "timer": {"pit": {}}}

    def test_panic_devices_get_a_model_or_are_made(self) -> None:
        preference = {"devices": {"preferredPanicDeviceModel": "isa"}}
        made = merged(None, preference).spec["domain"]["devices"]["panicDevices"]
        assert made == [{"model": "isa"}]
        spec = {"domain": {"devices": {"panicDevices": [{}, {"model": "pvpanic"}]}}}
        filled = merged(None, preference, spec).spec["domain"]["devices"]["panicDevices"]
        assert filled == [{"model": "isa"}, {"model": "pvpanic"}]


class TestReferences:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (None, CLUSTER_INSTANCETYPE),
            ("", CLUSTER_INSTANCETYPE),
            ("VirtualMachineClusterInstancetype", CLUSTER_INSTANCETYPE),
            ("virtualmachineclusterinstancetypes", CLUSTER_INSTANCETYPE),
            ("VIRTUALMACHINEINSTANCETYPE", "VirtualMachineInstancetype"),
            ("virtualMachineInstanceTypes", "VirtualMachineInstancetype"),
            ("VirtualMachinePreference", None),
            ("instancetype", None),
            (PLACEHOLDER, None),
            (5, None),
        ],
    )
    def test_kinds_are_spelt_as_kubevirt_takes_them(self, kind: object, expected: str) -> None:
        found = references({"instancetype": {"name": "rt1.large", "kind": kind}})
        assert found.instancetype == Reference("instancetype", expected, "rt1.large")
        assert found.preference is None

    def test_the_default_of_a_preference_is_the_clusters(self) -> None:
        found = references({"preference": {"name": "rhel.9.realtime", "revisionName": "x"}})
        assert found.preference == Reference("preference", CLUSTER_PREFERENCE, "rhel.9.realtime")
        assert found.preference.is_clusterwide

    def test_what_a_volume_tells_is_not_known(self) -> None:
        found = references({"instancetype": {"inferFromVolume": "rootdisk"}})
        assert found.instancetype == Reference("instancetype", None, None, is_inferred=True)

    @pytest.mark.parametrize("matcher", [{}, {"name": ""}, {"name": PLACEHOLDER}, "rt1", []])
    def test_a_reference_to_nothing_has_no_name(self, matcher: object) -> None:
        found = references({"instancetype": matcher}).instancetype
        assert found is not None
        assert found.name is None

    @pytest.mark.parametrize("vm_spec", [None, {}, {"instancetype": None}])
    def test_no_reference(self, vm_spec: object) -> None:
        assert references(vm_spec).instancetype is None


class TestRequirements:
    PREFERENCE = common(CLUSTER_PREFERENCE, "rhel.9.realtime", NEWEST)

    def test_small_realtime_instancetypes_do_not_meet_rhel_9_realtime(self) -> None:
        enough = []
        for size in ("micro", "small", "medium", "large", "xlarge", "2xlarge"):
            instancetype = common(CLUSTER_INSTANCETYPE, f"rt1.{size}", NEWEST)
            spec = merged(instancetype, self.PREFERENCE).spec
            if not unmet_requirements(self.PREFERENCE, instancetype, spec):
                enough.append(size)
        assert enough == ["xlarge", "2xlarge"]

    def test_what_is_lacking_is_told(self) -> None:
        spec = {"architecture": "arm64", "domain": {"memory": {"guest": "2Gi"}}}
        unmet = unmet_requirements(self.PREFERENCE, None, spec)
        told = [(one.resource, str(one.required), str(one.provided)) for one in unmet]
        assert told == [
            ("cpu", "4", "0"),
            ("memory", "4Gi", "2Gi"),
            ("architecture", "amd64", "arm64"),
        ]
        assert unmet[0].paths == ("domain.cpu.sockets", "domain.cpu.cores", "domain.cpu.threads")

    def test_cores_are_no_sockets(self) -> None:
        preference = {"requirements": {"cpu": {"guest": 4}}}
        spec = {"domain": {"cpu": {"cores": 4, "sockets": 1, "threads": 1}}}
        (unmet,) = unmet_requirements(preference, None, spec)
        assert unmet.paths == ("domain.cpu.sockets",)
        cores = {**preference, "cpu": {"preferredCPUTopology": "cores"}}
        assert unmet_requirements(cores, None, spec) == ()

    @pytest.mark.parametrize(
        ("across", "vcpus", "divides"),
        [
            ("SocketsCores", 4, True),
            ("SocketsCores", 5, False),
            ("CoresThreads", 3, False),
            ("SocketsCoresThreads", 6, False),
            ("SocketsCoresThreads", 8, True),
            ("SocketsCoresThreads", 1, True),
        ],
    )
    def test_a_spread_has_to_divide(self, across: str, vcpus: int, divides: bool) -> None:
        cpu = {"preferredCPUTopology": "preferSpread", "spreadOptions": {"across": across}}
        assert (indivisible(vcpus, {"cpu": cpu}) is None) is divides


class TestVersions:
    def test_old_versions_lack_what_came_later(self) -> None:
        spec = {**PLAIN, "annotations": {"a": "b"}, "cpu": {"guest": 2, "maxSockets": 4}}
        group = "instancetype.kubevirt.io"
        old = {"cpu": {"guest": 2}, "memory": {"guest": "4Gi"}}
        assert normalise(spec, f"{group}/v1alpha2", NEWEST) == old
        assert normalise(spec, f"{group}/v1beta1", NEWEST) == spec
        assert normalise(spec, f"{group}/v1beta1", parse_release("v1.0")) == old

    def test_topologies_get_their_names_of_today(self) -> None:
        spec = {"cpu": {"preferredCPUTopology": "preferCores"}}
        got = normalise(spec, "instancetype.kubevirt.io/v1alpha1", NEWEST)
        assert got == {"cpu": {"preferredCPUTopology": "cores"}}


class TestCommon:
    @pytest.mark.parametrize(
        ("kind", "name", "release", "there"),
        [
            (CLUSTER_INSTANCETYPE, "rt1.large", "v1.9", True),
            (CLUSTER_INSTANCETYPE, "rt1.large", "v1.4", True),
            (CLUSTER_INSTANCETYPE, "rt1.large", "v1.3", False),
            (CLUSTER_INSTANCETYPE, "server.tiny", "v1.1", True),
            (CLUSTER_INSTANCETYPE, "server.tiny", "v1.2", False),
            (CLUSTER_PREFERENCE, "fedora", "v1.0", False),
            (CLUSTER_PREFERENCE, "rt1.large", "v1.9", False),
            ("VirtualMachineInstancetype", "rt1.large", "v1.9", False),
        ],
    )
    def test_by_release(self, kind: str, name: str, release: str, there: bool) -> None:
        assert (common(kind, name, parse_release(release)) is not None) is there

    def test_rt1_large_is_what_the_issue_says(self) -> None:
        domain = merged(rt1_large()).spec["domain"]
        assert domain["cpu"]["realtime"] == {}
        assert "model" not in domain["cpu"]
        assert "devices" not in domain

    def test_every_common_preference_merges_once(self) -> None:
        for entry in json.loads(COMMON.read_bytes())[CLUSTER_PREFERENCE].values():
            preference = entry["spec"]
            result = merged(rt1_large(), preference)
            assert result.conflicts == ()
            assert merged(None, preference, merged(None, preference).spec).origins == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.sampled_from(["", "1Gi", PLACEHOLDER]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)
INSTANCETYPE_PATHS = (
    "cpu", "cpu.guest", "cpu.model", "cpu.numa", "cpu.realtime", "memory", "memory.guest",
    "memory.hugepages", "memory.overcommitPercent", "ioThreadsPolicy", "annotations", "gpus",
    "ioThreads.supplementalPoolThreadCount", "nodeSelector",
)  # fmt: skip
PREFERENCE_PATHS = (
    "cpu", "cpu.preferredCPUTopology", "cpu.spreadOptions.ratio", "cpu.preferredCPUFeatures",
    "devices", "devices.preferredDiskBus", "devices.preferredRng", "devices.preferredInputBus",
    "features.preferredHyperv", "firmware.preferredEfi", "clock", "machine", "annotations",
    "requirements.cpu.guest", "requirements.memory", "preferredArchitecture",
)  # fmt: skip
VMI_PATHS = (
    "domain", "domain.cpu", "domain.cpu.sockets", "domain.cpu.realtime", "domain.cpu.features",
    "domain.memory", "domain.memory.guest", "domain.resources.requests", "domain.devices",
    "domain.devices.disks", "domain.devices.disks[0].disk", "domain.devices.inputs",
    "domain.devices.interfaces", "domain.firmware", "domain.clock.utc", "networks", "architecture",
)  # fmt: skip


@st.composite
def specs(draw: st.DrawFn, paths: tuple[str, ...]) -> dict[str, Any]:
    """A spec with anything at all at some of the paths."""
    spec: dict[str, Any] = {}
    for path in draw(st.lists(st.sampled_from(paths), max_size=6)):
        spec = with_value(spec, path, draw(JSON))
    return spec


FUZZ = settings(max_examples=150, deadline=None)


@FUZZ
@given(specs(INSTANCETYPE_PATHS), specs(PREFERENCE_PATHS), specs(VMI_PATHS))
def test_anything_merges_and_nothing_is_changed(
    instancetype: dict[str, Any], preference: dict[str, Any], spec: dict[str, Any]
) -> None:
    before = copy.deepcopy((instancetype, preference, spec))
    result = apply(instancetype, preference, spec, {"a": "b"})
    unmet_requirements(preference, instancetype, result.spec)
    unmet_requirements(preference, None, result.spec)
    indivisible(value_at(instancetype, "cpu.guest"), preference)
    normalise(instancetype, "instancetype.kubevirt.io/v1alpha1", Release(0, 56, 1))
    references(spec)
    assert (instancetype, preference, spec) == before


@FUZZ
@given(specs(VMI_PATHS))
def test_nothing_applied_changes_nothing(spec: dict[str, Any]) -> None:
    result = apply(None, None, spec, {"a": "b"})
    assert (result.spec, result.annotations, result.conflicts) == (spec, {"a": "b"}, ())
    assert not result.origins


@FUZZ
@given(specs(PREFERENCE_PATHS), specs(VMI_PATHS))
def test_a_preference_applied_again_changes_nothing(
    preference: dict[str, Any], spec: dict[str, Any]
) -> None:
    once = apply(None, preference, spec, {})
    again = apply(None, preference, once.spec, once.annotations)
    assert (again.spec, again.annotations) == (once.spec, once.annotations)


@FUZZ
@given(specs(INSTANCETYPE_PATHS), st.integers(0, 64))
def test_an_instancetype_applied_again_is_refused(instancetype: dict[str, Any], guest: int) -> None:
    known = {**instancetype, "cpu": {"guest": guest}, "memory": {"guest": "2Gi"}}
    once = apply(known, None, {"domain": {}}, {})
    assert apply(known, None, once.spec, once.annotations).conflicts


@FUZZ
@given(specs(INSTANCETYPE_PATHS))
def test_an_origin_leads_to_the_value(instancetype: dict[str, Any]) -> None:
    result = apply(instancetype, None, {"domain": {}}, {})
    computed = {"spec.cpu.guest", "spec.memory.guest", "spec.memory.overcommitPercent"}
    for path, origin in result.origins.items():
        value = value_at(result.spec, path)
        if origin.path not in computed and value is not PLACEHOLDER:
            assert value_at({"spec": instancetype}, origin.path) == value


def test_a_part_that_two_places_share_is_changed_in_one() -> None:
    """Two YAML aliases of one anchor are one object in the data."""
    shared: dict[str, Any] = {}
    disks = [{"name": "a", "disk": shared}, {"name": "b", "cdrom": shared}]
    preference = {"devices": {"preferredDiskBus": "virtio"}}
    result = merged(None, preference, {"domain": {"devices": {"disks": disks}}})
    assert value_at(result.spec, "domain.devices.disks[1].cdrom") == {}
    assert shared == {}
