"""The webhook's checks of a VMI's metadata, also of that in a VirtualMachine's template.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go (ValidateVirtualMachineInstanceMetadata), v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import join_path, known, split_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

# KubeVirt's own service accounts may set them (filterKubevirtLabels).
_RESERVED = (
    "kubevirt.io/created-by",
    "kubevirt.io/migrationJobUID",
    "kubevirt.io/nodeName",
    "kubevirt.io/migrationTargetNodeName",
    "kubevirt.io/schedulable",
    "kubevirt.io/install-strategy",
)
# Annotation -> the feature gate that it needs, and what the webhook calls that.
_GATED = {
    "kubevirt.io/ignitiondata": ("ExperimentalIgnitionSupport", "ExperimentalIgnitionSupport"),
    "hooks.kubevirt.io/hookSidecars": ("Sidecar", "sidecar"),
}
_THREADS = "kubevirt.io/multiThreadedQemuMigration"


def metadata(vmi: Vmi) -> Iterator[Cause]:
    for check in (_labels, _gates, _threads):
        yield from known(check, vmi)


def _labels(vmi: Vmi) -> Iterator[Cause]:
    labels = vmi.metadata.mapping("labels")
    found = [label for label in labels if label in _RESERVED]
    if found:
        message = (
            "creation of the following reserved kubevirt.io/ labels on a VMI object is prohibited"
        )
        cause = _cause(vmi, "reserved-label", "labels", found[0], message)
        yield cause._replace(instead=f"Remove {', '.join(f'`{label}`' for label in found)}.")


def _gates(vmi: Vmi) -> Iterator[Cause]:
    for annotation, (gate, named) in _GATED.items():
        if annotation in vmi.metadata.mapping("annotations") and vmi.lacks(gate):
            written = vmi.metadata.string(join_path("annotations", annotation))
            if written:
                told = f"{named} feature gate is not enabled in kubevirt-config, invalid entry"
                message = f"{told} {vmi.metadata_path}.annotations.{annotation}"
                cause = _cause(vmi, "annotation-gate", "annotations", annotation, message)
                yield cause._replace(gate=gate)


def _threads(vmi: Vmi) -> Iterator[Cause]:
    """From v1.0 to v1.4"""
    if not (1, 0) <= vmi.release < (1, 5) or _THREADS not in vmi.metadata.mapping("annotations"):
        return
    written = vmi.metadata.string(join_path("annotations", _THREADS)) or ""
    entry = f"invalid entry {vmi.metadata_path}.annotations.{_THREADS}"
    digits = written[1:] if written[:1] in ("+", "-") else written
    if not (digits.isascii() and digits.isdigit()):
        told = f'cannot parse {written} to int: strconv.Atoi: parsing "{written}": invalid syntax'
    elif not -(2**63) <= int(written) < 2**63:
        told = (
            f'cannot parse {written} to int: strconv.Atoi: parsing "{written}": value out of range'
        )
    elif int(written) <= 1:
        told = f"thread count ({written}) must be larger than 1."
        yield _cause(vmi, "migration-threads", "annotations", _THREADS, f"{told} {entry}")
        return
    else:
        return
    yield _cause(vmi, "migration-threads", "annotations", _THREADS, f"{told}, {entry}")


def _cause(vmi: Vmi, check: str, field: str, key: str, message: str) -> Cause:
    at = f"{vmi.metadata_path}.{field}"
    return vmi.cause_of_object(check, join_path(*split_path(at), key), message, at)
