"""What is known of a VM that is previewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.kubevirt.admission import Cause
from rtlint.kubevirt.controller import template_to_vmi
from rtlint.kubevirt.conversion.preview import Preview, preview
from rtlint.kubevirt.workload import Workload
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rtlint.kubevirt.conversion.host import Host


# How libvirt's messages begin.
_LIBVIRT = ("invalid argument: ", "unsupported configuration: ", "XML error: ")


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
    def title(self) -> str:
        """Kind, namespace and name."""
        obj = self.workload.object
        name = obj.name or "without a name"
        return f"{obj.kind} {obj.namespace}/{name}" if obj.namespace else f"{obj.kind} {name}"


def make_preview(
    workload: Workload, *, host: Host | None = None, cpuset: Sequence[int] | None = None
) -> Previewed:
    """The preview of a workload whose spec is whole; `host` and `cpuset` as `preview` takes them.

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
        host=host,
        cpuset=cpuset,
    )
    return Previewed(workload, (*_conflicts(workload), *workload.causes), made)


def _conflicts(workload: Workload) -> Iterator[Cause]:
    """What VM and instancetype both say, in the words of the VirtualMachine's webhook."""
    if workload.effective is None:
        return
    for conflict in workload.effective.merged.conflicts:
        field = conflict.field.replace("spec.", f"{workload.spec_path}.", 1)
        message = f"VM field(s) {field} conflicts with selected instance type"
        yield Cause("instancetype-conflict", conflict.path, field, message)


def failing_step(preview: Preview) -> str:
    """Which of KubeVirt's steps `preview.error` comes from."""
    if preview.domain is None:
        return "virt-launcher makes no domain"
    if (preview.error or "").startswith(_LIBVIRT):
        return "libvirt refuses the domain"
    return "virt-handler sets no vCPU to SCHED_FIFO"
