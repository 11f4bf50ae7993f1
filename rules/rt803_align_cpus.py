"""The gate AlignCPUs, the annotation for even parity, or both are missing.

## Why
Kubelets with the CPU manager's option `full-pcpus-only` refuse a pod that asks for half a core.
From v1.1.1 KubeVirt can ask for a second CPU for an isolated emulator thread. For a whole cluster
that takes both: the feature gate AlignCPUs, and on the KubeVirt object the annotation
`alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity`, which the webhook copies to each VM. One of
them alone does nothing. HyperConverged writes both where its gate `alignCPUs` is on.

## Source
kubevirt/kubevirt v1.9.0, pkg/virt-api/webhooks/mutating-webhook/mutators/vmi-mutator.go (from
v1.1.1); kubevirt/hyperconverged-cluster-operator 03da3cff7, controllers/handlers/kubevirt.go.

## Wrong
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec:
  configuration:
    developerConfiguration:
      featureGates: [CPUManager, AlignCPUs]
```

## Right
```yaml
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata:
  name: kubevirt
  annotations:
    alpha.kubevirt.io/EmulatorThreadCompleteToEvenParity: ""
spec:
  configuration:
    developerConfiguration:
      featureGates: [CPUManager, AlignCPUs]
```

## Fix
Adds the one that is missing; both where kubelets of the run refuse a VM of it
(`--unsafe-fixes`: each VM of the cluster that isolates its emulator thread then takes a CPU more).
"""

from itertools import starmap

from rtlint.kubevirt.cluster import PARITY_ANNOTATION
from rtlint.kubevirt.hyperconverged import aligns_cpus
from rtlint.platform.model import Vm
from rtlint.platform.needs import GATES, few, further_gates, gates, is_written_by_operator, places
from rtlint.rule import (
    Context,
    Fields,
    Finding,
    Findings,
    Object,
    Rule,
    Set,
    join_path,
    safe,
    unsafe,
)

RULE = Rule("RT803", "align-cpus", "warning", "platform", "safe")

_GATE = "AlignCPUs"
_ANNOTATION = join_path("metadata", "annotations", PARITY_ANNOTATION)
_HYPERCONVERGED = "spec.featureGates"


def check(obj: Object, context: Context) -> Findings:
    platform = context.platform
    if platform is None or context.release < (1, 1, 1):
        return
    refused = _refused(platform.vms) if platform.gives_out_whole_cores else []
    if obj.kind == "HyperConverged":
        yield from _of_hyperconverged(Fields(obj.data), refused)
    elif obj.kind == "KubeVirt" and not is_written_by_operator(obj, platform):
        yield from _of_kubevirt(Fields(obj.data), refused)


def _refused(vms: tuple[Vm, ...]) -> list[Vm]:
    """The VMs that RT110 speaks of and a second emulator CPU would help."""
    return [vm for vm in vms if vm.is_isolated and vm.cpus is not None and vm.cpus % 2]


def _of_kubevirt(fields: Fields, refused: list[Vm]) -> Findings:
    has_gate, has_annotation = _GATE in gates(fields), fields.has(_ANNOTATION)
    annotate = Set(_ANNOTATION, "")
    if has_gate and not has_annotation:
        yield Finding(
            _ANNOTATION,
            f"The feature gate {_GATE} does nothing without the annotation `{PARITY_ANNOTATION}` "
            "on the KubeVirt object, which KubeVirt copies to the VMs. Add it.",
            safe("Add the annotation.", annotate),
        )
    elif has_annotation and not has_gate:
        yield Finding(
            _ANNOTATION,
            f"KubeVirt copies this annotation to the VMs only with the feature gate {_GATE}. Add "
            "the gate.",
            safe(f"Add `{_GATE}`.", *starmap(Set, further_gates(fields, _GATE))),
            on_key=True,
        )
    elif refused and not has_gate:
        yield Finding(
            GATES,
            f"{_why(refused)} Add the feature gate {_GATE} and the annotation "
            f"`{PARITY_ANNOTATION}`, so that KubeVirt asks for a second emulator CPU.",
            unsafe(
                "Add gate and annotation.", annotate, *starmap(Set, further_gates(fields, _GATE))
            ),
            related=places(refused, "asks for an odd number of CPUs."),
        )


def _of_hyperconverged(fields: Fields, refused: list[Vm]) -> Findings:
    spec = fields.mapping("spec")
    is_list = isinstance(spec.get("featureGates"), list)
    if not refused or aligns_cpus(fields):
        return
    path = f"{_HYPERCONVERGED}.alignCPUs"
    operation = Set(path, True)
    if is_list:
        path = _HYPERCONVERGED
        operation = Set(f"{path}[{len(fields.items(path))}]", {"name": "alignCPUs"})
    yield Finding(
        path,
        f"{_why(refused)} Turn on `alignCPUs`, so that KubeVirt asks for a second emulator CPU.",
        unsafe("Turn on `alignCPUs`.", operation),
        related=places(refused, "asks for an odd number of CPUs."),
    )


def _why(refused: list[Vm]) -> str:
    return (
        "Kubelets with `full-pcpus-only` refuse a pod with an odd number of CPUs where a core has "
        f"two threads: {few(refused)} cannot start there."
    )
