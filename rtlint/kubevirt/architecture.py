"""The CPU architecture that a VM is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.releases import Release


def architecture(spec: Fields, release: Release) -> str:
    """`amd64`, `arm64` or `s390x`, as a VMI spec says it.

    Before v1.0 there is no field for it: virt-launcher went by its node, and rtlint assumes amd64.
    Raises UnknownValue.
    """
    return (spec.string("architecture") if release >= (1, 0) else None) or "amd64"
