"""What a field does, and which vCPUs become realtime: behind the cursor, and behind the mask."""

from __future__ import annotations

from lsprotocol import types

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import UnknownValue
from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.kinds import mapping_at
from rtlint.kubevirt.mask import read_mask
from rtlint.lint.registry import find_rule, load_rule
from rtlint.lsp.positions import to_editor
from rtlint.lsp.schemas import effect, releases, schema, type_of
from rtlint.lsp.workloads import workloads
from rtlint.preview.model import previewed
from rtlint.visible import as_code, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.kubevirt.releases import Release
    from rtlint.kubevirt.schema.paths import Parts
    from rtlint.kubevirt.workload import Workload
    from rtlint.lint.part import Part
    from rtlint.lint.settings import Settings
    from rtlint.lsp.checked import Checked
    from rtlint.lsp.cursor import Cursor
    from rtlint.lsp.positions import Encoding

_MASK = "domain.cpu.realtime.mask"
_REALTIME = "domain.cpu.realtime"


def hover(cursor: Cursor, checked: Checked, settings: Settings, offset: int) -> str | None:
    """Markdown about the field at the cursor; None where the API has no such field."""
    path = (*cursor.path, cursor.word) if cursor.is_key else cursor.path
    if cursor.is_foreign:
        return _of_platform(cursor, path)
    field = cursor._replace(path=path)
    lives = releases(cursor, path)
    if not path or not lives:
        return None
    kind = type_of(schema(field, settings.release))
    lines = [f"**{as_code(str(path[-1]))}** ({kind}), KubeVirt: {lives}"]
    known = effect(cursor, path)
    if known is not None:
        lines.append(known.effect)
        if path[-2:] == ("realtime", "mask"):
            lines.append(_mask(cursor, checked, settings, offset))
        lines.append("\n".join(_rule(name) for name in known.rules))
    return "\n\n".join(filter(None, lines))


def _of_platform(cursor: Cursor, path: Parts) -> str | None:
    """Of another API only what rules read is known."""
    known = effect(cursor, path) if path else None
    if known is None:
        return None
    rules = "\n".join(_rule(name) for name in known.rules)
    return "\n\n".join(
        filter(None, (f"**{as_code(str(path[-1]))}**, {cursor.kind}", known.effect, rules))
    )


def inlay_hints(
    checked: Checked, settings: Settings, encoding: Encoding, first: int, last: int
) -> Iterator[types.InlayHint]:
    """Behind each `realtime:`, or its mask, what comes of it; of the lines that are asked for."""
    near = [part for part in checked.parts if _is_near(part, first, last)]
    for vm in workloads(near, settings):
        offset = _place(vm)
        place = None if offset is None else vm.object.source.position(offset)
        if place is None or not first <= place.line <= last:
            continue
        label = _outcome(vm)
        if label is not None:
            position = to_editor(checked.source, place, encoding)
            yield types.InlayHint(position, label, padding_left=True)


def _is_near(part: Part, first: int, last: int) -> bool:
    lines = part.source.lines
    return lines.start <= last and first < lines.stop


def _place(vm: Workload) -> int | None:
    """Where the VM itself says what is realtime; None where it does not."""
    if not vm.is_realtime:
        return None
    realtime = mapping_at(vm.object.data, vm.spec_path).get("domain", {}).get("cpu", {})
    if not isinstance(realtime.get("realtime"), dict):
        return None
    has_mask = realtime["realtime"].get("mask") is not None
    return vm.object.span(vm.at(_MASK if has_mask else _REALTIME)).end


def _outcome(vm: Workload) -> str | None:
    found = previewed(vm)
    if isinstance(found, str):
        return None
    preview = found.preview
    enabled = preview.vcpusched.enabled if preview.vcpusched else ()
    scheduled = f"SCHED_FIFO: {_vcpus(Ids((i, i) for i in enabled))}"
    return visible(f"{scheduled} · PMU {preview.pmu or 'on'}")


def _vcpus(ids: Ids) -> str:
    text = str(ids).replace(",", ", ")
    return f"vCPU {text}" if text else "no vCPU"


def _mask(cursor: Cursor, checked: Checked, settings: Settings, offset: int) -> str:
    """Which vCPUs the mask selects in the target release, as far as the text can be read."""
    place = checked.source.position(offset)
    for vm in workloads(checked.parts, settings):
        node, text = vm.object.node, vm.object.source
        if text.position(node.start) <= place <= text.position(node.end):
            try:
                return _selection(vm)
            except UnknownValue:
                break
    return "" if cursor.is_key else _bare_selection(cursor.word, settings.release)


def _selection(vm: Workload) -> str:
    head = f"KubeVirt {vm.release}: the mask"
    if vm.mask.error is not None:
        return f"{head} cannot be read: {as_code(vm.mask.error)}"
    return f"{head} selects {_vcpus(vm.realtime_vcpus)} of {vm.vcpus}."


def _bare_selection(text: str, release: Release) -> str:
    mask = read_mask(text, release)
    if mask.error is not None:
        return f"KubeVirt {release}: the mask cannot be read: {as_code(mask.error)}"
    return f"KubeVirt {release}: the mask selects vCPU {mask.ids or 'none'}."


def _rule(name: str) -> str:
    loaded = load_rule(find_rule(name))
    return f"- [{loaded.rule.id}]({loaded.url}): {loaded.title}"
