"""`<features>` of the domain.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter/converter.go
(Convert_v1_Features_To_api_Features), from v1.8 compute/hypervisor_features.go; the defaults of
the fields: staging/src/kubevirt.io/api/core/v1/defaults.go.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.xml import element
from rtlint.kubevirt.unconvertible import lacks_passthrough_state
from rtlint.kubevirt.vmi import NIL_PANIC, ConversionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.vmi import Vmi

_HYPERV = (
    "relaxed", "vapic", "spinlocks", "vpindex", "runtime", "synic", "synictimer", "reset",
    "vendorid", "frequencies", "reenlightenment", "tlbflush", "ipi", "evmcs",
)  # fmt: skip
# What libvirt calls otherwise.
_TAGS = {"synictimer": "stimer", "vendorid": "vendor_id"}


def features_element(vmi: Vmi) -> str:
    """`<features>`, which every VMI has: the API's defaults fill in ACPI."""
    return element("features", *_features(vmi))


def _features(vmi: Vmi) -> Iterator[str]:
    spec = vmi.spec
    if _enabled(spec, "domain.features.acpi"):
        yield element("acpi")
    if spec.has("domain.features.apic") and _enabled(spec, "domain.features.apic"):
        yield element("apic")
    if spec.has("domain.features.hyperv"):
        yield element("hyperv", *_hyperv(spec))
    elif lacks_passthrough_state(spec, vmi.release):
        raise ConversionError(NIL_PANIC)
    elif spec.boolean("domain.features.hypervPassthrough.enabled"):
        yield element("hyperv", mode="passthrough")
    if spec.has("domain.features.smm") and _enabled(spec, "domain.features.smm"):
        yield element("smm")
    yield from _kvm(vmi)
    if spec.has("domain.features.pvspinlock"):
        yield element("pvspinlock", state=_state(spec, "domain.features.pvspinlock"))
    if vmi.pmu_off:
        yield element("pmu", state="off")
    if vmi.release >= (1, 5) and vmi.architecture == "amd64":
        yield element("vmport", state="off")


def _kvm(vmi: Vmi) -> Iterator[str]:
    parts = []
    if vmi.spec.has("domain.features.kvm"):
        hidden = vmi.spec.boolean("domain.features.kvm.hidden")
        parts.append(element("hidden", state="on" if hidden else "off"))
    if vmi.dedicated and _hints_dedicated(vmi):
        parts.append(element("hint-dedicated", state="on"))
    if parts:
        yield element("kvm", *parts)


def _hints_dedicated(vmi: Vmi) -> bool:
    if vmi.release < (1, 1):
        return vmi.release >= (0, 48)
    return vmi.architecture == "amd64"


def _hyperv(spec: Fields) -> Iterator[str]:
    base = "domain.features.hyperv"
    for field in _HYPERV:
        path, tag = f"{base}.{field}", _TAGS.get(field, field)
        if not spec.has(path):
            continue
        state = _state(spec, path)
        if field == "spinlocks":
            retries = spec.integer(f"{path}.spinlocks")
            yield element(tag, state=state, retries=4096 if retries is None else retries)
        elif field == "vendorid":
            yield element(tag, state=state, value=spec.string(f"{path}.vendorid") or None)
        elif field == "synictimer" and spec.has(f"{path}.direct"):
            yield element(tag, element("direct", state=_state(spec, f"{path}.direct")), state=state)
        else:
            yield element(tag, state=state)


def _enabled(spec: Fields, path: str) -> bool:
    return spec.boolean(f"{path}.enabled") is not False


def _state(spec: Fields, path: str) -> str:
    return "on" if _enabled(spec, path) else "off"
