"""The variables that the rules' CEL shares, each defined over those above it.

An object that KubeVirt's CRDs admit never makes one fail: what may be absent is read as optional,
int-or-string as text, and numbers are kept where arithmetic cannot overflow. What cannot be told
(a count out of KubeVirt's range, a quantity that is none, what an instancetype may say) has a
value of its own, which the rules take for "all is well": 0 for the number of vCPUs, a negative
number for an amount. Everything here is in Kubernetes v1.29 (apiserver, pkg/cel/environment).
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.cluster import PARITY_ANNOTATION
from rtlint.kubevirt.defaults import sets_memory_request
from rtlint.kubevirt.device_defaults import default_bus
from rtlint.kubevirt.hotplug import MAX_VCPUS, bounds_sockets
from rtlint.kubevirt.kinds import vmi_spec_path
from rtlint.lint.rule import cel_text
from rtlint.policy.mask import mask_variables
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.releases import Release


class Variable(NamedTuple):
    name: str
    expression: str


def shared_variables(release: Release) -> tuple[Variable, ...]:
    """All of them as a target release wants them."""
    steps = (
        _OBJECT,
        _cluster(release),
        _CPU,
        _sockets(release),
        mask_variables(),
        _memory(release),
        _devices(release),
    )
    return tuple(Variable(*pair) for step in steps for pair in step)


_VMI = "object.kind == 'VirtualMachineInstance'"
_POOL = "object.kind == 'VirtualMachinePool'"
_MACHINE = "object.spec.?virtualMachineTemplate.?spec"

# Where the VMI spec stands in each kind, and what of it counts. A template's metadata keeps
# whatever is written there, of any type.
_OBJECT = (
    ("path", f"{_VMI} ? 'spec' : {_POOL} ? '{vmi_spec_path('VirtualMachinePool')}' : "
             f"'{vmi_spec_path('VirtualMachine')}'"),
    ("metadataPath", "variables.path == 'spec' ? 'metadata' : "
                     "variables.path.substring(0, variables.path.size() - 5) + '.metadata'"),
    ("isMachine", f"{_POOL} || object.kind == 'VirtualMachine'"),
    ("machine", f"{_POOL} ? {_MACHINE}.orValue({{}}) : object.spec"),
    ("template", f"{_VMI} ? object : variables.machine.?template.orValue({{}})"),
    ("spec", "variables.template.?spec.orValue({})"),
    ("metadata", "type(variables.template.?metadata.orValue({})) == map ? "
                 "variables.template.?metadata.orValue({}) : {}"),
    ("annotations", "type(variables.metadata.?annotations.orValue({})) == map ? "
                    "variables.metadata.?annotations.orValue({}) : {}"),
    ("labels", "type(variables.metadata.?labels.orValue({})) == map ? "
               "variables.metadata.?labels.orValue({}) : {}"),
    ("outerAnnotations", f"{_VMI} ? [] : "
                         "[object.?metadata, object.spec.?virtualMachineTemplate.?metadata]"
                         ".map(each, each.orValue({})).filter(each, type(each) == map)"
                         ".map(each, each.?annotations.orValue({}))"
                         ".filter(each, type(each) == map)"),
    ("partial", "variables.isMachine && "
                "(has(variables.machine.instancetype) || has(variables.machine.preference))"),
    ("domain", "variables.spec.?domain.orValue({})"),
    ("cpu", "variables.domain.?cpu.orValue({})"),
    ("realtime", "has(variables.cpu.realtime)"),
    ("dedicated", "variables.cpu.?dedicatedCpuPlacement.orValue(false) == true"),
    ("isolated", "variables.cpu.?isolateEmulatorThread.orValue(false) == true"),
    ("passthrough", "variables.cpu.?numa.?guestMappingPassthrough.hasValue()"),
    ("memory", "variables.domain.?memory.orValue({})"),
    ("hugepages", "has(variables.memory.hugepages)"),
    ("requests", "variables.domain.?resources.?requests.orValue({})"),
    ("limits", "variables.domain.?resources.?limits.orValue({})"),
    ("devices", "variables.domain.?devices.orValue({})"),
    ("ioThreadsPolicy", "variables.domain.?ioThreadsPolicy.orValue('')"),
)  # fmt: skip


def _cluster(release: Release) -> tuple[tuple[str, str], ...]:
    """What the KubeVirt object says; without one, KubeVirt's own defaults."""
    return (
        ("cluster", "params == null ? {} : params.?spec.?configuration.orValue({})"),
        (
            "architecture",
            "variables.spec.?architecture.orValue('') != '' ? string(variables.spec.architecture) "
            ": params == null ? 'amd64' : params.?status.?defaultArchitecture.orValue('amd64')",
        ),
        ("liveUpdate", _live_update(release)),
        ("completesParity", _completes_parity() if release >= (1, 1, 1) else "false"),
    )


def _completes_parity() -> str:
    """As rtlint.kubevirt.vmi.mutated has it; on the KubeVirt object it needs a gate."""
    annotation = cel_text(PARITY_ANNOTATION)
    gates = "variables.cluster.?developerConfiguration.?featureGates.orValue([])"
    return (
        f"{annotation} in variables.annotations || (variables.isolated && 'AlignCPUs' in {gates} "
        f"&& params.?metadata.?annotations[?{annotation}].hasValue())"
    )


def _live_update(release: Release) -> str:
    """As rtlint.kubevirt.hotplug.live_update has it."""
    rollout = "variables.cluster.?vmRolloutStrategy.orValue('')"
    if release >= (1, 6):
        return f"{rollout} in ['', 'LiveUpdate']"
    gates = "variables.cluster.?developerConfiguration.?featureGates.orValue([])"
    if release >= (1, 5):
        return f"{rollout} == 'LiveUpdate'"
    return f"{rollout} == 'LiveUpdate' && 'VMLiveUpdateFeatures' in {gates}"


def _amount(owner: str, name: str) -> str:
    """A quantity as a number: 0.0 where it is absent, -1.0 where it is none.

    `isInteger` is no help: to Kubernetes neither `2000m` nor `1.5Gi` is one.
    """
    text = f"string({owner}.{name})"
    return (
        f"!has({owner}.{name}) ? 0.0 : "
        f"isQuantity({text}) ? quantity({text}).asApproximateFloat() : -1.0"
    )


def _rounded_up(number: str) -> str:
    """A number as an int, cut where doubles are no longer exact."""
    return (
        f"({number} > 9.0e15 ? 9000000000000000 : {number} < -9.0e15 ? -1 : "
        f"double(int({number})) < {number} ? int({number}) + 1 : int({number}))"
    )


_NAMES = "['sockets', 'cores', 'threads']"
_UINT32 = 2**32
_PRODUCT = " * ".join(
    f"(variables.topology[{i}] == 0 ? 1.0 : double(variables.topology[{i}]))" for i in range(3)
)

# The topology as setDefaultGuestCPUTopology leaves it; empty where it cannot be told.
_CPU = (
    ("cpuLimit", _amount("variables.limits", "cpu")),
    ("cpuRequestWritten", _amount("variables.requests", "cpu")),
    # A limit without a request is the request too.
    ("cpuRequest", "variables.cpuRequestWritten == 0.0 && variables.cpuLimit > 0.0 ? "
                   "variables.cpuLimit : variables.cpuRequestWritten"),
    ("cpuResource", f"has(variables.limits.cpu) ? {_rounded_up('variables.cpuLimit')} : "
                    "has(variables.requests.cpu) ? "
                    f"{_rounded_up('variables.cpuRequestWritten')} : 1"),
    ("counts", f"{_NAMES}.map(name, int(variables.cpu[?name].orValue(0)))"),
    ("isCounted", "variables.counts.exists(count, count != 0)"),
    ("topology", "(variables.isCounted || variables.partial ? variables.counts : "
                 f"[(variables.cpuResource % {_UINT32} + {_UINT32}) % {_UINT32}, 1, 1])"
                 f".filter(count, count >= 0 && count < {_UINT32} && (!variables.partial || "
                 f"{_NAMES}.all(name, name in variables.cpu)))"),
    ("vcpus", f"variables.topology.size() < 3 ? 0 : {_PRODUCT} > 9.0e15 ? 9000000000000000 : "
              f"int({_PRODUCT})"),
)  # fmt: skip


def _sockets(release: Release) -> tuple[tuple[str, str], ...]:
    """Whether the domain is built for more sockets than are plugged (setupCPUHotplug)."""
    most = "variables.maxSockets"
    return (
        ("maxSockets", "int(variables.cpu.?maxSockets.orValue(0))"),
        (
            "isBuiltForMore",
            "variables.topology.size() == 3 && variables.topology[0] > 0 && "
            f"({most} > 0 || variables.partial ? {most} > variables.topology[0] : "
            f"{_grows_by_itself(release)})",
        ),
    )


def _grows_by_itself(release: Release) -> str:
    """Whether KubeVirt sets more sockets than the VM has: four times as many, if not said."""
    if release < (1, 3):
        return "false"
    settings = "variables.cluster.?liveUpdateConfiguration"
    ratio = f"int({settings}.?maxHotplugRatio.orValue(0))"
    most = f"int({settings}.?maxCpuSockets.orValue(0))"
    sockets, cores, threads = (f"double(variables.topology[{i}])" for i in range(3))
    grows = f"{ratio} != 1"
    if bounds_sockets(release):
        # Where a socket more is past the bound, none is added.
        grows += f" && ({sockets} + 1.0) * {cores} * {threads} <= {MAX_VCPUS}.0"
    is_arm = " && variables.architecture != 'arm64'" if release >= (1, 5, 2) else ""
    return (
        f"variables.liveUpdate{is_arm} && ({most} > 0 ? {most} > variables.topology[0] : {grows})"
    )


def _memory(release: Release) -> tuple[tuple[str, str], ...]:
    """Memory in bytes; `guest` and `page` as written, `memoryRequest` as the webhook leaves it."""
    request = "variables.memoryWritten"
    if sets_memory_request(release):
        guest = (
            "has(variables.requests.memory) ? variables.memoryWritten : "
            "has(variables.memory.guest) ? (variables.guest < -1 ? 0 : variables.guest) : "
            "variables.page < 0 ? 0 : variables.page"
        )
        request = (
            "variables.memoryLimit > 0 ? (variables.memoryWritten == 0 ? variables.memoryLimit : "
            f"variables.memoryWritten) : {guest}"
        )
    page = _amount("variables.memory.hugepages", "pageSize")
    amounts = (
        ("guest", _amount("variables.memory", "guest")),
        ("page", f"!variables.hugepages ? 0.0 : ({page})"),
        ("memoryLimit", _amount("variables.limits", "memory")),
        ("memoryWritten", _amount("variables.requests", "memory")),
    )
    whole = [
        pair
        for name, expression in amounts
        for pair in (
            (f"{name}Amount", expression),
            (name, _rounded_up(f"variables.{name}Amount")),
        )
    ]
    in_pages = "variables.memoryRequest"
    if not sets_memory_request(release):
        in_pages += (
            " != 0 ? variables.memoryRequest : variables.guest != 0 ? variables.guest : "
            "variables.memoryLimit"
        )
    return (*whole, ("memoryRequest", request), ("inPages", in_pages))


def _devices(release: Release) -> Iterator[tuple[str, str]]:
    """Disks, with those that the webhook adds for volumes that have none."""
    yield "disks", "variables.devices.?disks.orValue([])"
    yield (
        "attached",
        "(variables.disks + variables.devices.?filesystems.orValue([]))"
        ".map(device, device.?name.orValue(''))",
    )
    yield (
        "bareVolumes",
        "variables.partial ? [] : variables.spec.?volumes.orValue([]).filter(volume, "
        "!has(volume.memoryDump) && !(volume.?name.orValue('') in variables.attached))",
    )
    yield "diskCount", "variables.disks.size() + variables.bareVolumes.size()"
    virtio = [each for each in ("arm64", "s390x") if default_bus(each, release) == "virtio"]
    yield "defaultBus", f"variables.architecture in {virtio} ? 'virtio' : 'sata'"
    count = "variables.domain.?ioThreads.?supplementalPoolThreadCount.orValue(0)"
    yield "poolThreads", f"int({count})" if release >= (1, 5) else "0"
