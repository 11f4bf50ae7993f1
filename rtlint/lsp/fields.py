"""What fields of a VMI spec do to a realtime VM, and which rules watch them."""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    effect: str
    rules: tuple[str, ...]
    values: tuple[str, ...] = ()


FIELDS = {
    "domain.cpu.realtime": Field(
        "Makes the VM realtime: its vCPU threads run with SCHED_FIFO, its PMU is off.",
        ("RT102", "RT103", "RT104", "RT301"),
    ),
    "domain.cpu.realtime.mask": Field(
        "Which vCPUs run with SCHED_FIFO, such as `1-3` or `0-3,^0`; without it all do.",
        ("RT201", "RT202", "RT203", "RT204", "RT205", "RT206", "RT207", "RT208"),
    ),
    "domain.cpu.model": Field(
        "The CPU that the guest sees. A realtime VM needs the host's own: no emulated feature "
        "costs time.",
        ("RT101",),
        ("host-passthrough", "host-model"),
    ),
    "domain.cpu.dedicatedCpuPlacement": Field(
        "Pins each vCPU to a CPU of its own. Without it nothing keeps others off the vCPU's CPU.",
        ("RT102",),
    ),
    "domain.cpu.isolateEmulatorThread": Field(
        "Gives QEMU's emulator thread a CPU of its own, so that it never runs on a vCPU's.",
        ("RT103",),
    ),
    "domain.cpu.numa.guestMappingPassthrough": Field(
        "The guest sees the host's NUMA cells, and its memory is on those of its CPUs.",
        ("RT104",),
    ),
    "domain.cpu.maxSockets": Field(
        "How many sockets can be plugged in while the VM runs; a realtime VM should have no more "
        "than it starts with.",
        ("RT107",),
    ),
    "domain.cpu.threads": Field("How many threads a core of the guest has.", ("RT106", "RT110")),
    "domain.cpu.features": Field(
        "CPU features that are promised or kept from the guest, such as the TSC deadline timer.",
        ("RT109",),
    ),
    "domain.memory.hugepages.pageSize": Field(
        "The size of the pages that hold the guest's memory; they are never swapped or moved.",
        ("RT301", "RT302", "RT305"),
        ("1Gi", "2Mi"),
    ),
    "domain.memory.guest": Field("How much memory the guest sees.", ("RT302", "RT303")),
    "domain.memory.maxGuest": Field("Up to which size memory can be plugged in.", ("RT304",)),
    "domain.ioThreadsPolicy": Field(
        "Which threads do disk I/O, and so whether it disturbs QEMU's main loop or the vCPUs.",
        ("RT405", "RT406", "RT407", "RT410"),
        ("auto", "shared", "supplementalPool"),
    ),
    "domain.devices.autoattachMemBalloon": Field(
        "The balloon takes memory back from the guest, which waits meanwhile.", ("RT401",)
    ),
    "domain.devices.autoattachGraphicsDevice": Field(
        "An emulated graphics card costs time in QEMU that nobody needs.", ("RT402",)
    ),
    "domain.devices.autoattachSerialConsole": Field("A console to log in by.", ("RT404",)),
    "evictionStrategy": Field(
        "What happens when the node is drained; a live migration stops a realtime guest.",
        ("RT501",),
        ("None", "LiveMigrate", "LiveMigrateIfPossible", "External"),
    ),
    "nodeSelector": Field("Which nodes the VM may run on.", ("RT503",)),
}
