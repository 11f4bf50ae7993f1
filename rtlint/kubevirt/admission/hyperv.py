"""The webhook's checks of Hyper-V features: what one needs of the others, and of the CPU.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/hyperv.go, v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.hyperv import BASE, NEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_FEATURES = "domain.cpu.features"


def hyperv(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVirtualMachineInstanceHyperv"""
    if not vmi.present(BASE):
        return
    for check in (_needs, _vmx, _passthrough):
        yield from known(check, vmi)


def _needs(vmi: Vmi) -> Iterator[Cause]:
    # From v1.3 the path begins twice.
    base = f"{BASE}.{BASE}" if vmi.release >= (1, 3) else BASE
    states = _states(vmi)
    for name, need in NEEDS:
        if states[name] and not states[need]:
            field = f"{base}.{name}"
            told = f"requires '{vmi.name(f'{base}.{need}')}', which was disabled."
            message = f"'{vmi.name(field)}' {told}"
            yield vmi.cause("hyperv-need", f"{BASE}.{need}", message, field)


def _states(vmi: Vmi) -> dict[str, bool]:
    """What is on, of all at once: defaults turn on what does not say, where they can be told."""
    names = [name for pair in NEEDS for name in pair]
    return {name: _is_on(vmi, name) for name in names}


def _is_on(vmi: Vmi, name: str) -> bool:
    path = f"{BASE}.{name}"
    return vmi.spec.has(path) and vmi.spec.boolean(f"{path}.enabled") is not False


def _vmx(vmi: Vmi) -> Iterator[Cause]:
    """What eVMCS needs of the CPU; to v0.58.0 also where it is switched off"""
    path = f"{BASE}.evmcs"
    is_on = _states(vmi)["evmcs"]
    if not vmi.spec.has(path) or (vmi.release >= (0, 58, 1) and not is_on):
        return
    features = vmi.spec.items(_FEATURES)
    if not features:
        message = "vmx cpu feature is required when evmcs is set"
        yield _cause(vmi, path, message, _FEATURES)
    # Where one cannot be told, nor can it what the defaults made of the others.
    names = [Fields(feature).string("name") for feature in features]
    for i, name in enumerate(names):
        if name == "vmx" and Fields(features[i]).string("policy") != "require":
            message = "vmx cpu feature has to be set to require policy"
            field = f"{_FEATURES}[{i}].policy"
            yield _cause(vmi, field, message, field)


def _cause(vmi: Vmi, path: str, message: str, field: str) -> Cause:
    """The webhook knows no template here."""
    return vmi.cause("hyperv-vmx", path, message)._replace(field=f"spec.{field}")


def _passthrough(vmi: Vmi) -> Iterator[Cause]:
    """ValidateVirtualMachineInstanceHypervMode, from v1.3"""
    path = "domain.features.hypervPassthrough"
    if vmi.release >= (1, 3) and vmi.present(path):
        told = "Cannot explicitly set hyperV features if HypervPassthrough is being used."
        message = f"{told} Please use either HyperV or HypervPassthrough."
        yield vmi.cause("hyperv-passthrough", path, message, BASE)
