"""The webhook's checks of access credentials."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.admission.vmi import Cause, Vmi

_PATH = "accessCredentials"
_KINDS = ("sshPublicKey", "userPassword")
# How a key gets into the guest by way of a volume, which volume that is, and since when.
_BY_VOLUME = (
    ("noCloud", "cloudInitNoCloud", (1, 1)),
    ("configDrive", "cloudInitConfigDrive", (0,)),
)
_MOST = 256


def credentials(vmi: Vmi) -> Iterator[Cause]:
    """validateAccessCredentials"""
    items = vmi.spec.items(_PATH)
    if vmi.release < (1, 3) and len(items) > _MOST:
        message = f"{vmi.name(_PATH)} list exceeds the {_MOST} element limit in length"
        yield vmi.cause("credentials", _PATH, message)
        return
    for i, item in enumerate(map(Fields, items)):
        path = f"{_PATH}[{i}]"
        if item.has("sshPublicKey"):
            yield from known(_key, vmi, path, item)
        if item.has("userPassword"):
            agent = item.has("userPassword.propagationMethod.qemuGuestAgent")
            yield from known(_exactly_one, vmi, f"{path}.userPassword", item, int(agent))
        if sum(map(item.has, _KINDS)) != 1:
            message = f"{vmi.name(path)} must have exactly one access credential type set"
            yield vmi.cause("credentials", path, message)


def _key(vmi: Vmi, path: str, item: Fields) -> Iterator[Cause]:
    within = "sshPublicKey.propagationMethod"
    volumes = [Fields(volume) for volume in vmi.spec.items("volumes")]
    methods = 0
    for method, source, since in _BY_VOLUME:
        if vmi.release < since or not item.has(f"{within}.{method}"):
            continue
        methods += 1
        if not any(volume.has(source) for volume in volumes):
            told = f"volume to exist when the {method} propagationMethod is in use."
            message = f"{vmi.name(path)} requires a {method} {told}"
            yield vmi.cause("credentials-volume", f"{path}.{within}", message)
    agent = f"{within}.qemuGuestAgent"
    if item.has(agent):
        methods += 1
        if not item.items(f"{agent}.users"):
            told = "requires at least one user to be present in the users list"
            field = f"{path}.{agent}.users"
            yield vmi.cause("credentials", field, f"{vmi.name(path)} {told}")
    yield from _exactly_one(vmi, f"{path}.sshPublicKey", item, methods)


def _exactly_one(vmi: Vmi, path: str, item: Fields, methods: int) -> Iterator[Cause]:
    """What each kind of credential needs: one source, and one way into the guest."""
    base, _, kind = path.partition(".")
    counts = {"source": int(item.has(f"{kind}.source.secret")), "propagationMethod": methods}
    for name, count in counts.items():
        if count != 1:
            message = f"{vmi.name(base)} must have exactly one {name} set"
            yield vmi.cause("credentials", f"{path}.{name}", message)
