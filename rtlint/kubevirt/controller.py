"""What virt-controller makes of a VirtualMachine's template before the VMI is admitted."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import Fields

if TYPE_CHECKING:
    from typing import Any

    from rtlint.kubevirt.releases import Release


def template_to_vmi(spec: dict[str, Any], release: Release) -> dict[str, Any]:
    """The VMI spec that a VirtualMachine's template gives; `spec` is not changed.

    An input device is added where `autoattachInputDevice` asks for one and there is none; the
    webhook makes it a USB tablet. Source: kubevirt, pkg/virt-controller/watch/vm.go, later vm/vm.go
    (autoAttachInputDevice), from v0.57.0.
    Raises UnknownValue where a field that counts holds a placeholder or a value of a wrong type.
    """
    fields = Fields(spec)
    wanted = release >= (0, 57) and fields.boolean("domain.devices.autoattachInputDevice")
    if not wanted or fields.items("domain.devices.inputs"):
        return spec
    domain = fields.mapping("domain")
    devices = {**domain["devices"], "inputs": [{"name": "default-0"}]}
    return {**spec, "domain": {**domain, "devices": devices}}
