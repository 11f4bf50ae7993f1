"""What every webhook admits, and virt-launcher makes no domain of.

Source: kubevirt, pkg/virt-launcher/virtwrap/converter: Convert_v1_Disk_To_api_Disk (v0.51.0 to
v1.9.0), Convert_v1_Features_To_api_Features (v1.3.0 to v1.9.0); measured.
"""

from __future__ import annotations

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.kubernetes.fields import Fields
    from rtlint.kubevirt.releases import Release


def shares_cache(disk: Fields, release: Release) -> bool:
    """Whether a disk that other VMs may write has a cache. `shareable` came with v0.51."""
    if release < (0, 51) or not (disk.has("disk") and disk.boolean("shareable")):
        return False
    return disk.string("cache") not in (None, "", "none")


def lacks_passthrough_state(spec: Fields, release: Release) -> bool:
    """Whether a VMI spec's `hypervPassthrough`, which came with v1.3, says not if it is enabled.

    virt-launcher panics on it, unless `hyperv` comes before.
    """
    path = "domain.features.hypervPassthrough"
    if release < (1, 3) or spec.has("domain.features.hyperv"):
        return False
    return spec.has(path) and spec.boolean(f"{path}.enabled") is None
