"""What every check of the validating webhook reads, and what it says."""

from __future__ import annotations

from rtlint.kubernetes.fields import Fields
from rtlint.kubernetes.quantity import Quantity
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import Release
from rtlint.tuples import NamedTuple


class Cause(NamedTuple):
    """One reason of the webhook to refuse a VM.

    `check` is the stable short name of what was checked. `path` is the field that the reason is
    about, relative to the VMI spec, and one that can stand in a manifest. `field` and `message`
    are the webhook's own: some of its fields do not exist. `gate` is the feature gate without
    which there is the reason, "" where there is none. `at_start`: only VMIs are checked for it, so
    that the object that makes them is admitted, and each VMI is refused when it starts.
    """

    check: str
    path: str
    field: str
    message: str
    gate: str = ""
    at_start: bool = False


class Vmi(NamedTuple):
    """A VMI spec on its way through the webhook.

    `written` is the spec as its author wrote it, `spec` the one that the mutating webhook made of
    it. `prefix` is the path of the spec in messages (`spec`, `spec.template.spec`).
    """

    written: Fields
    spec: Fields
    release: Release
    cluster: Cluster
    prefix: str

    def name(self, path: str) -> str:
        """The path as the webhook's messages name it."""
        return f"{self.prefix}.{path}"

    def cause(self, check: str, path: str, message: str, field: str | None = None) -> Cause:
        """A cause at `path`; `field` is relative too, and the same as `path` where not given."""
        return Cause(check, path, self.name(path if field is None else field), message)

    def present(self, path: str) -> bool:
        """Whether there is a mapping, an empty one too (`realtime: {}`)."""
        self.spec.mapping(path)
        return self.spec.has(path)

    def vcpus(self) -> int:
        """The vCPU count: the product of the counts that are set (GetNumberOfVCPUs)."""
        product = 1
        for count in ("cores", "sockets", "threads"):
            product *= self.spec.unsigned(f"domain.cpu.{count}") or 1
        return product

    def dedicated(self) -> bool:
        return bool(self.spec.boolean("domain.cpu.dedicatedCpuPlacement"))

    def source(self, *paths: str) -> str:
        """The first of the paths that its author wrote: there a finding belongs. Else the last."""
        return next((path for path in paths if self.written.has(path)), paths[-1])


def value(quantity: Quantity | None) -> int:
    """A quantity in whole units, rounded up; 0 where there is none, as in Go."""
    return 0 if quantity is None else quantity.value


def text(quantity: Quantity | None) -> str:
    """A quantity as the webhook prints it."""
    return "0" if quantity is None else str(quantity)
