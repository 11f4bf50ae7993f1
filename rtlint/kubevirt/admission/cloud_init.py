"""The webhook's checks of cloud-init volumes: where user and network data come from, and sizes."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.admission.vmi import Cause, Vmi

# In bytes, of user and of network data alike.
_MOST = 2048
_KINDS = ("cloudInitNoCloud", "cloudInitConfigDrive")
# Whose data, the field that names its secret, and how messages call data and source.
_PARTS = (
    ("userData", "secretRef", "userdata", "userdatasource", "UserDataSecretRef"),
    (
        "networkData",
        "networkDataSecretRef",
        "networkdata",
        "networkdata source",
        "NetworkDataSecretRef",
    ),
)


def cloud_init(vmi: Vmi, i: int, volume: Fields) -> Iterator[Cause]:
    """validateVolumes: of two kinds the webhook looks at NoCloud alone"""
    kind = next((kind for kind in _KINDS if volume.has(kind)), None)
    if kind is None:
        return
    path = f"volumes[{i}].{kind}"
    sources = 0
    for data, secret, named, source, ref in _PARTS:
        given = [
            bool(volume.string(f"{kind}.{secret}.name")),
            bool(volume.string(f"{kind}.{data}Base64")),
            bool(volume.string(f"{kind}.{data}")),
        ]
        sources += sum(given)
        encoded = volume.string(f"{kind}.{data}Base64") or ""
        size, is_valid = _decoded(encoded)
        if not is_valid:
            field = f"{path}.{data}Base64"
            message = f"{vmi.name(field)}.{kind}.{data}Base64 is not a valid base64 value."
            yield vmi.cause("cloud-init-base64", field, message)
        if given[2]:
            size = len((volume.string(f"{kind}.{data}") or "").encode(errors="surrogatepass"))
        if sum(given) > 1:
            message = f"{vmi.name(path)} must have only one {source} set."
            yield vmi.cause("cloud-init-sources", path, message)
        if size > _MOST:
            told = f"{named} exceeds {_MOST} byte limit. Should use {ref} for larger data."
            written = f"{path}.{data}" if given[2] else f"{path}.{data}Base64"
            yield vmi.cause("cloud-init-size", written, f"{vmi.name(path)} {told}", path)
    if not sources:
        told = "must have at least one userdatasource or one networkdatasource set."
        yield vmi.cause("cloud-init-sources", path, f"{vmi.name(path)} {told}")


def _decoded(encoded: str) -> tuple[int, bool]:
    """How many bytes Go gets out of base64 text, and whether all of it is fine."""
    text = re.sub("[\r\n]", "", encoded)
    found = re.match(r"(?:[A-Za-z0-9+/]{4})*", text)
    assert found is not None
    size, rest = found.end() // 4 * 3, text[found.end() :]
    if not rest:
        return size, True
    if re.fullmatch(r"[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=)", rest):
        return size + 3 - rest.count("="), True
    return size, False
