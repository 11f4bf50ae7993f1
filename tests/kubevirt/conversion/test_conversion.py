"""The conversion, held against KubeVirt's own converter in every measured release."""

from xml.etree import ElementTree

import measured
import pytest
from conversions import CHANGES, RELEASES, WHOLE, made, preview_of, replaced, spec_of
from hypothesis import given, settings
from hypothesis import strategies as st

from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.conversion.preview import Preview
from rtlint.kubevirt.conversion.xml import element, escape
from rtlint.kubevirt.releases import NEWEST, Release, parse_release

ROWS = measured.rows("convert.jsonl") + measured.rows("convert-more.jsonl")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_measured_conversion(row):
    for release in row["results"]:
        expected = measured.result(row, release)
        error = expected.get("error", "")
        if error.startswith("mutate: "):
            assert error.removeprefix("mutate: ") in refusals(row, release)
            continue
        made = preview_of(row, release)
        assert made.domain == expected.get("domain"), release
        if error:
            assert made.error == error, release
            assert (made.vcpusched, made.threads) == (None, ())


def refusals(row, release):
    causes = measured.admit(row["manifest"]["spec"], parse_release(release), measured.cluster(row))
    return [cause.message for cause in causes]


def found(preview, path):
    return ElementTree.fromstring(preview.domain).findall(path)


# Releases that no row measures, on each side of a boundary.
BOUNDARIES = [
    ((0, 47, 1), (0, 48, 0), {}, "features/kvm/hint-dedicated", (0, 1)),
    ((0, 58, 0), (0, 58, 1), {}, "cputune/vcpusched", (1, 0)),
    ((0, 56, 1), (0, 57, 0), {"devices": {"disks": [{"name": "d", "disk": {"bus": "usb"}}]}},
     "devices/controller[@model='qemu-xhci']", (0, 1)),
    ((0, 59, 2), (1, 0, 0), {}, "devices/memballoon[@freePageReporting='off']", (0, 1)),
    ((0, 59, 2), (1, 0, 0), {"cpu": {"sockets": 2, "maxSockets": 4}}, "vcpus", (0, 1)),
    ((1, 0, 1), (1, 1, 0), {}, "devices/serial/log", (0, 1)),
    ((1, 2, 0), (1, 2, 1), {"cpu": {"model": "EPYC"}}, "cpu/feature[@name='mpx']", (0, 1)),
    ((1, 3, 1), (1, 4, 0), {"firmware": {"bootloader": {"efi": {}}}},
     "devices/video/model[@type='bochs']", (0, 1)),
    ((1, 4, 1), (1, 5, 0), {}, "features/vmport", (0, 1)),
    ((1, 4, 1), (1, 5, 0), {"devices": {"disks": [{"name": "d", "disk": {}}]}}, "iothreads",
     (1, 0)),
    ((1, 5, 3), (1, 6, 0), {"cpu": {"sockets": 1}}, "vcpus", (0, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "change", "path", "counts"), BOUNDARIES)
def test_boundaries(before, after, change, path, counts):
    spec = spec_of(**change)
    assert len(found(made(spec, Release(*before)), path)) == counts[0]
    assert len(found(made(spec, Release(*after)), path)) == counts[1]


@pytest.mark.parametrize(("release", "booted"), [((1, 0, 0), 2), ((1, 0, 1), 4), ((1, 8, 4), 4)])
def test_the_sockets_that_a_hotplug_topology_boots(release, booted):
    spec = spec_of(cpu={"sockets": 2, "cores": 2, "maxSockets": 4})
    start = made(spec, Release(*release))
    assert len(found(start, "vcpus/vcpu[@enabled='yes']")) == booted
    assert start.placement.vcpus == tuple(range(booted))
    assert start.vcpusched.enabled == tuple(range(booted))
    assert [vcpu.get("hotpluggable") for vcpu in found(start, "vcpus/vcpu")[:3]] == [
        "no", "no", "yes",
    ]  # fmt: skip


def test_the_memory_of_requests_and_limits_changes_place():
    memory = {"resources": {"requests": {"memory": "1Gi"}, "limits": {"memory": "2Gi"}}}
    spec = {"domain": {"cpu": {"cores": 1}, **memory}}
    assert found(made(spec, Release(0, 56, 1)), "memory")[0].text == str(2 * 2**30)
    assert found(made(spec, Release(0, 57, 0)), "memory")[0].text == str(2**30)


@pytest.mark.parametrize(
    ("release", "pinned"), [((1, 1, 0), 1), ((1, 1, 1), 2), ((1, 8, 0), 2), ((1, 9, 0), 2)]
)
def test_the_parity_annotation(release, pinned):
    annotations = {"alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity": "false"}
    cpuset = range(2, 8)
    start = made(spec_of(), Release(*release), annotations=annotations, cpuset=cpuset)
    assert start.placement.emulator == (6, 7)[:pinned]


def io(policy=None, *, isolated=False, dedicated=False, disks=1, **cpu):
    disk = {"disk": {"bus": "virtio"}, "dedicatedIOThread": dedicated}
    extra = {} if policy is None else {"ioThreadsPolicy": policy}
    return spec_of(
        cpu={"isolateEmulatorThread": isolated} | cpu,
        devices={"disks": [{"name": str(i), **disk} for i in range(disks)]},
        **extra,
    )


PANIC = "panic: runtime error: invalid memory address or nil pointer dereference"


NO_IOTHREAD = "unsupported configuration: Cannot find 'iothread' : 1"


@pytest.mark.parametrize(
    ("spec", "release", "error"),
    [
        (io("shared"), (1, 4, 1), None),
        (io("shared"), (1, 5, 0), PANIC),
        (io("auto"), (1, 7, 4), PANIC),
        (io(dedicated=True), (1, 6, 0), PANIC),
        (io("auto"), (1, 8, 0), None),
        (io("shared", isolated=True), (1, 6, 0), None),
        (io("auto", disks=0, isolated=True), (1, 1, 1), PANIC),
        (io("auto", disks=0, isolated=True), (1, 2, 0), NO_IOTHREAD),
        (io("auto", disks=0, isolated=True), (1, 8, 0), "domain is missing IOThreads"),
        (io("auto", disks=0), (1, 7, 4), PANIC),
        (io("auto", disks=0), (1, 8, 0), "domain is missing IOThreads"),
        (
            io("shared", sockets=1, maxSockets=4),
            (1, 0, 1),
            "panic: runtime error: slice bounds out of range [:16] with capacity 4",
        ),
        (
            io("shared", sockets=1),
            (1, 8, 4),
            "panic: runtime error: slice bounds out of range [:16] with capacity 4",
        ),
        (io("shared", sockets=1), (1, 9, 0), None),
    ],
)
def test_crashes(spec, release, error):
    assert made(spec, Release(*release)).error == error


def test_a_slice_past_the_pod_s_cpus_ends_in_zeros():
    spec = io("shared", cores=3, sockets=1, maxSockets=2)
    start = made(spec, Release(1, 4, 1), cpuset=[3, 4, 5, 6, 7])
    assert start.placement.iothreads == {1: (3, 4, 5, 6, 7, 0)}


@pytest.mark.parametrize(
    ("release", "pins", "emulator"),
    [((1, 5, 0), {1: (6,), 2: (7,)}, (14,)), ((1, 9, 0), {1: (14,), 2: (15,)}, (16,))],
)
def test_the_supplemental_pool(release, pins, emulator):
    spec = io("supplementalPool", isolated=True)
    spec["domain"]["ioThreads"] = {"supplementalPoolThreadCount": 2}
    start = made(spec, Release(*release), cpuset=range(10, 17))
    assert start.placement.iothreads == pins
    assert start.placement.emulator == emulator


def test_virt_handler_schedules_what_the_mask_selects():
    start = made(spec_of(cpu={"realtime": {"mask": "0-3,^0"}}))
    assert start.vcpusched == ("virt-handler", "fifo", 1, "0-3,^0", (1, 2, 3))
    assert start.threads == (
        ("CPU 1/KVM", "SCHED_FIFO", 1),
        ("CPU 2/KVM", "SCHED_FIFO", 1),
        ("CPU 3/KVM", "SCHED_FIFO", 1),
        ("kvm-pit", "SCHED_FIFO", 2),
    )
    assert (start.pmu, start.error) == ("off", None)


def test_libvirt_schedules_from_the_domain():
    start = made(spec_of(cpu={"realtime": {"mask": " "}}), Release(0, 58, 0))
    assert start.vcpusched == ("domain-xml", "fifo", 1, "0-3", (0, 1, 2, 3))
    assert [thread.name for thread in start.threads] == [f"CPU {i}/KVM" for i in range(4)]


@pytest.mark.parametrize(
    ("release", "raised"),
    [
        ((0, 58, 0), False), ((0, 58, 1), False), ((0, 58, 2), True), ((0, 59, 0), False),
        ((0, 59, 1), False), ((0, 59, 2), True), ((1, 0, 0), True), ((1, 9, 0), True),
    ],
)  # fmt: skip
def test_the_timer_s_thread(release, raised):
    threads = made(spec_of(), Release(*release)).threads
    assert (("kvm-pit", "SCHED_FIFO", 2) in threads) == raised


@pytest.mark.parametrize("release", [Release(0, 58, 0), NEWEST])
def test_nothing_is_scheduled_with_an_invalid_mask(release):
    start = made(spec_of(cpu={"realtime": {"mask": "abc"}}), release)
    assert "abc" in start.error
    assert start.domain is not None
    assert start.pod is not None
    assert (start.vcpusched, start.threads) == (None, ())


def test_a_mask_that_selects_nothing_leaves_the_timer_only():
    start = made(spec_of(cpu={"realtime": {"mask": "^0"}}))
    assert (start.error, start.vcpusched) == (None, None)
    assert start.threads == (("kvm-pit", "SCHED_FIFO", 2),)


def test_without_realtime_nothing_is_scheduled():
    start = made(spec_of(cpu={"realtime": None}))
    assert (start.realtime, start.vcpusched, start.threads, start.pmu) == (False, None, (), None)
    assert not found(start, "features/pmu")


@pytest.mark.parametrize(("release", "pmu"), [((1, 6, 6), None), ((1, 7, 0), "off")])
def test_tdx_turns_the_pmu_off_by_itself(release, pmu):
    start = made(spec_of(cpu={"realtime": None}, launchSecurity={"tdx": {}}), Release(*release))
    assert start.pmu == pmu
    assert bool(found(start, "features/pmu[@state='off']")) == (pmu == "off")


def test_without_a_host_a_plain_one_is_assumed():
    start = made(spec_of())
    assert start.host.source == "assumed"
    assert (start.cpuset, start.cpuset_assumed) == ((0, 1, 2, 3, 4), True)
    given_cpus = made(spec_of(), cpuset=(2, 3, 4, 5, 6))
    assert given_cpus.host.source == "assumed"
    assert not given_cpus.cpuset_assumed
    assert given_cpus.placement.vcpus == (2, 3, 4, 5)


def test_without_a_cpuset_the_host_gives_its_first_cpus_that_are_not_reserved():
    spec = spec_of(cpu={"threads": 2, "cores": 2})
    start = made(spec, host=measured.host("one-smt"))
    assert (start.reserved, start.reserved_assumed) == ((0, 8), True)
    assert (start.cpuset, start.cpuset_assumed) == ((1, 2, 3, 9, 10), True)
    assert start.placement.vcpus == (1, 9, 2, 10)
    assert start.placement.emulator == (3,)
    said = made(spec, host=measured.host("one-smt"), reserved=(1, 9))
    assert (said.reserved, said.reserved_assumed) == ((1, 9), False)
    assert said.cpuset == (0, 2, 3, 8, 10)
    given_cpus = made(spec, host=measured.host("one-smt"), cpuset=(0, 1, 2, 8, 9))
    assert given_cpus.reserved == ()


def test_shared_cpus_may_be_reserved_ones():
    spec = spec_of(cpu={"dedicatedCpuPlacement": False, "realtime": None})
    assert made(spec, host=measured.host("one-smt")).reserved == ()


def test_hostile_counts_are_refused_before_they_cost_anything():
    for cpu in ({"sockets": 2**31, "cores": 2**31}, {"sockets": 1, "maxSockets": 2**32 - 1}):
        assert "16384" in made(spec_of(cpu=cpu)).error
    spec = io("supplementalPool")
    spec["domain"]["ioThreads"] = {"supplementalPoolThreadCount": 2**32 - 1}
    assert "16384" in made(spec, Release(1, 5, 0)).error


def test_a_page_size_of_zero_is_a_panic_and_no_traceback():
    spec = spec_of(memory={"guest": "1Gi", "hugepages": {"pageSize": "0"}})
    assert made(spec).error == "panic: runtime error: integer divide by zero"


@given(st.text())
def test_any_text_comes_back_from_the_xml(text):
    read = ElementTree.fromstring(element("a", escape(text), b=text))
    assert read.get("b") == (read.text or "")
    legal = "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and ord(c) < 0xD800))
    if legal == text:
        assert read.get("b") == text


@settings(max_examples=300)
@given(CHANGES, st.sampled_from(RELEASES))
def test_any_value_anywhere_gives_a_preview_or_names_the_field(changes, release):
    spec = WHOLE
    for (_, path), odd in sorted(changes.items(), key=lambda change: change[0], reverse=True):
        spec = replaced(spec, path, odd)
    try:
        start = made(spec, release)
    except UnknownValue as unknown:
        assert unknown.path
        return
    assert isinstance(start, Preview)
    if start.domain is None:
        assert start.error
    else:
        ElementTree.fromstring(start.domain)


SMALL = st.integers(0, 3)


COUNTS = st.fixed_dictionaries({"sockets": SMALL, "cores": SMALL, "threads": st.integers(0, 2)})


@given(COUNTS, st.booleans(), st.booleans(), st.sampled_from(RELEASES))
def test_pins_keep_to_the_cpuset(counts, isolated, passthrough, release):
    spec = spec_of(
        cpu=counts
        | {"isolateEmulatorThread": isolated, "numa": {"guestMappingPassthrough": {}}}
        | ({} if passthrough else {"numa": None}),
    )
    start = made(spec, release, host=measured.host("two-smt"))
    if start.error is not None:
        assert "without crossing numa cell" in start.error
        return
    pinned = [*start.placement.vcpus, *start.placement.emulator]
    assert sorted(pinned) == sorted(set(pinned))
    assert set(pinned) <= set(start.cpuset)
    assert len(start.placement.vcpus) == len(found(start, "cputune/vcpupin"))
    if passthrough:
        listed = sorted(vcpu for cell in start.cells for vcpu in cell.vcpus)
        assert listed == list(range(len(start.placement.vcpus)))
        assert sum(cell.memory for cell in start.cells) == 4 * 2**30
