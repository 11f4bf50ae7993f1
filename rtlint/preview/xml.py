"""The preview as XML: the domains, and nothing else that is not a comment."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.conversion.xml import escape
from rtlint.preview.fragment import indented
from rtlint.preview.model import failing_step
from rtlint.visible import in_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtlint.preview.model import Previewed


def render(previews: Sequence[Previewed]) -> str:
    """One document: a single `<domain>`, or `<domains>` around any other number of them."""
    parts = [_part(previewed) for previewed in previews]
    if len(parts) == 1 and previews[0].preview.domain is not None:
        return in_xml(parts[0])
    return in_xml(f"<domains>\n{''.join(parts)}</domains>\n")


def _part(previewed: Previewed) -> str:
    preview, path = previewed.preview, previewed.workload.object.source.path
    text = _comment(f"{path}: {previewed.title}, KubeVirt {preview.release}")
    for cause in previewed.admission:
        text += _comment(f"refused: {cause.message}")
    if preview.error is not None:
        text += _comment(f"{failing_step(preview)}: {preview.error}")
    return text if preview.domain is None else f"{text}{indented(preview.domain)}\n"


def _comment(text: str) -> str:
    """Two hyphens, or one at the end, would end the comment early."""
    return f"<!-- {escape(text).replace('--', '- -').replace('--', '- -')} -->\n"
