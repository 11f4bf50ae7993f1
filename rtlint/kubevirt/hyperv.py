"""What Hyper-V features pull in with them.

Source: kubevirt, pkg/virt-api/webhooks/hyperv.go (to v1.3), pkg/defaults/hyperv.go (from v1.4):
SetHypervFeatureDependencies; measured on v0.58.0 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.cluster import Cluster
    from rtlint.kubevirt.releases import Release

    # A field's path in the VMI spec, and its value.
    Setting = tuple[str, object]

BASE = "domain.features.hyperv"
_CPU_FEATURES = "domain.cpu.features"
# A feature and the one that it needs, in the webhook's order: a need may have needs of its own.
NEEDS = (
    ("evmcs", "vapic"),
    ("ipi", "vpindex"),
    ("tlbflush", "vpindex"),
    ("synictimer", "synic"),
    ("synic", "vpindex"),
)


def hyperv(fields: Fields, _release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """The Hyper-V features that those of the VMI need."""
    if not fields.has(BASE):
        return
    states = _states(fields)
    for name, need in NEEDS:
        if not states[name]:
            continue
        # The webhook leaves the rest alone where a need is switched off, and refuses the VMI.
        if states[need] is False:
            return
        if states[need] is None:
            states[need] = True
            yield f"{BASE}.{need}.enabled", True


def vmx(fields: Fields, release: Release, _cluster: Cluster) -> Iterator[Setting]:
    """The CPU feature that eVMCS needs, where `hyperv` found nothing that is switched off."""
    if not fields.has(f"{BASE}.evmcs"):
        return
    states = _states(fields)
    is_whole = all(states[need] for name, need in NEEDS if states[name])
    # To v0.58.0 one that is switched off counted, too.
    if is_whole and (states["evmcs"] or release < (0, 58, 1)):
        yield _CPU_FEATURES, _with_vmx(fields, release)


def _states(fields: Fields) -> dict[str, bool | None]:
    return {name: _state(fields, name) for pair in NEEDS for name in pair}


def _state(fields: Fields, name: str) -> bool | None:
    """Whether the feature is on; None where the VMI does not name it."""
    if not fields.has(f"{BASE}.{name}"):
        return None
    return fields.boolean(f"{BASE}.{name}.enabled") is not False


def _with_vmx(fields: Fields, release: Release) -> list[object]:
    """The CPU features with `vmx` required, whatever the VMI says of it; from v0.56 the first."""
    features = list(fields.items(_CPU_FEATURES))
    vmx = {"name": "vmx", "policy": "require"}
    places = [i for i, item in enumerate(features) if Fields(item).string("name") == "vmx"]
    for index in places if release < (0, 56) else places[:1]:
        features[index] = vmx
    return features if places else [*features, vmx]
