"""What holds a VMI spec: one way from every kind to the domain that its VMs get."""

from __future__ import annotations

from functools import cached_property

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, Fields, UnknownValue, join_path, split_path
from rtlint.kubevirt.admission import admitted, as_read, submitted
from rtlint.kubevirt.defaults import default_spec
from rtlint.kubevirt.definitions import GROUP, NONE, effective, instancetype_vmi
from rtlint.kubevirt.ids import NO_IDS
from rtlint.kubevirt.kinds import LABELS_OF_MADE, VIRTUAL_MACHINE_SPECS, VMI_SPECS, mapping_at
from rtlint.kubevirt.mask import read_mask, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from rtlint.kubernetes.objects import Object
    from rtlint.kubevirt.admission import Cause, Submitted
    from rtlint.kubevirt.admission.again import Admission
    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.definitions import Definitions, Effective
    from rtlint.kubevirt.ids import Ids
    from rtlint.kubevirt.mask import Mask
    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.vmi import Vmi

# Releases before this one drop `instancetype`. They have flavors, which are not read: a VM with one
# may get from it what it lacks.
_INSTANCETYPES = (0, 56)
# A preset leaves to the VMI what it does not say: memory and volumes are found there.
_NEEDS_A_WHOLE_SPEC = frozenset(
    {
        "memory-missing",
        "numa-hugepages",
        "disk-without-volume",
        "interface-without-network",
        "masquerade-network",
        "macvtap-network",
        "passt-network",
        "passtBinding-network",
    }
)


class Workload:
    """An object that makes VMIs, as the target release and cluster take it.

    `spec` is the VMI spec, read by paths such as `domain.cpu.model`. `metadata_path` is None
    where the kind has no metadata for its VMIs (a preset).
    """

    def __init__(
        self,
        object: Object,
        spec_path: str,
        metadata_path: str | None,
        spec: Fields,
        release: Release,
        cluster: Cluster,
        effective: Effective | None = None,
    ) -> None:
        self.object = object
        self.spec_path = spec_path
        self.metadata_path = metadata_path
        self.spec = spec
        self.release = release
        self.cluster = cluster
        self.effective = effective

    def with_spec(self, spec: Fields) -> Workload:
        """The workload as it would be with another VMI spec."""
        paths = (self.spec_path, self.metadata_path)
        return Workload(self.object, *paths, spec, self.release, self.cluster, self.effective)

    def at(self, path: str) -> str:
        """A path within the VMI spec as a path within the object.

        Raises UnknownValue for what an instancetype does not say: the VM may.
        """
        if self.is_instancetype and self.effective is not None:
            origin = self.effective.merged.origin(path)
            if origin is None:
                raise UnknownValue(path)
            return origin.path
        return join_path(*split_path(self.spec_path), *split_path(path))

    def within(self, path: str) -> str | None:
        """A path within the object as one within the VMI spec; None where it is outside."""
        prefix = f"{self.spec_path}."
        return path.removeprefix(prefix) if path.startswith(prefix) else None

    @property
    def is_realtime(self) -> bool:
        """Whether `domain.cpu.realtime` is there and not null: `{}` counts (v0.47.1 on)."""
        try:
            return self.spec.has("domain.cpu.realtime")
        except UnknownValue:
            return False

    @property
    def is_preset(self) -> bool:
        return self.object.kind == "VirtualMachineInstancePreset"

    @property
    def is_instancetype(self) -> bool:
        """Whether this is no VM but what an instancetype gives to VMs."""
        return self.object.group == GROUP

    def place_of(self, cause: Cause) -> str:
        """Where in the object a cause of refusal belongs."""
        return cause.path if cause.of_object else self.at(cause.path)

    @property
    def virtual_machine_path(self) -> str:
        """Where the VirtualMachine's own spec stands, which names instancetype and preference."""
        return VIRTUAL_MACHINE_SPECS.get(self.object.kind, "")

    @property
    def has_instancetype(self) -> bool:
        """Whether an instancetype or a preference has a say in the VMI spec."""
        return self.spec.partial and not self.is_preset and not self.is_instancetype

    @property
    def is_virtual_machine(self) -> bool:
        """Whether a VirtualMachine makes the VMI, so that its controller has a say too."""
        return self.object.kind in VIRTUAL_MACHINE_SPECS

    @property
    def is_dedicated(self) -> bool:
        return self._is_set("domain.cpu.dedicatedCpuPlacement")

    @property
    def is_isolated(self) -> bool:
        """Whether the emulator thread gets a CPU of its own."""
        return self._is_set("domain.cpu.isolateEmulatorThread")

    def _is_set(self, path: str) -> bool:
        """A switch that is no pointer in KubeVirt's API: it takes false for absent."""
        is_set = self.spec.boolean(path) is True
        if not is_set and self.has_instancetype:
            raise UnknownValue(path)
        return is_set

    @property
    def annotations(self) -> dict[str, Any]:
        """The annotations that the VMI gets."""
        return self.metadata.mapping("annotations")

    @property
    def labels(self) -> dict[str, Any]:
        """The labels that the VMI gets from here."""
        return Fields(self.metadata.data).mapping("labels")

    @property
    def metadata(self) -> Fields:
        """The metadata that the VMI gets; an instancetype may add annotations."""
        path = self.metadata_path
        found = Fields(self.object.data).mapping(path) if path else {}
        if self.effective is not None:
            found = {**found, "annotations": self.effective.merged.annotations}
        return Fields(found, self.spec.partial)

    @cached_property
    def defaulted(self) -> Fields:
        """The VMI spec as the mutating webhook leaves it.

        What an instancetype or a preference may fill in is not defaulted: it comes first.
        """
        assert isinstance(self.spec.data, dict)
        data = self.spec.data
        if self.is_preset:
            # The VMI's own resources may say how many vCPUs it has.
            data = {**data, "domain": {**mapping_at(data, "domain"), "resources": PLACEHOLDER}}
        elif self.has_instancetype:
            return self.spec
        defaulted = default_spec(data, self.release, self.cluster)
        return Fields(defaulted, self.spec.partial, self.spec.whole)

    @cached_property
    def vmi(self) -> Vmi:
        """The VMI as virt-controller and virt-launcher take it."""
        from rtlint.kubevirt.vmi import mutated

        return mutated(self.defaulted, self.annotations, self.release, self.cluster)

    @cached_property
    def disks(self) -> list[Fields]:
        """The disks, with those that the webhook adds for volumes that have none."""
        return [Fields(disk) for disk in self.defaulted.items("domain.devices.disks")]

    @property
    def has_hotplug_topology(self) -> bool:
        """Whether the domain is built for more sockets than the VM starts with."""
        sockets = self.defaulted.unsigned("domain.cpu.sockets")
        return 0 < sockets < self.defaulted.unsigned("domain.cpu.maxSockets")

    @cached_property
    def vcpus(self) -> int:
        """How many vCPUs the VM starts with. Raises UnknownValue where that cannot be told."""
        product = 1
        for name in ("sockets", "cores", "threads"):
            product *= self.defaulted.unsigned(f"domain.cpu.{name}") or 1
        return product

    @cached_property
    def mask_text(self) -> str:
        """The mask as written; "" where there is none."""
        return Fields(self.spec.data).string("domain.cpu.realtime.mask") or ""

    @cached_property
    def mask(self) -> Mask:
        """The vCPU mask as the target release reads it."""
        return read_mask(self.mask_text, self.release)

    @property
    def realtime_vcpus(self) -> Ids:
        """The ids of the vCPUs that get SCHED_FIFO; none where the mask keeps it from all."""
        if refusal(self.mask, self.mask_text, self.vcpus, self.release) is not None:
            return NO_IDS
        return self.mask.enabled(self.vcpus)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Why the target release's webhook refuses the VMI.

        Where an instancetype or a preference has a say only those that these do not change.
        """
        return self._causes(admitted)

    def causes_as(self, before: Workload) -> tuple[Cause, ...]:
        """The same, where the workload is the one `before` with a change."""
        if not before._is_judged:
            return self.causes
        return self._causes(before._admission.causes_of)

    @cached_property
    def _admission(self) -> Admission:
        from rtlint.kubevirt.admission.again import Admission

        return Admission(self._submitted)

    def _causes(self, admitted: Callable[[Submitted], Iterable[Cause]]) -> tuple[Cause, ...]:
        if not self._is_judged:
            return ()
        causes = admitted(self._submitted)
        return tuple(c for c in causes if not (self.is_preset and c.check in _NEEDS_A_WHOLE_SPEC))

    @property
    def _is_judged(self) -> bool:
        """Whether enough is there to say what the webhooks do."""
        if self.has_instancetype:
            return self._is_whole_beside_spec
        return not self.is_instancetype

    @property
    def _submitted(self) -> Submitted:
        assert isinstance(self.spec.data, dict)
        defaulted = None if self.is_preset else self.defaulted.data
        assert defaulted is None or isinstance(defaulted, dict)
        return submitted(
            self.spec.data,
            self.release,
            self.cluster,
            self.spec_path,
            defaulted,
            *self._around,
            not self.has_instancetype,
        )

    @property
    def _is_whole_beside_spec(self) -> bool:
        """Whether all is there but what an instancetype says: not in a patch, nor with a flavor."""
        return self.is_virtual_machine and self.effective is not None

    @cached_property
    def judged(self) -> Any:
        """What of the object admission reads; workloads that have the same here fare alike."""
        return as_read(self.spec.data), *self._around

    @property
    def _around(self) -> tuple[Any, dict[str, Any] | None, dict[str, Any]]:
        """What admission reads beside the VMI spec: its metadata, its machine's spec, its owner."""
        try:
            metadata = self.metadata.data
        except UnknownValue:
            metadata = PLACEHOLDER
        machine = None
        if self.is_virtual_machine:
            machine = _without_template(mapping_at(self.object.data, self.virtual_machine_path))
        return metadata, machine, self._owner

    @property
    def _owner(self) -> dict[str, Any]:
        """What of the object admission reads; see admission.Vmi."""
        data = self.object.data
        owner = {"metadata": {"namespace": mapping_at(data, "metadata").get("namespace")}}
        maker = LABELS_OF_MADE.get(self.object.kind)
        if maker is None:
            return owner
        return {
            **owner,
            "spec": _without_template(mapping_at(data, "spec")),
            "labels": mapping_at(data, maker),
        }

    def refusals(self, *checks: str) -> Iterator[Cause]:
        """The causes of refusal that come from these checks of the webhook."""
        return (cause for cause in self.causes if cause.check in checks)


def _without_template(spec: dict[str, Any]) -> dict[str, Any]:
    templates = ("template", "virtualMachineTemplate")
    return {name: value for name, value in spec.items() if name not in templates}


def workload(
    obj: Object,
    release: Release,
    cluster: Cluster,
    definitions: Definitions = NONE,
    is_patch: bool = False,
) -> Workload | None:
    """The object as a workload, or None where it makes no VMIs, or nobody knows which.

    Of a patch all that is absent may be said by what it is merged into.

    A VM is what comes of it and its instancetype and preference. Its spec is partial where one of
    these is not known, or is a flavor; so is a preset's: of that KubeVirt takes `cpu` as a whole,
    and the rest field by field or not at all. An instancetype is a partial workload too: the VM
    has its say.
    """
    given = instancetype_vmi(obj, release)
    if given is not None:
        spec = Fields(given.merged.spec, partial=True)
        return Workload(obj, "spec", None, spec, release, cluster, given)
    paths = VMI_SPECS.get(obj.kind)
    if paths is None or obj.group == GROUP:
        return None
    try:
        data = Fields(obj.data).mapping(paths[0])
    except UnknownValue:
        return None
    if paths[1] is None:
        return Workload(obj, *paths, Fields(data, True, "domain.cpu"), release, cluster)
    if is_patch:
        return Workload(obj, *paths, Fields(data, partial=True), release, cluster)
    vm_spec = mapping_at(obj.data, VIRTUAL_MACHINE_SPECS.get(obj.kind, ""))
    annotations = mapping_at(obj.data, f"{paths[1]}.annotations")
    if release < _INSTANCETYPES and obj.kind in VIRTUAL_MACHINE_SPECS:
        has_flavor = bool(vm_spec.get("flavor") or vm_spec.get("preference"))
        return Workload(obj, *paths, Fields(data, partial=has_flavor), release, cluster)
    found = effective(vm_spec, data, annotations, obj.namespace, definitions, release)
    if found is None or obj.kind not in VIRTUAL_MACHINE_SPECS:
        return Workload(obj, *paths, Fields(data), release, cluster)
    merged, is_whole = found
    spec = Fields(merged.merged.spec, partial=not is_whole)
    return Workload(obj, *paths, spec, release, cluster, merged)
