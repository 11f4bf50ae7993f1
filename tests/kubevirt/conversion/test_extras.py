"""What runs beside the vCPUs and the I/O, as KubeVirt's source has it."""

import pytest
from conversions import made, spec_of

from rtlint.kubevirt.releases import Release


def extras(release=(1, 9, 0), *, devices=None, **more):
    return made(spec_of(devices=devices, **more), Release(*release)).extras


def test_timers_are_those_that_are_written():
    timers = {"hpet": {"present": False}, "pit": {"tickPolicy": "delay"}, "kvm": {}}
    written = extras(clock={"utc": {}, "timer": timers}).timers
    assert written == (("pit", True, "delay"), ("kvmclock", True, None), ("hpet", False, None))
    assert extras().timers == ()


def test_without_a_pit_nothing_raises_its_thread():
    gone = made(spec_of(clock={"timer": {"pit": {"present": False}}}))
    assert "kvm-pit" not in [thread.name for thread in gone.threads]
    assert "kvm-pit" in [thread.name for thread in made(spec_of()).threads]


@pytest.mark.parametrize(
    ("release", "tpm", "model"),
    [
        ((0, 52, 0), {}, ""),
        ((0, 53, 0), {"persistent": True}, "tpm-tis"),
        ((1, 9, 0), {}, "tpm-tis"),
        ((1, 0, 0), {"persistent": True}, "tpm-crb"),
        ((1, 5, 3), {"enabled": False}, "tpm-tis"),
        ((1, 6, 0), {"enabled": False}, ""),
    ],
)
def test_the_tpm(release, tpm, model):
    assert extras(release, devices={"tpm": tpm}).tpm == model


def test_locking_memory():
    def may(realtime=None, **more):
        return extras(cpu={"realtime": realtime}, **more).may_lock

    assert may({})
    assert not may()
    assert may(devices={"gpus": [{"name": "g", "deviceName": "x"}]})
    memory = {"guest": "4Gi", "hugepages": {"pageSize": "1Gi"}}
    assert may(memory={**memory, "reservedOverhead": {"memLock": "Required"}})


def test_the_rest():
    devices = {
        "watchdog": {"name": "w"},
        "autoattachVSOCK": True,
        "filesystems": [{"name": "f", "virtiofs": {}}],
    }
    found = extras(devices=devices, features={"smm": {}})
    assert (found.watchdog, found.action) == ("i6300esb", "reset")
    assert (found.virtiofs, found.virtiofs_cpu) == (("f",), ("100m", "100m"))
    assert (found.smm, found.vsock, found.housekeeping) == (True, True, True)
    assert extras((1, 0, 1), devices=devices).virtiofs_cpu == ("10m", "100m")
    assert not extras((0, 58, 0)).housekeeping
