"""What the validating webhook of each release refuses.

`vectors/admission.jsonl` holds what KubeVirt's own webhook said; the tests below add what the
rows do not show: clusters, prefixes, placeholders, and where a finding belongs.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from conftest import ROOT
from measured import admit, without_words
from measured import rows as measured_rows

from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubernetes.plain import with_value
from rtlint.kubevirt.admission import Cause, as_read
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import NEWEST, Release, parse_release

VECTORS = ROOT / "tests" / "vectors" / "admission.jsonl"
# Fields that the API server or the decoder refuses in the rows without naming them.
UNDECODABLE = ("domain.cpu.cores", "domain.resources.requests.cpu")


@cache
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


def measured(release: str) -> list[tuple[dict[str, Any], list[dict[str, str]], list[Cause]]]:
    """Each row with what the release's webhook said and what rtlint says."""
    known = parse_release(release)
    return [
        (row, row["results"][release], admit(row["manifest"].get("spec") or {}, known, of(row)))
        for row in rows()
    ]


def of(row: dict[str, Any]) -> Cluster:
    return Cluster(rollout=row["rollout"], gates=frozenset(row["featureGates"]))


@pytest.mark.parametrize("release", rows()[0]["results"])
def test_measured_rows(release: str) -> None:
    found = measured(release)
    wrong = [
        (row["id"], row["note"], said, causes)
        for row, said, causes in found
        if not any(one["type"].startswith("Mutate:") for one in said)
        and [(one["field"], one["message"]) for one in said]
        != [(cause.field, cause.message) for cause in causes]
    ]
    assert without_words(cause for _, _, causes in found for cause in causes) == []
    assert wrong == []


@pytest.mark.parametrize("release", rows()[0]["results"])
def test_what_no_check_reads_changes_no_verdict(release: str) -> None:
    known = parse_release(release)
    for row in rows():
        spec = row["manifest"].get("spec") or {}
        assert admit(as_read(spec), known, of(row)) == admit(spec, known, of(row)), row["id"]


@pytest.mark.parametrize("value", [PLACEHOLDER, 7, "", [{"name": "a"}]])
@pytest.mark.parametrize(
    "path",
    [
        "domain.cpu.realtime.mask",
        "domain.devices.autoattachMemBalloon",
        "domain.devices.autoattachSerialConsole",
        "nodeSelector",
    ],
)
def test_a_value_that_no_check_reads_is_left_out(path: str, value: object) -> None:
    for spec in ({}, realtime(), with_cpu(dedicatedCpuPlacement=False)):
        changed = with_value(spec, path, value)
        assert as_read(changed) == as_read(with_value(changed, path, "other"))
        assert refusals(as_read(changed)) == refusals(changed)


@pytest.mark.parametrize("release", ["v0.47.1", "v1.2.2", "v1.9.0"])
def test_a_value_that_the_api_refuses_is_not_judged(release: str) -> None:
    refused = 0
    for row, said, causes in measured(release):
        for one in said:
            if one["type"].startswith("Mutate:"):
                refused += 1
                named = one["message"].partition(" in body ")[0].removeprefix("spec.")
                assert not {cause.path for cause in causes} & {named, *UNDECODABLE}, row["id"]
    assert refused > 10


def realtime(**changes: Any) -> dict[str, Any]:
    """The spec of a realtime VMI that every release admits, with changes to its domain."""
    domain: dict[str, Any] = {
        "cpu": {
            "cores": 4,
            "dedicatedCpuPlacement": True,
            "isolateEmulatorThread": True,
            "numa": {"guestMappingPassthrough": {}},
            "realtime": {},
        },
        "memory": {"guest": "4Gi", "hugepages": {"pageSize": "1Gi"}},
        "devices": {},
    }
    return {"domain": domain | changes}


def with_cpu(**changes: Any) -> dict[str, Any]:
    return realtime(cpu=realtime()["domain"]["cpu"] | changes)


def with_disk(disk: Any, **volume: Any) -> dict[str, Any]:
    spec = realtime(devices={"disks": [disk]})
    return spec | {"volumes": [{"name": "root", "containerDisk": {"image": "i"}} | volume]}


def refusals(
    spec: dict[str, Any], release: str | Release = NEWEST, cluster: Cluster | None = None
) -> list[tuple[str, str]]:
    known = parse_release(str(release))
    return [(cause.check, cause.path) for cause in admit(spec, known, cluster or Cluster())]


@pytest.mark.parametrize("release", ["v0.47", "v0.58.1", "v1.0", "v1.3", "v1.6", "v1.7", "v1.9"])
def test_a_right_realtime_vm_is_admitted(release: str) -> None:
    assert refusals(realtime(), release) == []


def test_messages_name_the_template_of_a_virtual_machine() -> None:
    spec = with_cpu(dedicatedCpuPlacement=False, isolateEmulatorThread=False)
    causes = admit(spec, NEWEST, Cluster(), prefix="spec.template.spec")
    assert causes[-1] == Cause(
        check="realtime-dedicated",
        path="domain.cpu.dedicatedCpuPlacement",
        field="spec.template.spec.domain.cpu.dedicatedCpuPlacement",
        message="spec.template.spec.domain.cpu.dedicatedCpuPlacement must be set to true when "
        "spec.template.spec.domain.cpu.realtime is used",
    )


@pytest.mark.parametrize(
    ("release", "gates", "refused"),
    [
        ("v1.3.1", frozenset(), True),
        ("v1.3.1", frozenset({"NUMA"}), False),
        ("v1.4.0", frozenset(), False),
    ],
)
def test_the_numa_gate_is_needed_to_v1_3(
    release: str, gates: frozenset[str], refused: bool
) -> None:
    causes = admit(realtime(), parse_release(release), Cluster(gates=gates))
    assert [cause.check for cause in causes] == ["numa-gate"] * refused
    assert all(cause.message.startswith("NUMA feature gate is not enabled") for cause in causes)


@pytest.mark.parametrize("release", ["v0.47", "v1.2", "v1.6", "v1.9"])
@pytest.mark.parametrize("page", ["0", "0Mi", "-0"])
def test_a_page_size_of_zero_makes_the_webhook_panic(release: str, page: str) -> None:
    spec = realtime(memory={"guest": "4Gi", "hugepages": {"pageSize": page}})
    (cause,) = admit(spec, parse_release(release), Cluster())
    assert cause.check == "page-size-zero"
    assert cause.path == "domain.memory.hugepages.pageSize"
    assert cause.message.startswith("panic: ")


@pytest.mark.parametrize(
    ("release", "panics"),
    [
        ("v1.6.3", False),
        ("v1.6.4", True),
        ("v1.6.6", True),
        ("v1.7.0", True),
        ("v1.7.3", True),
        ("v1.7.4", False),
        ("v1.8.0", False),
    ],
)
def test_dedicated_cpus_without_memory_panic_in_some_releases(release: str, panics: bool) -> None:
    spec = {"domain": {"cpu": {"cores": 2, "dedicatedCpuPlacement": True}}}
    causes = admit(spec, parse_release(release), Cluster())
    assert {cause.check for cause in causes} == {"memory-missing"}
    assert causes[0].message.startswith("panic: ") == panics


@pytest.mark.parametrize(
    ("release", "rollout", "gates", "refused"),
    [
        ("v1.1", "LiveUpdate", {"VMLiveUpdateFeatures"}, True),
        ("v1.4", "LiveUpdate", set(), True),
        ("v1.4", "LiveUpdate", {"VMLiveUpdateFeatures"}, False),
        ("v1.5", "LiveUpdate", set(), False),
        ("v1.5", "", set(), True),
        ("v1.6", "", set(), False),
        ("v1.6", "Stage", set(), True),
    ],
)
def test_guest_memory_above_the_limit_passes_under_live_update(
    release: str, rollout: str, gates: set[str], refused: bool
) -> None:
    limits = {"limits": {"memory": "1Gi"}}
    spec = {"domain": {"memory": {"guest": "2Gi"}, "resources": limits}}
    cluster = Cluster(rollout=rollout, gates=frozenset(gates))
    wanted = [("guest-above-limit", "domain.memory.guest")] * refused
    assert refusals(spec, release, cluster) == wanted


@pytest.mark.parametrize(
    ("domain", "release", "wanted"),
    [
        (
            {"memory": {"guest": "1536Mi", "hugepages": {"pageSize": "1Gi"}}},
            "v1.9",
            [("memory-page-multiple", "domain.memory.guest")],
        ),
        (
            {
                "memory": {"hugepages": {"pageSize": "1Gi"}},
                "resources": {"limits": {"memory": "1536Mi"}},
            },
            "v1.6.0",
            [("memory-page-multiple", "domain.resources.limits.memory")],
        ),
        (
            {"memory": {"guest": "512Mi", "hugepages": {"pageSize": "1Gi"}}},
            "v0.47",
            [("memory-below-page", "domain.memory.guest")],
        ),
        (
            {"resources": {"limits": {"cpu": "-1", "memory": "1Gi"}}},
            "v1.9",
            [("cpu-negative", "domain.resources.limits.cpu")] * 2,
        ),
        (
            {"resources": {"requests": {"cpu": "-500m", "memory": "-1Gi"}}},
            "v1.9",
            [
                ("memory-negative", "domain.resources.requests.memory"),
                ("cpu-negative", "domain.resources.requests.cpu"),
            ],
        ),
        (
            {"resources": {"requests": {"cpu": 4, "memory": "1Gi"}, "limits": {"cpu": "2"}}},
            "v1.9",
            [("cpu-request-above-limit", "domain.resources.requests.cpu")],
        ),
        (
            {"memory": {"guest": "1Gi"}, "resources": {"limits": {"memory": "-1"}}},
            "v1.9",
            [
                ("memory-negative", "domain.resources.limits.memory"),
                ("guest-above-limit", "domain.memory.guest"),
            ],
        ),
    ],
)
def test_a_finding_belongs_where_the_value_was_written(
    domain: dict[str, Any], release: str, wanted: list[tuple[str, str]]
) -> None:
    stage = Cluster(rollout="Stage")
    assert refusals({"domain": domain}, release, stage) == wanted


def test_quantities_are_printed_in_their_canonical_form() -> None:
    resources = {"requests": {"memory": "2048Mi"}, "limits": {"memory": "1048576Ki"}}
    (cause,) = admit({"domain": {"resources": resources}}, NEWEST, Cluster())
    assert "'2Gi' is greater than" in cause.message
    assert cause.message.endswith("'1Gi'")


@pytest.mark.parametrize(
    ("disk", "release", "checks"),
    [
        ({"disk": {"bus": "virtio"}, "dedicatedIOThread": True}, "v1.9", []),
        ({"disk": {"bus": "sata"}, "dedicatedIOThread": True}, "v1.9", ["io-threads-bus"]),
        ({"disk": {"bus": "sata"}, "dedicatedIOThread": True}, "v0.47", ["io-threads-bus"]),
        # Without a bus it is SATA, too.
        ({"dedicatedIOThread": True}, "v1.9", ["io-threads-bus"]),
        ({"disk": {"bus": "sata"}, "dedicatedIOThread": False}, "v1.9", []),
        # An image is no volume for a LUN.
        ({"lun": {"bus": "scsi"}, "dedicatedIOThread": True}, "v1.2.0", ["lun-volume"]),
        (
            {"lun": {"bus": "scsi"}, "dedicatedIOThread": True},
            "v1.2.1",
            ["lun-volume", "io-threads-bus"],
        ),
        ({"disk": {"bus": "usb"}}, "v0.56", ["disk-bus"]),
        ({"disk": {"bus": "usb"}}, "v0.57", []),
        ({"cdrom": {"bus": "virtio"}}, "v1.9", ["disk-bus"]),
        ({"cdrom": {"bus": "sata", "readonly": True}}, "v1.9", []),
        ({"disk": {"bus": "sata", "readonly": True}}, "v0.59", ["disk-bus"]),
        ({"disk": {"bus": "sata", "readonly": True}}, "v0.58", []),
    ],
)
def test_disk_buses(disk: dict[str, Any], release: str, checks: list[str]) -> None:
    spec = with_disk({"name": "root"} | disk)
    assert [check for check, _ in refusals(spec, release)] == checks


def test_a_sata_disk_with_an_io_thread_is_named_as_the_release_does() -> None:
    spec = with_disk({"name": "root", "disk": {"bus": "sata"}, "dedicatedIOThread": True})
    old, new = (admit(spec, parse_release(name), Cluster())[0] for name in ("v1.2.0", "v1.2.1"))
    assert old.message == "IOThreads are not supported for disks on a SATA bus"
    assert new.message == "IOThreads are not supported for disks on a sata bus"
    assert new.path == "domain.devices.disks[0].dedicatedIOThread"


def test_names_of_disks_and_volumes() -> None:
    volume = {"name": "a", "containerDisk": {"image": "i"}}
    disks = [{"name": "a", "disk": {}}, {"name": "a", "disk": {}}, {"name": "b", "disk": {}}]
    spec = realtime(devices={"disks": disks}) | {"volumes": [volume, volume]}
    assert refusals(spec) == [
        ("disk-without-volume", "domain.devices.disks[2].name"),
        ("disk-duplicate", "domain.devices.disks[1].name"),
        ("volume-duplicate", "volumes[1].name"),
    ]


def test_a_volume_without_a_disk_is_refused_to_v0_53() -> None:
    spec = realtime() | {"volumes": [{"name": "a", "containerDisk": {"image": "i"}}]}
    assert refusals(spec, "v0.53") == [("volume-without-disk", "volumes[0].name")]
    assert refusals(spec, "v0.54") == []


@pytest.mark.parametrize(
    ("release", "gates", "checks"),
    [
        ("v1.5", set(), ["disk-without-volume"]),
        ("v1.6", set(), ["disk-without-volume"]),
        ("v1.6", {"DeclarativeHotplugVolumes"}, []),
        ("v1.9", set(), []),
    ],
)
def test_an_empty_cd_rom_drive(release: str, gates: set[str], checks: list[str]) -> None:
    spec = realtime(devices={"disks": [{"name": "cd", "cdrom": {}}]})
    said = refusals(spec, release, Cluster(gates=frozenset({"NUMA", *gates})))
    assert [check for check, _ in said] == checks


@pytest.mark.parametrize(
    ("strategy", "release", "checks"),
    [
        ("LiveMigrate", "v0.55", ["eviction-gate"]),
        ("LiveMigrate", "v0.56", []),
        ("None", "v0.50", ["eviction-strategy"]),
        ("None", "v0.51", []),
        ("External", "v0.52", ["eviction-strategy"]),
        ("livemigrate", "v0.50", ["eviction-strategy"]),
        ("External", "v0.53", []),
        ("LiveMigrateIfPossible", "v0.59", ["eviction-strategy"]),
        ("LiveMigrateIfPossible", "v1.0", []),
        ("livemigrate", "v1.9", ["eviction-strategy"]),
    ],
)
def test_eviction_strategies(strategy: str, release: str, checks: list[str]) -> None:
    spec = realtime() | {"evictionStrategy": strategy}
    assert [check for check, _ in refusals(spec, release)] == checks


@pytest.mark.parametrize(
    ("architecture", "release", "gates", "checks"),
    [
        ("arm64", "v0.59", set(), []),
        ("arm64", "v1.7", set(), ["architecture-gate"]),
        ("arm64", "v1.7", {"MultiArchitecture"}, []),
        ("arm64", "v1.8", set(), []),
        ("x86_64", "v1.8", set(), ["architecture"]),
        ("x86_64", "v1.5", set(), ["architecture-gate", "architecture"]),
        ("amd64", "v1.0", set(), []),
        ("", "v1.0", set(), []),
    ],
)
def test_architectures(architecture: str, release: str, gates: set[str], checks: list[str]) -> None:
    spec = realtime() | {"architecture": architecture}
    said = refusals(spec, release, Cluster(gates=frozenset({"NUMA", *gates})))
    assert [check for check, _ in said] == checks


def test_arm_has_one_thread_a_core() -> None:
    spec = with_cpu(cores=2, threads=2) | {"architecture": "arm64"}
    (cause,) = admit(spec, NEWEST, Cluster())
    assert (cause.check, cause.path) == ("threads", "domain.cpu.threads")
    assert cause.field == "spec.architecture"


@pytest.mark.parametrize(
    ("machine", "architecture", "refused"),
    [
        ("q35", "amd64", False),
        ("pc-q35-rhel9.4.0", "amd64", False),
        ("pc", "amd64", True),
        ("q35/x", "amd64", True),
        ("", "amd64", False),
        ("virt", "arm64", False),
        ("q35", "arm64", True),
    ],
)
def test_machine_types(machine: str, architecture: str, refused: bool) -> None:
    spec = realtime(machine={"type": machine}) | {"architecture": architecture}
    assert refusals(spec) == [("machine-type", "domain.machine.type")] * refused


def test_secure_boot_needs_smm() -> None:
    def said(features: Any, **efi: Any) -> list[tuple[str, str]]:
        firmware = {"bootloader": {"efi": efi}}
        return refusals(realtime(firmware=firmware, features=features))

    refused = [("secure-boot-smm", "domain.firmware.bootloader.efi")]
    assert said(None) == refused
    assert said({"smm": {"enabled": False}}, secureBoot=True) == refused
    assert said({"smm": {}}) == []
    assert said(None, secureBoot=False) == []


@pytest.mark.parametrize(
    ("devices", "wanted"),
    [
        ({"inputs": [{"name": "t", "bus": "ps2", "type": "tablet"}]}, ["input-bus"]),
        ({"inputs": [{"name": "t", "bus": "ps2", "type": "mouse"}]}, ["input-bus", "input-type"]),
        ({"inputs": [{"name": "t"}]}, []),
        ({"autoattachVSOCK": True}, ["vsock-gate"]),
        ({"autoattachVSOCK": False}, []),
    ],
)
def test_other_devices(devices: dict[str, Any], wanted: list[str]) -> None:
    assert [check for check, _ in refusals(realtime(devices=devices))] == wanted


def test_sockets_above_the_maximum() -> None:
    spec = with_cpu(cores=1, sockets=4, maxSockets=2)
    assert refusals(spec) == [("sockets-above-max", "domain.cpu.sockets")]
    assert refusals(spec, "v0.59") == []
    assert refusals(with_cpu(cores=1, sockets=4, maxSockets=0)) == []


def with_evmcs(is_on: object, policy: object, *others: object) -> dict[str, Any]:
    """A VM with eVMCS in this state, whose CPU has `vmx` by this policy and other features."""
    features = [{"name": "vmx", "policy": policy}, *({"name": name} for name in others)]
    return with_value(with_cpu(features=features), "domain.features.hyperv.evmcs.enabled", is_on)


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        # The threads are too many whatever the rest turns out to be.
        (with_cpu(cores=PLACEHOLDER, threads=3), ["threads"]),
        (with_cpu(dedicatedCpuPlacement=PLACEHOLDER), []),
        (
            with_cpu(realtime=PLACEHOLDER, dedicatedCpuPlacement=False),
            ["numa-dedicated", "isolate-dedicated"],
        ),
        (with_cpu(numa=PLACEHOLDER), []),
        (realtime(memory=PLACEHOLDER), []),
        (realtime(cpu=PLACEHOLDER), []),
        (realtime(memory={"guest": PLACEHOLDER, "hugepages": {"pageSize": "1Gi"}}), []),
        (realtime(memory={"guest": "4Gi", "hugepages": {"pageSize": PLACEHOLDER}}), []),
        (realtime(resources={"limits": {"cpu": PLACEHOLDER}}), []),
        (realtime(machine={"type": "pc"}, memory=PLACEHOLDER), ["machine-type"]),
        # What the defaults then make of `vmx` nobody knows.
        (with_evmcs(PLACEHOLDER, "disable"), []),
        (with_evmcs(True, "disable", PLACEHOLDER), []),
        (with_evmcs(True, PLACEHOLDER), []),
        (with_disk({"name": PLACEHOLDER, "disk": {"bus": "ide"}}), ["disk-bus"]),
        (with_disk({"name": "other", "disk": {}}, name=PLACEHOLDER), []),
        (with_disk(PLACEHOLDER), []),
        (PLACEHOLDER, []),
    ],
)
@pytest.mark.parametrize("release", ["v0.47", "v1.2", "v1.6.0", "v1.9"])
def test_a_placeholder_silences_only_what_needs_it(
    spec: dict[str, Any], wanted: list[str], release: str
) -> None:
    spec = {"domain": spec} if spec is PLACEHOLDER else spec
    assert [check for check, _ in refusals(spec, release)] == wanted


@pytest.mark.parametrize("count", [2**32, -1, "4", 1.5, True, None, []])
def test_no_count_and_no_quantity_crashes_a_check(count: Any) -> None:
    spec = with_cpu(sockets=count, cores=count, threads=count, maxSockets=count)
    spec["domain"]["resources"] = {"limits": {"cpu": count, "memory": count}, "requests": count}
    spec["domain"]["ioThreads"] = {"supplementalPoolThreadCount": count}
    spec["domain"]["ioThreadsPolicy"] = "supplementalPool"
    checks = {check for check, _ in refusals(spec)}
    assert checks <= {"memory-negative", "cpu-negative", "cpu-not-whole", "io-threads-count"}


# The webhook of a VirtualMachine.


def of_machine(spec: dict[str, Any], release: Release, cluster: Cluster) -> list[tuple[str, str]]:
    """What it says of changing a running VM, which no webhook asks of a VMI."""
    causes = admit(spec, release, cluster, prefix="spec.template.spec", machine={})
    said = [cause for cause in causes if cause.check.startswith("live-update")]
    return [(cause.field, cause.message) for cause in said]


def test_measured_refusals_of_changing_a_running_vm() -> None:
    seen = 0
    for row in measured_rows("refusals.jsonl"):
        if row["manifest"]["kind"] != "VirtualMachine":
            continue
        for name, said in row["results"].items():
            expected = [
                (one["field"], one["message"])
                for one in said
                if "emory hotplug" in one["message"] or "cannot be set directy" in one["message"]
            ]
            spec = row["manifest"]["spec"]["template"]["spec"]
            # The release's schema is asked first, and drops or refuses what it does not know.
            if any(one["type"] == "" for one in said):
                continue
            found = of_machine(spec, parse_release(name), of(row))
            assert found == expected, (row["id"], name)
            seen += len(expected)
    assert seen


HOTPLUG = {"guest": "2Gi", "maxGuest": "4Gi"}
PAGES = {"hugepages": {"pageSize": "1Gi"}}
LIVE = Cluster(rollout="LiveUpdate", gates=frozenset({"VMLiveUpdateFeatures"}))
TOO_SMALL = "Memory hotplug is only available for VMs with at least 1Gi of guest memory"
NO_GUEST = "Guest memory must be configured when memory hotplug is enabled"
ABOVE = "Guest memory is greater than the configured maxGuest memory"
X86 = "Memory hotplug is only available for x86_64 VMs"
BOTH = "Memory hotplug is only available for x86_64 and arm64 VMs"


# kubevirt/kubevirt, ValidateLiveUpdateMemory (v1.3) and validateLiveUpdateMemory (v1.2).
@pytest.mark.parametrize(
    ("memory", "release", "messages"),
    [
        (HOTPLUG, "v1.2.0", []),
        (HOTPLUG, "v1.3.0", []),
        (HOTPLUG, "v1.9.0", []),
        ({"guest": "4Gi", "maxGuest": "4Gi"}, "v1.9.0", []),
        ({"guest": "1Gi", "maxGuest": "4Gi"}, "v1.9.0", []),
        ({"guest": "1022Mi", "maxGuest": "4Gi"}, "v1.3.0", []),
        ({"guest": "1022Mi", "maxGuest": "4Gi"}, "v1.3.1", [TOO_SMALL]),
        ({"guest": "8Gi", "maxGuest": "4Gi"}, "v1.9.0", [ABOVE]),
        ({"guest": "2049Mi", "maxGuest": "4Gi"}, "v1.9.0", ["Guest memory must be 2Mi aligned"]),
        ({"guest": "2050Mi", "maxGuest": "4Gi"}, "v1.9.0", []),
        ({"guest": "2Gi", "maxGuest": "4097Mi"}, "v1.9.0", ["MaxGuest must be 2Mi aligned"]),
        ({"guest": "2Gi", "maxGuest": "4098Mi"}, "v1.9.0", []),
        (
            HOTPLUG | PAGES | {"maxGuest": "4098Mi"},
            "v1.3.0",
            ["MaxGuest must be 1Gi aligned"],
        ),
        (HOTPLUG | PAGES, "v1.3.0", []),
        ({"maxGuest": "4Gi"}, "v1.2.0", [NO_GUEST]),
        (
            {"guest": "2049Mi", "maxGuest": "4097Mi"},
            "v1.2.0",
            ["Guest memory must be 2Mi aligned", "MaxGuest must be 2Mi aligned"],
        ),
        (
            {"guest": "2Gi", "maxGuest": "4098Mi"} | PAGES,
            "v1.2.0",
            ["Memory hotplug is not compatible with hugepages"],
        ),
    ],
)
def test_memory_to_plug_in(memory: dict[str, Any], release: str, messages: list[str]) -> None:
    spec = {"architecture": "amd64", "domain": {"memory": memory}}
    found = of_machine(spec, parse_release(release), LIVE)
    assert [message for _, message in found] == messages
    assert of_machine(spec, parse_release(release), Cluster(rollout="Stage")) == []


@pytest.mark.parametrize(
    ("release", "arm64", "s390x"),
    [
        ("v1.2.0", [X86], [X86]),
        ("v1.3.0", [], [BOTH]),
        ("v1.4.1", [], [BOTH]),
        ("v1.5.2", [], [BOTH]),
        ("v1.5.3", [X86], [X86]),
        ("v1.6.0", [], [BOTH]),
        ("v1.6.1", [X86], [X86]),
    ],
)
def test_architectures_of_memory_to_plug_in(
    release: str, arm64: list[str], s390x: list[str]
) -> None:
    for architecture, messages in (("arm64", arm64), ("s390x", s390x)):
        spec = {"architecture": architecture, "domain": {"memory": HOTPLUG}}
        found = of_machine(spec, parse_release(release), LIVE)
        assert [message for _, message in found] == messages


@pytest.mark.parametrize(
    ("release", "fields"),
    [
        ("v0.59.2", []),
        ("v1.0.0", ["domain.cpu.maxSockets"]),
        ("v1.1.0", ["domain.cpu.maxSockets", "domain.memory.maxGuest"]),
        ("v1.2.0", []),
    ],
)
def test_what_v1_0_and_v1_1_take_elsewhere(release: str, fields: list[str]) -> None:
    cpu = {"sockets": 1, "maxSockets": 2}
    spec = {"architecture": "amd64", "domain": {"cpu": cpu, "memory": HOTPLUG}}
    found = of_machine(spec, parse_release(release), LIVE)
    assert [field for field, _ in found] == [f"spec.template.spec.{field}" for field in fields]


def test_memory_requests_begin_at_a_megabyte() -> None:
    for request, checks in (("999999", ["memory-tiny"]), ("1M", [])):
        spec = {"domain": {"resources": {"requests": {"memory": request}}}}
        assert [check for check, _ in refusals(spec)] == checks


@pytest.mark.parametrize("release", ["v0.58.1", "v0.59.0"])
def test_vsock_before_there_was_any(release: str) -> None:
    spec = {"domain": {"memory": {"guest": "1Gi"}, "devices": {"autoattachVSOCK": True}}}
    checks = [check for check, _ in refusals(spec, release)]
    assert checks == ["vsock-gate"] * (release != "v0.58.1")


@pytest.mark.parametrize(
    ("memory", "release", "wanted"),
    [
        ({"guest": "1Gi", "maxGuest": "4097Mi"}, "v1.2.2", ["MaxGuest must be 2Mi aligned"]),
        ({"guest": "1Gi", "maxGuest": "4097Mi"}, "v1.3.0", ["MaxGuest must be 2Mi aligned"]),
        ({"guest": "1Gi", "maxGuest": "4Gi"}, "v1.2.2", []),
    ],
)
def test_memory_hotplug(memory: dict[str, Any], release: str, wanted: list[str]) -> None:
    assert [cause.message for cause in hotplugged(memory, release)] == wanted


@pytest.mark.parametrize(
    ("release", "refused"),
    [
        ("v1.2.2", True),
        ("v1.3.0", False),
        ("v1.5.2", False),
        ("v1.5.3", True),
        ("v1.6.0", False),
        ("v1.6.1", True),
        ("v1.9.0", True),
    ],
)
def test_memory_hotplug_of_arm64(release: str, refused: bool) -> None:
    causes = hotplugged({"guest": "1Gi", "maxGuest": "4Gi"}, release, architecture="arm64")
    assert [cause.message for cause in causes] == [
        "Memory hotplug is only available for x86_64 VMs"
    ] * refused


@pytest.mark.parametrize(("release", "refused"), [("v1.2.0", True), ("v1.2.1", False)])
def test_memory_hotplug_beside_a_limit(release: str, refused: bool) -> None:
    memory = {"guest": "1Gi", "maxGuest": "4Gi"}
    causes = hotplugged(memory, release, resources={"limits": {"memory": "4Gi"}})
    fields = [(cause.path, cause.field) for cause in causes]
    limit = ("domain.resources.limits.memory", "spec.template.spec.domain.resources")
    assert fields == [limit] * refused


def hotplugged(memory: dict[str, Any], release: str, **more: Any) -> list[Cause]:
    """The causes of a VirtualMachine that memory may be added to."""
    domain = {"memory": memory, "resources": more.pop("resources", {})}
    gates = frozenset({"VMLiveUpdateFeatures", "MultiArchitecture"})
    return admit(
        {"domain": domain} | more,
        parse_release(release),
        Cluster(rollout="LiveUpdate", gates=gates),
        prefix="spec.template.spec",
        machine={"runStrategy": "Always"},
    )


@pytest.mark.parametrize("release", ["v0.50", "v0.52"])
def test_to_v0_52_an_unknown_strategy_is_refused_for_want_of_the_gate(release: str) -> None:
    spec = realtime() | {"evictionStrategy": "External"}
    (cause,) = admit(spec, parse_release(release), Cluster(gates=frozenset({"NUMA"})))
    assert (cause.message, cause.gate) == ("LiveMigration feature gate is not enabled", "")
    gates = frozenset({"NUMA", "LiveMigration"})
    (cause,) = admit(spec, parse_release(release), Cluster(gates=gates))
    assert cause.message == "spec.evictionStrategy is set with an unrecognized option: External"


@pytest.mark.parametrize(
    ("port", "release", "field"),
    [
        (65536, "v0.47", None),
        (65536, "v1.8", None),
        (65536, "v1.9", ".port"),
        (65537, "v1.8", ""),
        (-1, "v1.9", ".port"),
        (65535, "v1.9", None),
    ],
)
def test_the_greatest_port(port: int, release: str, field: str | None) -> None:
    interface = {"name": "default", "masquerade": {}, "ports": [{"port": port}]}
    spec = realtime(devices={"interfaces": [interface]})
    causes = admit(
        spec | {"networks": [{"name": "default", "pod": {}}]},
        parse_release(release),
        Cluster(gates=frozenset({"NUMA"})),
    )
    at = "spec.domain.devices.interfaces[0].ports[0]"
    assert {cause.field for cause in causes} == (set() if field is None else {f"{at}{field}"})


@pytest.mark.parametrize(
    ("option", "release", "field", "message"),
    [
        ({}, "v1.9", "options", "Option.Name must not be empty"),
        ({"value": "2"}, "v1.1", "options", "Option.Name must not be empty"),
        ({"value": "2"}, "v1.0", "options", "Option.Name must not be empty for value: 2"),
        ({}, "v1.0", "", "panic: runtime error: invalid memory address or nil pointer dereference"),
    ],
)
def test_a_nameless_dns_option(
    option: dict[str, str], release: str, field: str, message: str
) -> None:
    spec = realtime() | {"dnsConfig": {"options": [option]}}
    (cause,) = admit(spec, parse_release(release), Cluster(gates=frozenset({"NUMA"})))
    assert (cause.path, cause.field, cause.message) == ("dnsConfig.options[0]", field, message)


@pytest.mark.parametrize(
    ("release", "checks"), [("v0.50", ["run-strategy"]), ("v0.51", []), ("v1.9", [])]
)
def test_once_came_with_v0_51(release: str, checks: list[str]) -> None:
    assert [cause.check for cause in with_machine(release, runStrategy="Once")] == checks


@pytest.mark.parametrize(("release", "refused"), [("v1.0.0", False), ("v1.0.1", True)])
def test_the_namespace_of_a_data_volume_template(release: str, refused: bool) -> None:
    template = {"metadata": {"name": "root", "namespace": "other"}, "spec": {}}
    causes = with_machine(release, runStrategy="Always", dataVolumeTemplates=[template])
    assert [cause.check for cause in causes] == ["data-volume-namespace"] * refused


def with_machine(release: str, **machine: Any) -> list[Cause]:
    """The causes of a VirtualMachine in the namespace `default`, with a disk of `root`."""
    spec = realtime(devices={"disks": [{"name": "root", "disk": {}}]})
    return admit(
        spec | {"volumes": [{"name": "root", "dataVolume": {"name": "root"}}]},
        parse_release(release),
        Cluster(gates=frozenset({"NUMA", "DataVolumes"})),
        prefix="spec.template.spec",
        machine=machine,
        owner={"metadata": {"namespace": "default"}},
    )


@pytest.mark.parametrize(
    ("release", "at_start"), [("v1.3.0", True), ("v1.4.0", True), ("v1.4.1", False)]
)
def test_a_binding_whose_gate_is_gone(release: str, at_start: bool) -> None:
    interface = {"name": "net", "macvtap": {}}
    causes = admit(
        realtime(devices={"interfaces": [interface]})
        | {"networks": [{"name": "net", "multus": {"networkName": "net"}}]},
        parse_release(release),
        Cluster(gates=frozenset({"NUMA", "Macvtap"})),
        prefix="spec.template.spec",
        machine={"runStrategy": "Always"},
    )
    assert [(cause.check, cause.at_start) for cause in causes] == [
        ("macvtap-discontinued", at_start)
    ]
