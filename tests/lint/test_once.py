"""What one mistake causes is said once."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import ROOT

from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.rule import Release
from rtlint.yaml.source import Source

RIGHT = (ROOT / "examples" / "realtime.yaml").read_text("utf-8")


def changed(*changes: tuple[str, str]) -> str:
    text = RIGHT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def rules(text: str, release: Release | None = None) -> list[str]:
    settings = Settings() if release is None else Settings(release=release)
    return [found.rule for found in lint(Source("vm.yaml", text), settings).diagnostics]


def test_thirty_right_vms_with_two_mistakes_give_two_findings_and_a_line_of_advice_each() -> None:
    lines = [line for line in RIGHT.splitlines() if "crio.io: disable" not in line]
    right = "\n".join(lines) + "\n"
    vms = [right.replace("name: controller", f"name: vm-{number}") for number in range(30)]
    vms[7] = vms[7].replace("dedicatedCpuPlacement: true", "dedicatedCPUPlacement: true")
    vms[19] = vms[19].replace("isolateEmulatorThread: true", "isolateEmulatorThread: false")
    found = lint(Source("vms.yaml", "---\n".join(vms)), Settings()).diagnostics
    assert [(each.rule, each.document) for each in found if each.severity != "info"] == [
        ("RT601", 8),
        ("RT103", 20),
    ]
    advice = Counter(each.document for each in found if each.severity == "info")
    assert max(advice.values()) == 1


@pytest.mark.parametrize(
    ("written", "instead", "rule"),
    [
        ("dedicatedCpuPlacement: true", "dedicatedCPUPlacement: true", "RT601"),
        ("hugepages:", "hugePages:", "RT601"),
        ("isolateEmulatorThread: true", "isolatedEmulatorThread: true", "RT601"),
        ("cores: 4", "Cores: 4", "RT601"),
        ("guestMappingPassthrough: {}", "guestMappingPassthrough:", "RT606"),
        ("autoattachMemBalloon: false", 'autoattachMemBalloon: "false"', "RT603"),
        ("masquerade: {}", "masquerade:", "RT606"),
        ("isolateEmulatorThread: true", "isolateEmulatorThread: false", "RT103"),
        ('mask: "1-3"', 'mask: "01"', "RT205"),
        ('mask: "1-3"', 'mask: "4-7"', "RT202"),
        ('mask: "1-3"', 'mask: "0-3,^00"', "RT205"),
        ('mask: "1-3"', "mask:", "RT204"),
        ("bus: virtio", "bus: usb", "RT403"),
        ("pageSize: 1Gi", "pageSize: '0'", "RT505"),
        ("runStrategy: Always", "runStrategy: Always\n  running: true", "RT505"),
    ],
)
def test_one_mistake_is_one_finding(written: str, instead: str, rule: str) -> None:
    assert rules(changed((written, instead))) == [rule]


def test_a_misplaced_field_is_not_missed_as_well() -> None:
    under_cpu = ("cores: 4", "cores: 4\n          ioThreadsPolicy: auto")
    assert rules(changed(("        ioThreadsPolicy: auto\n", ""), under_cpu)) == ["RT602"]


def test_two_mistakes_are_two_findings() -> None:
    """What the misspelt field says is wrong too, and mending one leaves the other."""
    misspelt = ("dedicatedCpuPlacement: true", "dedicatedCPUPlacement: false")
    assert rules(changed(misspelt)) == ["RT102", "RT601"]
    mask = ('mask: "1-3"', 'mask: "4-7"')
    assert rules(changed(("hugepages:", "hugePages:"), mask)) == ["RT202", "RT601"]


def test_what_is_worse_than_its_cause_is_said() -> None:
    text = changed(("isolateEmulatorThread: true", "isolateEmulatorThread: false"))
    assert {"RT103", "RT405"} <= set(rules(text, Release(1, 6, 0)))


def test_a_cause_that_is_not_reported_hides_nothing() -> None:
    misspelt = "dedicatedCPUPlacement: true"
    suppressed = f"{misspelt}  # rtlint: ignore[RT601] for a fork of KubeVirt"
    found = rules(changed(("dedicatedCpuPlacement: true", suppressed)))
    assert "RT102" in found
    assert "RT601" not in found
    settings = Settings(rules=tuple(name for name in Settings().rules if name.id != "RT601"))
    text = changed(("dedicatedCpuPlacement: true", misspelt))
    assert "RT102" in [each.rule for each in lint(Source("vm.yaml", text), settings).diagnostics]


def test_of_a_vm_that_a_right_name_makes_realtime_all_else_is_said() -> None:
    """The rules about realtime VMs, which say it then, have not run yet."""
    text = changed(("realtime:\n", "realTime:\n"), ("dedicatedCpuPlacement: true", "cores: 4"))
    text = text.replace("          cores: 4\n", "", 1)
    assert {"RT601", "RT505"} <= set(rules(text))


def test_a_cause_that_the_file_ignores_hides_nothing_in_later_documents() -> None:
    wrong = changed(("dedicatedCpuPlacement: true", "dedicatedCPUPlacement: true"))
    comment = "# rtlint: ignore-file[RT601]\n"
    assert rules(f"{comment}{wrong}---\n{wrong}") == ["RT102", "RT102"]


@pytest.mark.parametrize(
    ("cpu", "resources"),
    [
        ("", "{requests: {cpu: 2}, limits: {cpu: 1}}"),
        ("", "{requests: {cpu: 500m}, limits: {cpu: 1}}"),
        ("cores: 0, ", "{limits: {cpu: 500m}}"),
    ],
)
def test_cpu_resources_that_are_wrong_are_not_also_too_few(cpu: str, resources: str) -> None:
    text = (
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
        f"spec: {{domain: {{cpu: {{{cpu}dedicatedCpuPlacement: true, realtime: {{}}}}, "
        f"resources: {resources}, devices: {{}}}}}}\n"
    )
    found = rules(text)
    assert "RT105" in found
    assert "RT108" not in found
