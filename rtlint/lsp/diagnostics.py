"""Findings as editors show them."""

from __future__ import annotations

from lsprotocol import types
from pygls.uris import from_fs_path

from rtlint import TYPE_CHECKING
from rtlint.lsp.positions import to_editor
from rtlint.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rtlint.lint.diagnostic import Diagnostic, Related
    from rtlint.lsp.checked import Checked
    from rtlint.lsp.positions import Encoding
    from rtlint.yaml.source import Source

_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
# Rules about text that may go without a loss, and about what KubeVirt has replaced. A field that
# KubeVirt drops is none of the first: it was meant to do something, and must not fade.
_TAGS = {
    "unused-suppression": [types.DiagnosticTag.Unnecessary],
    "deprecated-api": [types.DiagnosticTag.Deprecated],
}


def diagnostics(
    checked: Checked, others: Mapping[str, Source], encoding: Encoding
) -> list[types.Diagnostic]:
    """All findings of a file; `others` are the texts of other files, by path."""
    sources = {**others, checked.source.path: checked.source}
    return [
        diagnostic(each, sources, encoding)
        for each in sorted((*checked.found, *checked.kept), key=lambda found: found.order)
    ]


def diagnostic(
    found: Diagnostic, sources: Mapping[str, Source], encoding: Encoding
) -> types.Diagnostic:
    source = sources[found.path]
    return types.Diagnostic(
        range=types.Range(
            to_editor(source, found.start, encoding), to_editor(source, found.end, encoding)
        ),
        message=visible(found.message),
        severity=_SEVERITY[found.severity],
        code=found.rule,
        code_description=types.CodeDescription(found.url) if found.url else None,
        source="rtlint",
        tags=_TAGS.get(found.name),
        related_information=[
            _related(each, sources[each.path], encoding)
            for each in found.related
            if each.path in sources
        ]
        or None,
    )


def _related(
    related: Related, source: Source, encoding: Encoding
) -> types.DiagnosticRelatedInformation:
    range = types.Range(
        to_editor(source, related.start, encoding), to_editor(source, related.end, encoding)
    )
    uri = from_fs_path(related.path) or related.path
    return types.DiagnosticRelatedInformation(types.Location(uri, range), visible(related.message))
