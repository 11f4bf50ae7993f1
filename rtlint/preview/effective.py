"""The effective VMI as YAML, each line with where its value comes from."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import PLACEHOLDER, join_path, split_path
from rtlint.kubernetes.plain import value_at
from rtlint.visible import visible
from rtlint.yaml.render import render_flow, render_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from rtlint.kubevirt.workload import Workload

_DEFAULT = "KubeVirt's default"
_COLUMN = 48


def render(workloads: Sequence[Workload]) -> str:
    """One YAML document a VM, what KubeVirt's webhook makes of it included."""
    return "".join(f"---\n{_document(vm)}" for vm in workloads)


def _document(vm: Workload) -> str:
    name = vm.object.name
    lines = ["apiVersion: kubevirt.io/v1", "kind: VirtualMachineInstance", "metadata:"]
    lines += [f"  name: {render_flow(name, False)}"] if name else []
    lines += (
        [f"  namespace: {render_flow(vm.object.namespace, False)}"] if vm.object.namespace else []
    )
    if vm.annotations:
        lines.append("  annotations:")
        lines += _mapping(vm.annotations, "", 4, lambda path: _annotation_origin(vm, path))
    lines.append("spec:")
    lines += _mapping(vm.defaulted.mapping(""), "", 2, lambda path: _origin(vm, path))
    return "".join(f"{visible(line)}\n" for line in lines)


def _origin(vm: Workload, path: str) -> str:
    source = vm.effective.source(path) if vm.effective else None
    if source is not None:
        kind = "preference" if source[0].kind.endswith("Preference") else "instancetype"
        return f"{kind} {source[0].name}, {source[1]}"
    return _DEFAULT if value_at(vm.object.data, vm.at(path)) is None else vm.object.kind


def _annotation_origin(vm: Workload, path: str) -> str:
    key = str(split_path(path)[0])
    found = vm.effective.merged.annotation_origins.get(key) if vm.effective else None
    return found.source if found else vm.object.kind


def _mapping(
    data: dict[str, Any], path: str, indent: int, origin: Callable[[str], str]
) -> Iterator[str]:
    for key, value in data.items():
        inner = (
            f"{path}.{join_path(key)}" if path and not _is_quoted(key) else path + join_path(key)
        )
        yield from _entry(f"{' ' * indent}{render_key(key)}:", value, inner, indent, origin)


def _is_quoted(key: str) -> bool:
    return join_path(key).startswith("[")


def _entry(
    head: str, value: Any, path: str, indent: int, origin: Callable[[str], str]
) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield head
        yield from _mapping(value, path, indent + 2, origin)
    elif isinstance(value, list) and value:
        yield head
        for index, item in enumerate(value):
            yield from _item(item, f"{path}[{index}]", indent + 2, origin)
    else:
        text = "${…}" if value is PLACEHOLDER else render_flow(value, False)
        yield f"{f'{head} {text}':{_COLUMN}}  # {origin(path)}"


def _item(value: Any, path: str, indent: int, origin: Callable[[str], str]) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for number, line in enumerate(_mapping(value, path, indent + 2, origin)):
            yield line if number else f"{' ' * indent}- {line[indent + 2 :]}"
    else:
        yield from _entry(f"{' ' * indent}-", value, path, indent, origin)
