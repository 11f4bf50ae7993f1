"""Disks, interfaces and devices of the host, as KubeVirt's source has them."""

import measured
import pytest
from conversions import made, preview_of, spec_of

from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubevirt.conversion.io import HostDevice, Interface
from rtlint.kubevirt.releases import Release


def disk(name, bus="virtio", kind="disk", **more):
    return {"name": name, kind: {"bus": bus}, **more}


def io(*disks, release=(1, 9, 0), cpu=None, devices=None, volumes=(), **domain):
    spec = spec_of(cpu=cpu, devices={"disks": list(disks), **(devices or {})}, **domain)
    spec["volumes"] = list(volumes)
    return made(spec, Release(*release)).io


def threads(*args, **more):
    return [tuple(each.iothreads) for each in io(*args, **more).disks]


FREE = {"isolateEmulatorThread": False}
OWN = {"dedicatedIOThread": True}
AUTO = {"ioThreadsPolicy": "auto", "resources": {"requests": {"cpu": 4}, "limits": {"cpu": 4}}}


def test_automatic_threads_take_turns_and_own_ones_follow():
    disks = [disk("a"), disk("b", **OWN), disk("c"), disk("d"), disk("e", **OWN), disk("f")]
    assert threads(*disks, cpu=FREE, **AUTO) == [(1,), (5,), (2,), (3,), (6,), (4,)]
    assert threads(*disks, **AUTO) == [(1,), (2,), (1,), (1,), (3,), (1,)]
    ten = [disk(str(i)) for i in range(10)]
    assert threads(*ten, cpu=FREE, **AUTO) == [(i % 8 + 1,) for i in range(10)]


@pytest.mark.parametrize("release", [(0, 58, 0), (1, 4, 1), (1, 5, 3), (1, 9, 0)])
def test_no_policy_is_the_emulator_whatever_the_domain_says(release):
    # To v1.4 the domain has an I/O thread that no disk uses.
    assert threads(disk("a"), disk("b"), release=release) == [(), ()]


@pytest.mark.parametrize(
    ("release", "expected"),
    [((1, 2, 0), [(1,), (2,)]), ((1, 2, 1), [(1,), ()]), ((1, 9, 0), [(1,), ()])],
)
def test_only_virtio_disks_have_one_from_v1_2_1(release, expected):
    disks = disk("a"), disk("b", "sata", "cdrom")
    assert threads(*disks, cpu={**FREE, "dedicatedCpuPlacement": False}, release=release,
                   ioThreadsPolicy="auto") == expected  # fmt: skip


def test_a_pool_serves_every_virtio_disk():
    pool = {"ioThreadsPolicy": "supplementalPool", "ioThreads": {"supplementalPoolThreadCount": 3}}
    assert threads(disk("a"), disk("b", "sata"), disk("c"), **pool) == [(1, 2, 3), (), (1, 2, 3)]


@pytest.mark.parametrize(
    ("release", "own", "expected"),
    [
        ((1, 4, 1), False, ((1,), 4, "threads")),
        ((1, 5, 0), False, ((), None, None)),
        ((1, 5, 0), True, ((1,), 4, None)),
        ((1, 9, 0), True, ((1,), 4, None)),
    ],
)
def test_the_scsi_controller_s_thread(release, own, expected):
    scsi = disk("s", "scsi", dedicatedIOThread=own)
    found = io(disk("a"), scsi, release=release, ioThreadsPolicy="auto").disks[1]
    assert (tuple(found.iothreads), found.queues, found.io) == expected


def test_queues_cache_and_io():
    queued = {"devices": {"blockMultiQueue": True}}
    a, b, c = io(
        disk("a", io="native", cache="none"), disk("b", "sata"), disk("c", shareable=True), **queued
    ).disks
    assert (a.queues, a.cache, a.io) == (4, "none", "native")
    assert (b.queues, b.cache, b.io) == (None, None, None)
    assert c.cache == "none"
    # The driver of this one is written anew.
    volumes = [{"name": "a", "downwardMetrics": {}}]
    (metrics,) = io(disk("a", cache="none"), volumes=volumes, **queued).disks
    assert (metrics.queues, metrics.cache) == (None, None)


@pytest.mark.parametrize(("release", "queues"), [((1, 0, 1), 8), ((1, 2, 2), 8), ((1, 3, 0), 4)])
def test_queues_for_vcpus_to_plug_in(release, queues):
    cpu = {"sockets": 4, "cores": 1, "maxSockets": 8}
    (found,) = io(disk("a"), release=release, cpu=cpu, devices={"blockMultiQueue": True}).disks
    assert found.queues == queues


def test_interfaces():
    interfaces = [
        {"name": "a", "masquerade": {}},
        {"name": "b", "model": "e1000", "bridge": {}},
        {"name": "c", "sriov": {}},
        {"name": "d", "binding": {"name": "x"}},
        {"name": "e", "passtBinding": {}},
        {"name": "f", "bridge": {}, "state": "absent"},
    ]
    made_of = io(devices={"interfaces": interfaces, "networkInterfaceMultiqueue": True}).interfaces
    assert made_of == (
        Interface("a", "virtio-non-transitional", "vhost-net", 4),
        Interface("b", "e1000", "qemu", 1),
        Interface("c", None, "vfio", None),
        Interface("d", None, "plugin", None),
        Interface("e", "virtio-non-transitional", "passt", 4),
    )
    old = io(devices={"interfaces": [{"name": "s", "slirp": {}}]}, release=(1, 2, 2)).interfaces
    assert old == (Interface("s", "e1000", "qemu", 1),)


def test_the_interface_that_the_webhook_adds():
    assert io().interfaces == (Interface("default", "virtio-non-transitional", "vhost-net", 1),)
    assert io(devices={"autoattachPodInterface": False}).interfaces == ()


def test_a_tap_device_has_256_queues_at_most():
    devices = {"networkInterfaceMultiqueue": True}
    cpu = {"cores": 300, "dedicatedCpuPlacement": False, "numa": None}
    assert io(cpu=cpu, devices=devices).interfaces[0].queues == 256


def test_devices_of_the_host():
    devices = {
        "gpus": [{"name": "g", "deviceName": "nvidia.com/T4"}],
        "hostDevices": [{"name": "h", "claimName": "c", "requestName": "r"}],
    }
    assert io(devices=devices).host_devices == (
        HostDevice("g", "gpu", "nvidia.com/T4"),
        HostDevice("h", "host-device", None),
    )


def test_what_is_not_known_spoils_no_preview():
    start = made(spec_of(devices={"disks": [disk("a", cache=PLACEHOLDER)]}))
    assert start.domain
    assert start.io is None


ROWS = measured.rows("convert-more.jsonl")


@pytest.mark.parametrize("row", ROWS[::4], ids=lambda row: row["id"])
def test_every_thread_of_a_disk_is_in_the_domain(row):
    devices = row["manifest"]["spec"]["domain"]["devices"]
    for release in row["results"]:
        start = preview_of(row, release)
        if start.domain is None:
            continue
        count = start.domain.partition("<iothreads>")[2].partition("<")[0] or "0"
        assert len(start.io.disks) >= len(devices.get("disks", []))
        used = {thread for each in start.io.disks for thread in each.iothreads}
        assert used <= set(range(1, int(count) + 1))
