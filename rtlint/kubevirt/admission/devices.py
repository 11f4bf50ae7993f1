"""The webhook's checks of devices that are no disks, and of I/O threads."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubevirt.admission.vmi import DEVICES, MUTATION, START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

POLICY = "domain.ioThreadsPolicy"
_INPUTS = f"{DEVICES}.inputs"
_SOUNDS = ("ich9", "ac97")
_PANIC_MODELS = ("hyperv", "isa", "pvpanic")


def clock(vmi: Vmi) -> Iterator[Cause]:
    """ValidateSchema, before all else: to v0.58 who writes the object anew says `timer: null`

    That is the mutating webhook; of what makes VMIs otherwise the controller, as it makes one.
    """
    path = "domain.clock"
    if vmi.release < (0, 59) and vmi.present(path) and not vmi.present(f"{path}.timer"):
        told = f'{vmi.name("domain.clock.timer")} in body must be of type object: "null"'
        is_mutated = vmi.prefix == "spec" or vmi.is_of_machine
        cause = vmi.cause("clock-timer", path, told)
        yield cause._replace(field="", stage=MUTATION if is_mutated else START)


def inputs(vmi: Vmi) -> Iterator[Cause]:
    """validateInputDevices"""
    yield from vmi.of_both(_inputs)


def _inputs(vmi: Vmi) -> Iterator[Cause]:
    for i, device in enumerate(map(Fields, vmi.spec.items(_INPUTS))):
        yield from known(_input_bus, vmi, i, device)
        yield from known(_input_type, vmi, i, device)


def _input_bus(vmi: Vmi, i: int, device: Fields) -> Iterator[Cause]:
    allowed = ("virtio", "usb")
    bus = device.string("bus")
    if bus and bus not in allowed:
        message = "Input device can have only virtio or usb bus."
        yield vmi.cause("input-bus", f"{_INPUTS}[{i}].bus", message).with_allowed(bus, allowed)


def _input_type(vmi: Vmi, i: int, device: Fields) -> Iterator[Cause]:
    kind = device.string("type")
    if kind != "tablet":
        message = "Input device can have only tablet type."
        cause = vmi.cause("input-type", f"{_INPUTS}[{i}].type", message)
        yield cause.with_allowed(kind or "", ("tablet",))


def io_threads(vmi: Vmi) -> Iterator[Cause]:
    """validateIOThreadsPolicy"""
    policy = vmi.spec.string(POLICY)
    if policy is None:
        return
    policies = ("shared", "auto", "supplementalPool")
    allowed = policies if vmi.release >= (1, 5) else policies[:2]
    if policy not in allowed:
        message = f"Invalid IOThreadsPolicy ({policy})"
        yield vmi.cause("io-threads-policy", POLICY, message).with_allowed(policy, allowed)
    elif policy == "supplementalPool":
        path = "domain.ioThreads.supplementalPoolThreadCount"
        if not vmi.spec.unsigned(path):
            told = "the number of iothreads needs to be set and positive for the dedicated policy"
            yield vmi.cause("io-threads-count", path, told, "domain.ioThreads.count")


def sound(vmi: Vmi) -> Iterator[Cause]:
    """validateSoundDevices, from v0.48"""
    path = f"{DEVICES}.sound"
    if vmi.release < (0, 48) or not vmi.present(path):
        return
    model = vmi.spec.string(f"{path}.model")
    if model and model not in _SOUNDS:
        message = "Sound device type is not supported. Options: 'ich9' or 'ac97'"
        cause = vmi.cause("sound-model", f"{path}.model", message, "Sound")
        yield cause.with_allowed(model, _SOUNDS)
    if not vmi.spec.string(f"{path}.name"):
        message = "Sound device requires a name field."
        yield vmi.cause("sound-name", f"{path}.name", message, "Sound")


def vsock(vmi: Vmi) -> Iterator[Cause]:
    """validateVSOCK"""
    path = f"{DEVICES}.autoattachVSOCK"
    # The field came with v0.59; before, the API server drops it.
    if vmi.release >= (0, 59) and vmi.lacks("VSOCK") and vmi.spec.boolean(path):
        message = "VSOCK feature gate is not enabled in kubevirt-config"
        yield vmi.gated("vsock-gate", path, message, "VSOCK")


def downward_metrics(vmi: Vmi) -> Iterator[Cause]:
    """validateDownwardMetrics, from v1.1"""
    path, gate = f"{DEVICES}.downwardMetrics", "DownwardMetrics"
    if vmi.release >= (1, 1) and vmi.spec.has(path) and vmi.lacks(gate):
        told = "downwardMetrics virtio serial is not allowed"
        message = f"{told}: {gate} feature gate is not enabled"
        yield vmi.gated("metrics-gate", path, message, gate)


def video(vmi: Vmi) -> Iterator[Cause]:
    """validateVideoConfig, from v1.6"""
    path, gate = f"{DEVICES}.video", "VideoConfig"
    if vmi.release < (1, 6) or not vmi.present(path):
        return
    if vmi.lacks(gate):
        told = f"Video configuration is specified but the {gate} feature gate is not enabled"
        yield vmi.gated("video-gate", path, told, gate, "video")
    elif vmi.spec.boolean(f"{DEVICES}.autoattachGraphicsDevice") is False:
        told = "Video configuration is not allowed when autoattachGraphicsDevice is set to false"
        yield vmi.cause("video-graphics", path, told, "video")


def panic_devices(vmi: Vmi) -> Iterator[Cause]:
    """validatePanicDevices, from v1.6"""
    path, gate = f"{DEVICES}.panicDevices", "PanicDevices"
    devices = vmi.spec.items(path)
    if vmi.release < (1, 6) or not devices:
        return
    if vmi.lacks(gate):
        message = "Panic Devices feature gate is not enabled in kubevirt-config"
        yield vmi.gated("panic-gate", path, message, gate)
        return
    architecture = vmi.spec.string("architecture")
    without = ("s390x", "ppc64le") if vmi.release < (1, 7) else ("s390x",)
    if architecture in without:
        message = f"custom panic devices are not supported on {architecture} architecture"
        yield vmi.cause("panic-architecture", path, message)
    for i, device in enumerate(map(Fields, devices)):
        yield from known(_panic_model, vmi, f"{path}[{i}].model", device)


def _panic_model(vmi: Vmi, path: str, device: Fields) -> Iterator[Cause]:
    model = device.string("model")
    if model is not None and model not in _PANIC_MODELS:
        message = f"invalid PanicDeviceModel({model})"
        yield vmi.cause("panic-model", path, message).with_allowed(model, _PANIC_MODELS)


def reboot_policy(vmi: Vmi) -> Iterator[Cause]:
    """validateRebootPolicy, from v1.8"""
    path, gate = "domain.rebootPolicy", "RebootPolicy"
    if vmi.release >= (1, 8) and vmi.spec.has(path) and vmi.lacks(gate):
        message = f"RebootPolicy is specified but the {gate} feature gate is not enabled"
        yield vmi.gated("reboot-policy-gate", path, message, gate)


def reserved_overhead(vmi: Vmi) -> Iterator[Cause]:
    """validateReservedOverheadMemlock, from v1.8"""
    path, gate = "domain.memory.reservedOverhead", "ReservedOverheadMemlock"
    if vmi.release >= (1, 8) and vmi.spec.has(path) and vmi.lacks(gate):
        message = "Reserved overhead memlock feature gate is not enabled in kubevirt-config"
        yield vmi.gated("reserved-overhead-gate", path, message, gate)


def service_account(vmi: Vmi) -> Iterator[Cause]:
    """validateServiceAccountName, from v1.9"""
    path = "serviceAccountName"
    name = vmi.spec.string(path)
    if vmi.release < (1, 9) or not name:
        return
    from rtlint.kubernetes.names import against_subdomain

    reasons = "; ".join(against_subdomain(name))
    if reasons:
        message = f"{vmi.name(path)} is not a valid service account name: {reasons}"
        yield vmi.cause("service-account-name", path, message)
    for volume in map(Fields, vmi.spec.items("volumes")):
        other = volume.string(f"serviceAccount.{path}") or ""
        if volume.has("serviceAccount") and other != name:
            both = f'spec.{path} "{name}" and serviceAccount volume "{other}"'
            message = f"{both} must reference the same service account"
            yield vmi.cause("service-account-volume", path, message)
            return
