"""The webhook's check of a VirtualMachine's run strategy.

Source: kubevirt/kubevirt, pkg/virt-api/webhooks/validating-webhook/admitters/vms-admitter.go
(validateRunStrategy, before v1.1 ValidateVirtualMachineSpec), v0.47.1 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

# The first release with each.
_STRATEGIES = {
    "Always": (0, 47),
    "RerunOnFailure": (0, 47),
    "Manual": (0, 47),
    "Halted": (0, 47),
    "Once": (0, 51),
}
_OF_RECEIVERS, _GATE = "WaitAsReceiver", "DecentralizedLiveMigration"


def run_strategy(vmi: Vmi) -> Iterator[Cause]:
    assert vmi.machine is not None
    yield from known(_presence, vmi)
    strategy = vmi.machine.string("runStrategy")
    strategies = [name for name, since in _STRATEGIES.items() if vmi.release >= since]
    if strategy is None or strategy in strategies:
        return
    path, told = f"{vmi.machine_path}.runStrategy", f"Invalid RunStrategy ({strategy})"
    if strategy == _OF_RECEIVERS and vmi.release >= (1, 6):
        if vmi.lacks(_GATE):
            message = f"{told}, {_GATE} feature gate is not enabled in kubevirt resource"
            yield vmi.cause_of_object("run-strategy-gate", path, message)._replace(gate=_GATE)
        return
    cause = vmi.cause_of_object("run-strategy", path, told)
    yield cause.with_allowed(strategy, strategies)


def _presence(vmi: Vmi) -> Iterator[Cause]:
    """From v1.4 `running` is deprecated."""
    assert vmi.machine is not None
    has_running, has_strategy = vmi.machine.has("running"), vmi.machine.has("runStrategy")
    path = f"{vmi.machine_path}.running"
    if has_running and has_strategy:
        told = "Running and RunStrategy are mutually exclusive"
        if vmi.release >= (1, 4):
            told += ". Note that Running is deprecated, please use RunStrategy instead"
        cause = vmi.cause_of_object("running-and-run-strategy", path, told)
        yield cause._replace(instead="Remove `running`.")
    elif not has_running and not has_strategy:
        one = "" if vmi.release >= (1, 4) else "One of Running or "
        cause = vmi.cause_of_object(
            "run-strategy-missing", path, f"{one}RunStrategy must be specified"
        )
        yield cause._replace(instead="Write `runStrategy: Always`, or `Halted`.")
