"""The webhook's checks of how a VMI starts and leaves its node.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/
vmi-create-admitter.go (the functions that the checks name), v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

# The first release with each.
_EVICTION_STRATEGIES = {
    "LiveMigrate": (0, 47),
    "None": (0, 51),
    "External": (0, 53),
    "LiveMigrateIfPossible": (1, 0),
}


def start_strategy(vmi: Vmi) -> Iterator[Cause]:
    """validateStartStrategy"""
    path = "startStrategy"
    written = vmi.spec.string(path)
    if written is None:
        return
    if written != "Paused":
        told = f"{vmi.name(path)} is set with an unrecognized option: {written}"
        yield vmi.cause("start-strategy", path, told).with_allowed(written, ("Paused",))
    elif vmi.spec.has("livenessProbe"):
        told = f"either {vmi.name(path)} or {vmi.name('livenessProbe')} should be provided."
        message = f"{told}Pausing VMI with LivenessProbe is not supported"
        yield vmi.cause("start-strategy-probe", path, message)


def eviction(vmi: Vmi) -> Iterator[Cause]:
    """validateLiveMigration"""
    path = "evictionStrategy"
    strategy = vmi.spec.string(path)
    if strategy is None:
        return
    strategies = [name for name, since in _EVICTION_STRATEGIES.items() if vmi.release >= since]
    # To v0.52 any strategy needs the gate, but None, which came with v0.51.
    is_none = strategy == "None" and vmi.release >= (0, 51)
    migrates = strategy == "LiveMigrate" or (vmi.release < (0, 53) and not is_none)
    lacks_gate = migrates and vmi.release < (0, 56) and "LiveMigration" not in vmi.cluster.gates
    told = f"{vmi.name(path)} is set with an unrecognized option: {strategy}"
    message = "LiveMigration feature gate is not enabled" if lacks_gate else told
    if strategy not in strategies:
        # With the gate it is refused all the same.
        yield vmi.cause("eviction-strategy", path, message).with_allowed(strategy, strategies)
    elif lacks_gate:
        yield vmi.cause("eviction-gate", path, message)._replace(gate="LiveMigration")
