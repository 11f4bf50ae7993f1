"""What every check of the validating webhook reads, and what it says."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubernetes.plain import with_value
from rtlint.kubernetes.quantity import Quantity
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.gates import is_on
from rtlint.kubevirt.releases import Release
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Final

DEVICES: Final = "domain.devices"
DISKS: Final = f"{DEVICES}.disks"

Stage = int
# A webhook answers with the reasons of the first stage that has any. Of a VMI all are one.
MUTATION: Final = 0
GATES: Final = 1
CREATION: Final = 2
SPEC: Final = 3
STORAGE: Final = 4
START: Final = 5


class Cause(NamedTuple):
    """One reason of the webhook to refuse a VM.

    `check` is the stable short name of what was checked. `path` is the field that the reason is
    about, and one that can stand in a manifest: relative to the VMI spec, or, where it is
    `of_object`, to the object. `field` and `message` are the webhook's own: some of its fields do
    not exist. `gate` is the feature gate without which there is the reason, "" where there is none.
    `instead` says what to write, a sentence; `right` is the one value that can be meant at `path`.
    `is_last`: the webhook looks at nothing more of the VMI spec.
    """

    check: str
    path: str
    field: str
    message: str
    gate: str = ""
    stage: Stage = SPEC
    of_object: bool = False
    instead: str = ""
    right: str | None = None
    is_last: bool = False

    @property
    def at_start(self) -> bool:
        """Whether the object is admitted, and each VMI that it makes is refused as it starts."""
        return self.stage == START

    def with_allowed(self, written: str, allowed: Sequence[str]) -> Cause:
        """The cause with what to write instead of a value, of those that the release takes."""
        same = [value for value in allowed if value.lower() == written.lower()]
        if len(same) == 1 and same[0] != written:
            return self._replace(instead=f"Write `{same[0]}`.", right=same[0])
        if len(allowed) == 1:
            return self._replace(instead=f"Write `{allowed[0]}`.")
        from difflib import get_close_matches

        near = get_close_matches(written, allowed, n=1)
        *values, last = (f"`{value}`" for value in allowed if value)
        listed = f"{', '.join(values)} or {last}" if values else last
        meant = f"Did you mean `{near[0]}`? " if near and near[0] else ""
        return self._replace(instead=f"{meant}Use {listed}.")


class Vmi(NamedTuple):
    """A VMI spec on its way through the webhook.

    `written` is the spec as its author wrote it, `spec` the one that the mutating webhook made of
    it. `prefix` is the path of the spec in messages (`spec`, `spec.template.spec`). `metadata` is
    the VMI's, `machine` the spec of the VirtualMachine that makes it. `owner` is what else of the
    object is read: its namespace, and of a replica set or a pool its own `spec` and the `labels`
    of what it makes.
    """

    written: Fields
    spec: Fields
    release: Release
    cluster: Cluster
    prefix: str
    metadata: Fields = Fields({})
    machine: Fields | None = None
    owner: Fields = Fields({})

    def name(self, path: str) -> str:
        """The path as the webhook's messages name it."""
        return f"{self.prefix}.{path}"

    def cause(self, check: str, path: str, message: str, field: str | None = None) -> Cause:
        """A cause at `path`; `field` is relative too, and the same as `path` where not given."""
        return Cause(check, path, self.name(path if field is None else field), message)

    def gated(
        self, check: str, path: str, message: str, gate: str, field: str | None = None
    ) -> Cause:
        """A cause that there is only for want of a feature gate."""
        return self.cause(check, path, message, field)._replace(gate=gate)

    def as_in_template(self) -> Vmi | None:
        """The VMI as the webhook of what makes it takes it; None where that is no other.

        From v0.59 to v1.3 that of a VirtualMachine sets every default first, from v1.4
        (SetDefaultVirtualMachineInstanceSpec of pkg/defaults) none of devices.
        """
        is_whole = self.is_defaulted and self.release < (1, 4)
        if self.prefix == "spec" or is_whole:
            return None
        disks = self.written.items(DISKS)
        if self.is_defaulted:
            # Those for volumes that have none.
            added = self.spec.items(DISKS)[len(disks) :]
            disks = disks + [{"name": disk["name"]} for disk in added]
        devices = {**self.written.mapping(DEVICES), "disks": disks}
        if devices == self.spec.mapping(DEVICES):
            return None
        return self._replace(spec=Fields(with_value(self.spec.data, DEVICES, devices)))

    def of_both(self, check: Callable[[Vmi], Iterator[Cause]]) -> Iterator[Cause]:
        """What the webhook of what makes the VMI says, and then what only the VMI's own does."""
        template = self.as_in_template()
        said = tuple(known(check, self if template is None else template))
        yield from said
        if template is not None:
            for cause in known(check, self):
                if cause not in said:
                    yield cause._replace(stage=START)

    @property
    def metadata_path(self) -> str:
        """Where the metadata stands in the object, and in messages."""
        return f"{self.prefix.removesuffix('spec')}metadata"

    @property
    def machine_path(self) -> str:
        """Where the spec of the VirtualMachine stands in the object."""
        return self.prefix.removesuffix(".template.spec")

    def cause_of_object(
        self, check: str, path: str, message: str, field: str | None = None
    ) -> Cause:
        """A cause at a path in the object; `field` is what the webhook names, if another."""
        return Cause(check, path, path if field is None else field, message, of_object=True)

    @property
    def is_of_machine(self) -> bool:
        """Whether a VirtualMachine is checked, and not a pool that makes such."""
        return self.machine is not None and self.machine_path == "spec"

    @property
    def is_defaulted(self) -> bool:
        """Whether the webhook sees the spec with its defaults.

        Those of replica sets and pools do not, nor does that of a VirtualMachine to v0.58.
        """
        return self.prefix == "spec" or (self.is_of_machine and self.release >= (0, 59))

    def lacks(self, gate: str) -> bool:
        """Whether the feature gate is off."""
        return not is_on(gate, self.release, self.cluster)

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


class OfItem(NamedTuple):
    """A check of an item of a list: it says something only where the item has one of the `fields`,
    of none always. A test holds that.
    """

    run: Callable[..., Iterator[Cause]]
    fields: frozenset[str] = frozenset()


def about(run: Callable[..., Iterator[Cause]], *fields: str) -> OfItem:
    return OfItem(run, frozenset(fields))


def of_item(checks: Iterable[OfItem], vmi: Vmi, i: int, item: Fields, *more: object) -> list[Cause]:
    """What the checks say of a list's item; most items have few of the fields that there are."""
    data = item.data if type(item.data) is dict else ()
    found = []
    for check, fields in checks:
        if not fields or not fields.isdisjoint(data):
            found += known(check, vmi, i, item, *more)
    return found


def value(quantity: Quantity | None) -> int:
    """A quantity in whole units, rounded up; 0 where there is none, as in Go."""
    return 0 if quantity is None else quantity.value


def text(quantity: Quantity | None) -> str:
    """A quantity as the webhook prints it."""
    return "0" if quantity is None else str(quantity)
