"""A line for each thing that runs beside the vCPUs, where the VM has it."""

import pytest
from previews import previewed, vm

from rtlint.preview import text


def lines(**parts):
    return text.render([previewed(vm(**parts))]).split("Domain XML:")[0].splitlines()


@pytest.mark.parametrize(
    ("devices", "more", "line"),
    [
        ({"tpm": {}}, {},
         "TPM         tpm-tis: swtpm, a process of its own on the emulator's CPUs"),
        ({"watchdog": {"name": "w", "i6300esb": {"action": "poweroff"}}}, {},
         "watchdog    i6300esb: poweroff where the guest stops feeding it"),
        ({}, {"features": {"smm": {}}}, "SMM         on,"),
        ({}, {"clock": {"timer": {"hpet": {"present": False}}}}, "timers      hpet off; the PIT's"),
        ({"filesystems": [{"name": "f", "virtiofs": {}}]}, {},
         "virtiofs    f: virtiofsd in a container of its own, cpu 100m"),
    ],
)  # fmt: skip
def test_a_line_for_what_else_runs(devices, more, line):
    label = line.split()[0]
    assert any(each.startswith(f"  {line}") for each in lines(devices=devices, **more))
    without = lines()
    if label != "timers":
        assert not any(each.startswith(f"  {label} ") for each in without)
