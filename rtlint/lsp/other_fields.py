"""What fields outside of the VMI spec do to a realtime VM, and which rules watch them."""

from __future__ import annotations

from rtlint.kubevirt.instancetypes.instancetype import COPIED
from rtlint.lsp.fields import FIELDS, Field

# By path in the spec of a VirtualMachine.
VIRTUAL_MACHINE_FIELDS = {
    "running": Field("Replaced by `runStrategy`, which says the same and more.", ("RT504",)),
    "instancetype": Field(
        "Where the VM's CPUs and memory come from; it may make the VM realtime.",
        ("RT701", "RT702"),
    ),
    "instancetype.inferFromVolume": Field(
        "The volume whose labels name the instancetype; what it is shows only in the cluster.",
        ("RT702",),
    ),
    "instancetype.kind": Field(
        "Whether the instancetype is the cluster's (the default) or the namespace's.",
        ("RT702",),
        ("VirtualMachineClusterInstancetype", "VirtualMachineInstancetype"),
    ),
    "instancetype.name": Field(
        "The instancetype that gives the VM its CPUs and memory.", ("RT702",)
    ),
    "preference": Field(
        "What the VM gets where neither it nor its instancetype says otherwise.", ("RT702", "RT703")
    ),
    "preference.name": Field(
        "The preference that fills in what the VM does not say.", ("RT702", "RT703")
    ),
}

# By path in the spec of an instancetype. What it copies into the VMI spec does there what it does.
INSTANCETYPE_FIELDS = {
    **{
        theirs + path.removeprefix(ours): field
        for theirs, ours in COPIED.items()
        for path, field in FIELDS.items()
        if path == ours or path.startswith((f"{ours}.", f"{ours}["))
    },
    "cpu.guest": Field(
        "How many vCPUs the VM gets; a preference says whether as cores, sockets or threads. A "
        "realtime guest needs one for housekeeping beside those that keep deadlines.",
        ("RT108", "RT701"),
    ),
    "memory.guest": FIELDS["domain.memory.guest"],
    "memory.overcommitPercent": Field(
        "How much more memory the guest sees than the pod asks for. Hugepages cannot be "
        "overcommitted."
    ),
}

_PREFERRED = {
    "cpu.preferredCPUFeatures": "domain.cpu.features",
    "cpu.preferredCPUFeatures[].policy": "domain.cpu.features[].policy",
    "devices.preferredAutoattachGraphicsDevice": "domain.devices.autoattachGraphicsDevice",
    "devices.preferredAutoattachInputDevice": "domain.devices.autoattachInputDevice",
    "devices.preferredAutoattachMemBalloon": "domain.devices.autoattachMemBalloon",
    "devices.preferredAutoattachSerialConsole": "domain.devices.autoattachSerialConsole",
    "devices.preferredCdromBus": "domain.devices.disks[].cdrom.bus",
    "devices.preferredDiskBus": "domain.devices.disks[].disk.bus",
    "devices.preferredDiskDedicatedIoThread": "domain.devices.disks[].dedicatedIOThread",
    "devices.preferredInputBus": "domain.devices.inputs[].bus",
    "devices.preferredInterfaceModel": "domain.devices.interfaces[].model",
    "devices.preferredLunBus": "domain.devices.disks[].lun.bus",
    "devices.preferredSoundModel": "domain.devices.sound",
}

# By path in the spec of a preference.
PREFERENCE_FIELDS = {
    **{theirs: FIELDS[ours] for theirs, ours in _PREFERRED.items()},
    "cpu.preferredCPUTopology": Field(
        "Whether the instancetype's vCPUs are the guest's cores, sockets or threads.", ("RT703",)
    ),
    "requirements.cpu.guest": Field("How many vCPUs a VM needs at least.", ("RT703",)),
    "requirements.memory.guest": Field("How much memory a VM needs at least.", ("RT703",)),
}

_CRIO = ("RT502",)
_ARE_LEFT_ALONE = "On CRI-O, where it is `disable` on the metadata that the VMI gets, "

# By name of an annotation.
ANNOTATIONS = {
    "cpu-load-balancing.crio.io": Field(
        f"{_ARE_LEFT_ALONE}the kernel moves no other threads onto the vCPUs' CPUs.", _CRIO
    ),
    "cpu-quota.crio.io": Field(f"{_ARE_LEFT_ALONE}no CFS quota stops the vCPUs.", _CRIO),
    "irq-load-balancing.crio.io": Field(
        f"{_ARE_LEFT_ALONE}devices' interrupts stay away from the vCPUs' CPUs.", _CRIO
    ),
    "alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity": Field(
        "KubeVirt, from v1.1.1, asks for a second emulator CPU where the pod's would be an odd "
        "number.",
        ("RT110", "RT803"),
    ),
    "kubeletconfig.experimental": Field(
        "Further settings of the kubelet, as JSON. What the profile is about is overwritten.",
        ("RT817",),
    ),
    "performance.openshift.io/dra-resource-management": Field(
        "Turns the kubelet's CPU, memory and topology managers off.", ("RT817",), ("false",)
    ),
    "rtlint.io/ignore": Field(
        "The rules whose findings on this resource are accepted.", ("RT003",)
    ),
}
