"""What the files of a run say of its kubelets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rtlint.kubernetes.fields import Fields, UnknownValue
from rtlint.kubernetes.objects import plain
from rtlint.yaml.compose import compose
from rtlint.yaml.nodes import Document
from rtlint.yaml.source import Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.limits import Limits

_OPTION = "cpuManagerPolicyOptions.full-pcpus-only"
_EXPERIMENTAL = 'metadata.annotations["kubeletconfig.experimental"]'


def gives_out_whole_cores(data: bytes, limits: Limits) -> bool:
    """Whether a file, or a piece of it, gives kubelets the option `full-pcpus-only`.

    It stands in a KubeletConfiguration or a KubeletConfig. A PerformanceProfile turns it on with
    the topology policy single-numa-node; the annotation `kubeletconfig.experimental` has the last
    word (openshift/cluster-node-tuning-operator, kubeletconfig.go).
    """
    try:
        text = decode(data)
    except Unreadable:
        return False
    documents = compose(text, limits=limits)
    roots = (plain(each.root) for each in documents if isinstance(each, Document))
    return any(_refuses(Fields(item)) for root in roots for item in _items(root))


def _items(root: Any) -> Iterator[dict[str, Any]]:
    """The object, or those of a List or Template."""
    if not isinstance(root, dict):
        return
    yield root
    for member in ("items", "objects"):
        if isinstance(root.get(member), list):
            for item in root[member]:
                yield from _items(item)


def _refuses(item: Fields) -> bool:
    try:
        kind = item.string("kind")
        if kind == "KubeletConfiguration":
            return _is_on(item, _OPTION)
        if kind == "KubeletConfig":
            return _is_on(item, f"spec.kubeletConfig.{_OPTION}")
        if kind == "PerformanceProfile":
            said = _experimental(item)
            if said.has(_OPTION):
                return _is_on(said, _OPTION)
            return item.string("spec.numa.topologyPolicy") == "single-numa-node"
    except UnknownValue:
        pass
    return False


def _experimental(profile: Fields) -> Fields:
    """What the annotation says, which holds a KubeletConfiguration as JSON."""
    try:
        return Fields(json.loads(profile.string(_EXPERIMENTAL) or "{}"))
    except ValueError:
        return Fields({})


def _is_on(item: Fields, path: str) -> bool:
    # The kubelet wants a string; what it makes of an unquoted true is another rule's.
    try:
        return item.string(path) == "true"
    except UnknownValue:
        return item.boolean(path) is True
