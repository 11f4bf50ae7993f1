"""The preview as JSON; its form is fixed (schemas/preview.schema.json)."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.host import format_cpulist
from rtlint.preview.io import io_as_plain
from rtlint.visible import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from rtlint.kubevirt.conversion.pod import Pod
    from rtlint.kubevirt.conversion.preview import Preview
    from rtlint.preview.model import Previewed


def render(previews: Sequence[Previewed]) -> str:
    """The previews as indented JSON, ending with a newline."""
    document = {"version": 1, "previews": [as_plain(previewed) for previewed in previews]}
    return as_json(document)


def as_plain(previewed: Previewed) -> dict[str, Any]:
    """A preview as the document has it."""
    obj, preview = previewed.workload.object, previewed.preview
    return {
        "path": obj.source.path,
        "document": obj.document.number,
        "resource": {
            "apiVersion": obj.api_version,
            "kind": obj.kind,
            "namespace": obj.namespace,
            "name": obj.name,
        },
        "kubevirt": str(preview.release),
        "realtime": preview.realtime,
        "host": _host(preview),
        "admission": [{"field": c.field, "message": c.message} for c in previewed.admission],
        "error": preview.error,
        # A named tuple's fields are the keys, in their order.
        "vcpusched": None if preview.vcpusched is None else preview.vcpusched._asdict(),
        "pmu": preview.pmu,
        "threads": [thread._asdict() for thread in preview.threads],
        "io": io_as_plain(preview),
        "domain": preview.domain,
        "pod": _pod(preview.pod),
    }


def _host(preview: Preview) -> dict[str, str]:
    host = {"source": preview.host.source, "cpuset": format_cpulist(preview.cpuset)}
    if preview.host.name:
        host["name"] = preview.host.name
    return {**host, "reserved": format_cpulist(preview.reserved)} if preview.reserved else host


def _pod(pod: Pod) -> dict[str, Any]:
    resources = {"requests": dict(pod.requests), "limits": dict(pod.limits)}
    return {"nodeSelector": dict(pod.node_selector), "resources": resources}
