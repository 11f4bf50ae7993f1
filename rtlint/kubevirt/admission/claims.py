"""The webhook's checks of resource claims, and of the devices that come by one (DRA).

Source: kubevirt/kubevirt, pkg/dra/admitter/dra_admitter.go, v1.6.0 to v1.9.0. v1.8 brought host
devices, and v1.8.3 the indexes that its messages name and pairs across kinds of devices.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known
from rtlint.kubernetes.names import against_label, against_subdomain
from rtlint.kubevirt.admission.vmi import DEVICES
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_CLAIMS = "resourceClaims"
_NAMES = ("resourceClaimName", "resourceClaimTemplateName")
_NIL = "panic: runtime error: invalid memory address or nil pointer dereference"


class _Kind(NamedTuple):
    """A kind of device: its list, what messages call one, its gate, whether one is like another."""

    name: str
    told: str
    gate: str
    is_uniform: bool

    @property
    def path(self) -> str:
        return f"{DEVICES}.{self.name}"


_GPUS = _Kind("gpus", "GPU", "GPUsWithDRA", True)
_HOST_DEVICES = _Kind("hostDevices", "HostDevice", "HostDevicesWithDRA", False)
# What has claimed a pair of claim and request: whose list, and the index there.
_Owners = dict[str, tuple[str, int]]


def claims(vmi: Vmi) -> Iterator[Cause]:
    """ValidateCreation"""
    if vmi.release >= (1, 8):
        yield from _claims(vmi)
    elif vmi.release >= (1, 6):
        yield from _gpus_alone(vmi)


def _gpus_alone(vmi: Vmi) -> Iterator[Cause]:
    """v1.6 and v1.7: GPUs alone, and no more after the first reason of most"""
    path = _GPUS.path
    # The webhook names the spec twice.
    field = f"spec.{path}"
    items = [Fields(item) for item in vmi.spec.items(path)]
    for i, gpu in enumerate(items):
        if _is_claimed(gpu):
            continue
        if not gpu.string("deviceName"):
            message = f"vmi.spec.{path} contains GPUs without deviceName"
            yield vmi.cause("device-name", f"{path}[{i}]", message, field)
            return
        if _has_claim(gpu):
            message = f"vmi.spec.{path} contains GPUs with both deviceName and claimRequest"
            yield vmi.cause("device-both", f"{path}[{i}]", message, field)
    claimed = [gpu for gpu in items if _is_claimed(gpu)]
    if claimed and vmi.lacks(_GPUS.gate):
        message = f"vmi.spec.{path} contains DRA enabled GPUs but feature gate is not enabled"
        yield vmi.gated("claims-gate", path, message, _GPUS.gate, field)
    elif any(not gpu.has("claimName") for gpu in claimed):
        yield vmi.cause("device-claim", path, _NIL)._replace(field="")
    elif not {gpu.string("claimName") or "" for gpu in claimed} <= _claim_names(vmi):
        message = f"vmi.spec.{_CLAIMS} must specify all claims used in vmi.spec.{path}"
        yield vmi.cause("claims-missing", _CLAIMS, message)


def _claims(vmi: Vmi) -> Iterator[Cause]:
    """validateCreationDRA, from v1.8"""
    yield from known(_resource_claims, vmi)
    owners: _Owners = {}
    used: set[str] = set()
    found = [(kind, *_of_devices(vmi, kind, used)) for kind in (_GPUS, _HOST_DEVICES)]
    for _, causes, _ in found:
        yield from causes
    for kind, _, firsts in found if vmi.release >= (1, 8, 3) else ():
        yield from _taken(vmi, f"{kind.told}s", kind.path, firsts, owners)
    if vmi.release >= (1, 9) and not vmi.lacks("NetworkDevicesWithDRA"):
        yield from _taken(vmi, "Networks", "networks", _of_networks(vmi), owners)
    if not used <= _claim_names(vmi):
        lists = " and ".join(f"vmi.spec.{kind.path}" for kind in (_GPUS, _HOST_DEVICES))
        message = f"vmi.spec.{_CLAIMS} must specify all claims used in {lists}"
        yield vmi.cause("claims-missing", _CLAIMS, message)


def _claim_names(vmi: Vmi) -> set[str]:
    return {Fields(item).string("name") or "" for item in vmi.spec.items(_CLAIMS)}


def _resource_claims(vmi: Vmi) -> Iterator[Cause]:
    """validateResourceClaims, from v1.9; v1.8 looks for the same name twice alone"""
    names: set[str] = set()
    for i, claim in enumerate(map(Fields, vmi.spec.items(_CLAIMS))):
        path = f"{_CLAIMS}[{i}]"
        name = claim.string("name") or ""
        yield from _against_name(vmi, f"{path}.name", name, names)
        names.add(name)
        if vmi.release >= (1, 9):
            yield from known(_object_of_claim, vmi, path, claim)


def _against_name(vmi: Vmi, path: str, name: str, names: set[str]) -> Iterator[Cause]:
    if not name and vmi.release >= (1, 9):
        yield vmi.cause("claim-name", path, f"{vmi.name(path)} is a required field")
    elif name in names:
        yield vmi.cause("claim-name", path, f'duplicate {_CLAIMS} name "{name}"')
    elif vmi.release >= (1, 9):
        reasons = ", ".join(against_label(name))
        if reasons:
            told = "does not conform to the kubernetes DNS_LABEL rules"
            yield vmi.cause("claim-name", path, f"{vmi.name(path)} {told}: {reasons}")


def _object_of_claim(vmi: Vmi, path: str, claim: Fields) -> Iterator[Cause]:
    """What the claim stands for: one object or one template of it."""
    given = [name for name in _NAMES if claim.has(name)]
    if len(given) > 1:
        message = f"at most one of {' or '.join(_NAMES)} may be specified"
        yield vmi.cause("claim-source", path, message)
    elif not given:
        yield vmi.cause("claim-source", path, f"must specify one of: {', '.join(_NAMES)}")
    for name in given:
        for reason in against_subdomain(claim.string(name) or ""):
            yield vmi.cause("claim-source", f"{path}.{name}", reason)


def _of_devices(vmi: Vmi, kind: _Kind, used: set[str]) -> tuple[list[Cause], dict[str, int]]:
    """validateDRADevices: causes and the first index of each pair; `used` gets the claims."""
    items = list(enumerate(map(Fields, vmi.spec.items(kind.path))))
    claimed = [(i, item) for i, item in items if _is_claimed(item)]
    given = [(i, item) for i, item in items if not _is_claimed(item)]
    listed = f"vmi.spec.{kind.path} contains"
    if kind.is_uniform and vmi.release >= (1, 8, 3) and claimed and given:
        told = f"both DRA and non-DRA {kind.told}s; each {kind.told} must be either DRA or non-DRA"
        return [vmi.cause("devices-mixed", kind.path, f"{listed} {told}")], {}
    causes = list(_by_name(vmi, kind, given))
    if claimed and vmi.lacks(kind.gate):
        message = f"{listed} DRA enabled {kind.told}s but feature gate is not enabled"
        causes.append(vmi.gated("claims-gate", kind.path, message, kind.gate))
        return causes, {}
    pairs, firsts = _pairs(vmi, kind, claimed)
    used.update(item.string("claimName") or "" for _, item in claimed if _is_whole(item))
    return causes + pairs, firsts


def _by_name(vmi: Vmi, kind: _Kind, given: list[tuple[int, Fields]]) -> Iterator[Cause]:
    """validateNonDRADevices"""
    listed = f"vmi.spec.{kind.path} contains {kind.told}s"
    for i, item in given:
        path = f"{kind.path}[{i}]"
        if not item.string("deviceName"):
            each = f"each {kind.told} must specify either a deviceName or a claimRequest"
            message = f"{listed} without deviceName or claimRequest; {each}"
            yield vmi.cause("device-name", path, message, kind.path)
        elif _has_claim(item):
            message = f"{listed} with both deviceName and claimRequest"
            yield vmi.cause("device-both", path, message, kind.path)


def _pairs(
    vmi: Vmi, kind: _Kind, claimed: list[tuple[int, Fields]]
) -> tuple[list[Cause], dict[str, int]]:
    firsts: dict[str, int] = {}
    absent, twice = [], []
    whole = 0
    for number, (i, item) in enumerate(claimed):
        path = f"{kind.path}[{i}]"
        # To v1.8.2 the webhook counts only such devices, and of these then the whole ones.
        counted, of_pair = (i, i) if vmi.release >= (1, 8, 3) else (number, whole)
        names = {name: item.string(name) or "" for name in ("claimName", "requestName")}
        empty = [name for name, value in names.items() if not value]
        for name in empty:
            message = f"{name} is required for DRA {kind.told}"
            field = f"{kind.path}[{counted}].{name}"
            absent.append((i, vmi.cause("device-claim", f"{path}.{name}", message, field)))
        if empty:
            continue
        whole += 1
        pair = "/".join(names.values())
        if firsts.setdefault(pair, i) < i:
            message = f'duplicate claimName/requestName pair "{pair}"'
            field = f"{kind.path}[{of_pair}]"
            twice.append((i, vmi.cause("device-pair", path, message, field)))
    # v1.8 looks at all for what is absent first.
    causes = absent + twice if vmi.release < (1, 9) else sorted(absent + twice, key=_index)
    return [cause for _, cause in causes], firsts


def _is_whole(item: Fields) -> bool:
    return bool(item.string("claimName") and item.string("requestName"))


def _index(found: tuple[int, Cause]) -> int:
    return found[0]


def _taken(
    vmi: Vmi, told: str, path: str, firsts: dict[str, int], owners: _Owners
) -> Iterator[Cause]:
    """mergeTupleSource: pairs that a device of another kind has claimed; `owners` keeps them."""
    for pair, i in firsts.items():
        if pair in owners:
            other, j = owners[pair]
            both = f"{other}[{j}] and {told}[{i}]"
            message = f'duplicate claimName/requestName pair "{pair}" between {both}'
            yield vmi.cause("device-pair", f"{path}[{i}]", message)
        owners.setdefault(pair, (told, i))


def _of_networks(vmi: Vmi) -> dict[str, int]:
    """ExtractDRANetworkClaimRequestTuples of pkg/network/vmispec"""
    firsts: dict[str, int] = {}
    for i, network in enumerate(map(Fields, vmi.spec.items("networks"))):
        names = [network.string(f"resourceClaim.{name}") for name in ("claimName", "requestName")]
        if all(names):
            firsts.setdefault("/".join(map(str, names)), i)
    return firsts


def _has_claim(device: Fields) -> bool:
    """In the API the request is no field of its own: its two fields stand in the device."""
    return device.has("claimName") or device.has("requestName")


def _is_claimed(device: Fields) -> bool:
    return not device.string("deviceName") and _has_claim(device)
