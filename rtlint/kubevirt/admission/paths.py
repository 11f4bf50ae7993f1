"""The webhook's check of a path within a container's image."""

from __future__ import annotations

import posixpath

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.admission.vmi import Cause, Vmi


def against_path(vmi: Vmi, item: Fields, name: str, base: str, field: str) -> Iterator[Cause]:
    """validatePath, from v1.7 ValidatePath of pkg/storage/admitters: v0.49.1, and from v0.55.1

    `name` is the path's field within the item, which stands at `base`; `field` is what the webhook
    names.
    """
    written = item.string(name)
    if not written or not (vmi.release >= (0, 55, 1) or vmi.release == (0, 49, 1)):
        return
    # As filepath.Join does it: a path that climbs ends at the root.
    cleaned = posixpath.normpath("/" + written.lstrip("/"))
    if written == "/":
        told = "must not point to root"
    elif cleaned != written.removesuffix("/"):
        told = "must be an absolute path to a file without relative components"
    else:
        return
    yield vmi.cause("container-file-path", f"{base}.{name}", f"{vmi.name(field)} {told}", field)
