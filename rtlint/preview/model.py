"""What is known of a VM that is previewed."""

from __future__ import annotations

from collections.abc import Callable

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubernetes.objects import objects
from rtlint.kubernetes.plain import value_at
from rtlint.kubevirt.admission import Cause, heard
from rtlint.kubevirt.controller import template_to_vmi
from rtlint.kubevirt.conversion.preview import Preview, preview
from rtlint.kubevirt.definitions import spec_of
from rtlint.kubevirt.kinds import GROUPS, mapping_at
from rtlint.kubevirt.unknown import unknown_value
from rtlint.kubevirt.workload import Workload
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rtlint.kubevirt.conversion.host import Host
    from rtlint.kubevirt.instancetypes.requirements import Unmet
    from rtlint.lint.settings import Settings
    from rtlint.yaml.nodes import Document
    from rtlint.yaml.source import Source


# Of all VMs that are previewed at once: 100 bytes may make a domain of 16384 vCPUs, which has 2 MB.
MAX_THREADS = 2**17

# The step whose failure leaves the guest running.
SCHEDULING = "virt-handler sets no vCPU to SCHED_FIFO"
# How libvirt's messages begin.
_LIBVIRT = ("invalid argument: ", "unsupported configuration: ", "XML error: ")


class Node(NamedTuple):
    """What is known of the node: its host, the pCPUs that the pod gets, ascending, and those that
    the kubelet reserves. None is what has to be assumed.
    """

    host: Host | None = None
    cpuset: Sequence[int] | None = None
    reserved: Sequence[int] | None = None


class Previewed(NamedTuple):
    """A VM, why the webhook refuses it (empty: admitted), and what else comes of it."""

    workload: Workload
    admission: tuple[Cause, ...]
    preview: Preview

    @property
    def refused(self) -> bool:
        """Whether KubeVirt or libvirt refuses the VM, or fails on it."""
        return bool(self.admission) or self.preview.error is not None

    @property
    def name(self) -> str:
        """Namespace and name."""
        obj = self.workload.object
        name = obj.name or "without a name"
        return f"{obj.namespace}/{name}" if obj.namespace else name

    @property
    def title(self) -> str:
        """Kind, namespace and name."""
        return f"{self.workload.object.kind} {self.name}"


def virtual_machines(
    source: Source, documents: Iterable[Document | Unreadable], settings: Settings
) -> Iterator[Workload]:
    """The objects of a text that make VMs by themselves, as a preset and an instancetype do not."""
    for document in documents:
        if isinstance(document, Unreadable):
            continue
        for obj in objects(source, document, GROUPS):
            vm = settings.workload(obj)
            if vm is not None and not (vm.is_preset or vm.is_instancetype):
                yield vm


NodeOf = Callable[[Workload], Node]


def previews(vms: Iterable[Workload], node_of: NodeOf) -> Iterator[Previewed | str]:
    """The preview of each VM on its node, or why there is none, with its file."""
    threads = 0
    for vm in vms:
        if threads >= MAX_THREADS:
            yield (
                f"{_place(vm)}: not previewed, nor what follows: the VMs before it have {threads} "
                "vCPUs and I/O threads; preview fewer files at a time"
            )
            return
        try:
            found = previewed(vm, node_of(vm))
            if not isinstance(found, str) and found.preview.domain is not None:
                threads += vm.vmi.full_topology.vcpus + (vm.vmi.pool_threads or 0)
        except Exception as error:
            # No traceback ever reaches a user, and the other VMs are still shown.
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            found = f"{vm.object.source.path}: internal error: {what}"
        yield found


def previewed(vm: Workload, node: Node = Node()) -> Previewed | str:  # noqa: B008 - a tuple
    """A VM's preview, or why there is none, with its file and line."""
    why_not = unknown_rest(vm)
    if why_not is not None:
        return why_not
    try:
        return make_preview(vm, node)
    except UnknownValue as unknown:
        return unknown_value(vm.object, vm.at(unknown.path))


def unknown_rest(vm: Workload) -> str | None:
    """Why a VM's spec is not whole, with its file and line; None where it is."""
    if not vm.spec.partial:
        return None
    obj, place = vm.object, _place(vm)
    spec = mapping_at(obj.data, vm.virtual_machine_path) if vm.is_virtual_machine else {}
    if not any(spec.get(name) for name in ("instancetype", "preference", "flavor")):
        return (
            f"{place}: this is a Kustomize patch, a part of a VM, and has no preview; give what "
            "`kustomize build` prints"
        )
    return (
        f"{place}: the VM's instancetype or preference is not known, so its preview is not, "
        "either; name its file with --instancetypes"
    )


def _place(vm: Workload) -> str:
    obj = vm.object
    return f"{obj.source.path}:{obj.source.position(obj.node.start).line}"


def make_preview(workload: Workload, node: Node = Node()) -> Previewed:  # noqa: B008 - a tuple
    """The preview of a workload whose spec is whole.

    Raises UnknownValue where a field that counts holds a placeholder or a value of a wrong type.
    """
    spec = workload.spec.mapping("")
    if workload.is_virtual_machine:
        spec = template_to_vmi(spec, workload.release)
    made = preview(
        spec,
        workload.annotations,
        workload.release,
        workload.cluster,
        host=node.host,
        cpuset=node.cpuset,
        reserved=node.reserved,
    )
    # The webhook goes on only where it finds nothing.
    stages = (_conflicts(workload), _preference_refusals(workload), heard(workload.causes))
    admission = next(filter(None, map(tuple, stages)), ())
    return Previewed(workload, admission, made)


def _conflicts(workload: Workload) -> Iterator[Cause]:
    """What VM and instancetype both say, in the words of the VirtualMachine's webhook."""
    if workload.effective is None:
        return
    for conflict in workload.effective.merged.conflicts:
        field = conflict.field.replace("spec.", f"{workload.spec_path}.", 1)
        message = f"VM field(s) {field} conflicts with selected instance type"
        yield Cause("instancetype-conflict", conflict.path, field, message)


def _preference_refusals(workload: Workload) -> Iterator[Cause]:
    """What the preference asks for and the VM lacks, in the words of the VirtualMachine's webhook.

    Source: kubevirt v1.9.0, pkg/instancetype/preference: requirements/, validation/cpu.go.
    """
    effective = workload.effective
    if effective is None or effective.preference is None or workload.spec.partial:
        return
    from rtlint.kubevirt.instancetypes import indivisible, unmet_requirements

    given = effective.instancetype
    preference = spec_of(effective.preference, workload.release)
    instancetype = None if given is None else spec_of(given, workload.release)
    for unmet in unmet_requirements(preference, instancetype, workload.defaulted.mapping("")):
        path = unmet.paths[0] if unmet.paths else ""
        field = f"{workload.spec_path}.{path}" if path else "spec.instancetype"
        yield Cause("preference-requirements", path, field, _lacking(unmet))
    uneven = indivisible(value_at(instancetype, "cpu.guest"), preference)
    if uneven is not None:
        message = (
            f"{uneven.vcpus} vCPUs provided by the instance type are not divisible by the ratio of "
            f"{uneven.ratio} provided by the preference"
        )
        yield Cause("preference-spread", "", "instancetype.spec.cpu.guest", message)


def _lacking(unmet: Unmet) -> str:
    if unmet.resource == "architecture":
        return (
            f"preference requires architecture {unmet.required} but {unmet.provided} is being "
            "requested"
        )
    name, unit = ("CPU", " vCPU") if unmet.resource == "cpu" else ("Memory", "")
    source = "VirtualMachine" if unmet.paths else "instance type"
    return (
        f"insufficient {name} resources of {unmet.provided}{unit} provided by {source}, preference "
        f"requires {unmet.required}{unit}"
    )


def failing_step(preview: Preview) -> str:
    """Which of KubeVirt's steps `preview.error` comes from."""
    if preview.domain is None:
        return "virt-launcher makes no domain"
    if (preview.error or "").startswith(_LIBVIRT):
        return "libvirt refuses the domain"
    return SCHEDULING
