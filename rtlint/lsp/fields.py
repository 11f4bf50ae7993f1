"""What fields of a VMI spec do to a realtime VM, and which rules watch them."""

from __future__ import annotations

from rtlint.tuples import NamedTuple


class Field(NamedTuple):
    """`effect` is said of the field, `rules` watch it; `values` are those that it takes, where
    the API names none."""

    effect: str
    rules: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


_DISK_BUS = Field(
    "How the guest reaches the disk. SATA and USB are emulated: each access stops a vCPU.",
    ("RT403", "RT408"),
    ("virtio", "scsi", "sata", "usb"),
)
_PROBE = Field(
    "Runs a program in the guest every period, which takes CPU time from the realtime work.",
    ("RT409",),
)

# By path in the VMI spec; `[]` is any item of a list.
FIELDS = {
    "domain.cpu.realtime": Field(
        "Makes the VM realtime: its vCPU threads run with SCHED_FIFO, its PMU is off. KubeVirt "
        "then requires dedicated CPUs, NUMA passthrough and hugepages.",
        ("RT100", "RT102", "RT103", "RT104", "RT301", "RT503"),
    ),
    "domain.cpu.realtime.mask": Field(
        "Which vCPUs run with SCHED_FIFO, such as `1-3` or `0-3,^0`; without it all do.",
        ("RT201", "RT202", "RT203", "RT204", "RT205", "RT206", "RT207", "RT208"),
    ),
    "domain.cpu.model": Field(
        "The CPU that the guest sees. A realtime VM needs the host's own: CPUID differences make "
        "timers and idle exit to the host.",
        ("RT101",),
        ("host-passthrough", "host-model"),
    ),
    "domain.cpu.dedicatedCpuPlacement": Field(
        "Pins each vCPU to a CPU of its own. Without it, other pods can use the vCPU's CPU.",
        ("RT102", "RT110"),
    ),
    "domain.cpu.isolateEmulatorThread": Field(
        "Gives QEMU's emulator thread a CPU of its own, so that it never runs on a vCPU's.",
        ("RT103", "RT110"),
    ),
    "domain.cpu.numa": Field(
        "The NUMA cells that the guest sees; a realtime VM needs the host's.", ("RT104",)
    ),
    "domain.cpu.numa.guestMappingPassthrough": Field(
        "The guest sees the host's NUMA cells, and its memory is on those of its CPUs.",
        ("RT104",),
    ),
    "domain.cpu.cores": Field(
        "How many cores a socket of the guest has; each of their threads is a vCPU. A realtime "
        "guest needs one for housekeeping beside those that keep deadlines.",
        ("RT108", "RT701", "RT703"),
    ),
    "domain.cpu.sockets": Field(
        "How many sockets the guest has; each thread of their cores is a vCPU.",
        ("RT108", "RT701", "RT703"),
    ),
    "domain.cpu.threads": Field(
        "How many threads a core of the guest has. Two vCPUs that share a core disturb each other.",
        ("RT106", "RT701", "RT703"),
    ),
    "domain.cpu.maxSockets": Field(
        "How many sockets can be plugged in while the VM runs; a realtime VM should have no more "
        "than it starts with: a hot-plugged vCPU never gets SCHED_FIFO.",
        ("RT107",),
    ),
    "domain.cpu.features": Field(
        "CPU features that the guest must, may or must not have, such as the TSC deadline timer.",
        ("RT109",),
    ),
    "domain.cpu.features[].policy": Field(
        "Whether the guest gets the feature: `require` also keeps the VM off nodes without it.",
        ("RT109",),
        ("force", "require", "optional", "disable", "forbid"),
    ),
    "domain.memory.hugepages": Field(
        "Backs the guest's memory with pages that are set aside at boot; they are never swapped "
        "or moved. A realtime VM needs them.",
        ("RT301",),
    ),
    "domain.memory.hugepages.pageSize": Field(
        "The size of the pages that hold the guest's memory. The larger they are, the fewer "
        "misses of the TLB delay a vCPU.",
        ("RT301", "RT302", "RT305"),
        ("1Gi", "2Mi"),
    ),
    "domain.memory.guest": Field(
        "How much memory the guest sees: a whole number of hugepages, and no more than the pod "
        "asks for.",
        ("RT302", "RT303", "RT701", "RT703"),
    ),
    "domain.memory.maxGuest": Field(
        "Up to which size memory can be plugged in. Such memory is on no NUMA cell of the host's "
        "and in no page set aside at boot.",
        ("RT304",),
    ),
    "domain.resources.requests.cpu": Field(
        "How many CPUs the pod asks for. With dedicated CPUs it is the number of vCPUs, or absent.",
        ("RT105", "RT108"),
    ),
    "domain.resources.limits.cpu": Field(
        "How many CPUs the pod gets. With dedicated CPUs it is the number of vCPUs, or absent.",
        ("RT105",),
    ),
    "domain.resources.requests.memory": Field(
        "How much memory the pod asks for, in hugepages if the VM has them. If it is less than "
        "the guest's memory, the VM does not start.",
        ("RT302", "RT303", "RT305"),
    ),
    "domain.resources.limits.memory": Field(
        "How much memory the pod gets. With dedicated CPUs it equals the request.",
        ("RT302", "RT303", "RT305"),
    ),
    "domain.ioThreadsPolicy": Field(
        "Which threads do disk I/O, and so whether it disturbs QEMU's main loop or the vCPUs.",
        ("RT405", "RT407", "RT410"),
        ("auto", "shared", "supplementalPool"),
    ),
    "domain.ioThreads.supplementalPoolThreadCount": Field(
        "How many threads of the pool do disk I/O; each takes a CPU of the pod beside the vCPUs.",
        ("RT406", "RT411"),
    ),
    "domain.devices.autoattachMemBalloon": Field(
        "The balloon's statistics wake the guest, and the host can take memory from it.", ("RT401",)
    ),
    "domain.devices.autoattachGraphicsDevice": Field(
        "An emulated graphics card. Each access to it stops a vCPU.", ("RT402",)
    ),
    "domain.devices.autoattachSerialConsole": Field(
        "A console to log in by, which needs no graphics card.", ("RT404",)
    ),
    "domain.devices.autoattachInputDevice": Field(
        "A tablet on USB, whose controller wakes QEMU's threads all the time.", ("RT403",)
    ),
    "domain.devices.clientPassthrough": Field(
        "USB redirection, whose controllers wake QEMU's threads all the time.", ("RT403",)
    ),
    "domain.devices.inputs[].bus": Field(
        "How the guest reaches the input device. Without it that is USB, whose controller wakes "
        "QEMU's threads all the time.",
        ("RT403",),
        ("virtio", "usb"),
    ),
    "domain.devices.disks[].disk.bus": _DISK_BUS,
    "domain.devices.disks[].lun.bus": _DISK_BUS,
    "domain.devices.disks[].cdrom.bus": Field(
        "How the guest reaches the CD-ROM. A USB controller wakes QEMU's threads all the time.",
        ("RT403",),
        ("sata", "scsi", "usb"),
    ),
    "domain.devices.disks[].dedicatedIOThread": Field(
        "Gives the disk an I/O thread of its own, which needs a CPU besides those of the vCPUs.",
        ("RT405",),
    ),
    "domain.devices.interfaces[].model": Field(
        "The network card that the guest sees. All except virtio are emulated: each access stops "
        "a vCPU.",
        ("RT408",),
        ("virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139"),
    ),
    "domain.devices.sound": Field(
        "An emulated sound card, which brings periodic timers and stops a vCPU at each access.",
        ("RT408",),
    ),
    "livenessProbe.exec": _PROBE,
    "readinessProbe.exec": _PROBE,
    "evictionStrategy": Field(
        "What happens when the node is drained. A VM that arrives by live migration has no "
        "SCHED_FIFO any more.",
        ("RT501",),
        ("None", "LiveMigrate", "LiveMigrateIfPossible", "External"),
    ),
    "nodeSelector": Field(
        "Which nodes the VM may run on; KubeVirt itself adds the label of those that can run "
        "realtime VMs.",
        ("RT503",),
    ),
    'nodeSelector["kubevirt.io/realtime"]': Field(
        "The label of nodes that can run realtime VMs. KubeVirt selects it by itself; its value "
        "differs between releases.",
        ("RT503",),
    ),
}
