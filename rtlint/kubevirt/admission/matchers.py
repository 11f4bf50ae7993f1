"""The mutating webhook's checks of how a VirtualMachine names its instancetype and preference.

Source: kubevirt/kubevirt, to v1.4 pkg/virt-api/webhooks/mutating-webhook/mutators/vm-mutator.go,
from v1.5 pkg/instancetype/webhooks/vm/mutator.go (validateInstancetypeMatcher,
validatePreferenceMatcher), v0.59.0 to v1.9.0.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_POLICIES = ("Reject", "Ignore")


def matchers(vmi: Vmi) -> Iterator[Cause]:
    """It stops after the first that is wrong."""
    if vmi.release < (0, 59) or not vmi.is_of_machine:
        return
    for matcher in ("instancetype", "preference"):
        causes = list(known(_matcher, vmi, matcher))
        if causes:
            yield from causes
            return


def _matcher(vmi: Vmi, matcher: str) -> Iterator[Cause]:
    machine = vmi.machine
    assert machine is not None
    if not machine.has(matcher):
        return
    path, kind = f"{vmi.machine_path}.{matcher}", f"{matcher.capitalize()}Matcher"
    infers = machine.string(f"{matcher}.inferFromVolume")
    if not infers and not machine.string(f"{matcher}.name"):
        told = f"Either Name or InferFromVolume should be provided within the {kind}"
        yield vmi.cause_of_object("matcher", path, told)
    for field in ("name", "kind") if infers else ():
        if machine.string(f"{matcher}.{field}"):
            told = "already set, should be cleared before setting inferFromVolume"
            if vmi.release < (1, 7):
                told = f"should not be provided when InferFromVolume is used within the {kind}"
            told = f"{field.capitalize()} {told}"
            yield vmi.cause_of_object("matcher", f"{path}.{field}", told)
    policy = machine.string(f"{matcher}.inferFromVolumeFailurePolicy")
    if vmi.release >= (1, 0) and policy is not None and policy not in _POLICIES:
        told = f"Invalid value '{policy}' for InferFromVolumeFailurePolicy"
        at = f"{path}.inferFromVolumeFailurePolicy"
        yield vmi.cause_of_object("matcher-policy", at, told).with_allowed(policy, _POLICIES)
