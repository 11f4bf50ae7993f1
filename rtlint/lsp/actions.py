"""What can be done about findings: fixes, comments that suppress them, a look at the conversion."""

from __future__ import annotations

from lsprotocol import types

from rtlint import TYPE_CHECKING
from rtlint.lint import fixing
from rtlint.lint.add_suppressions import comment, is_about_a_line, takes_comments
from rtlint.lint.alone import try_comment
from rtlint.lint.run import Result
from rtlint.lsp.diagnostics import diagnostic
from rtlint.lsp.positions import text_edit, to_offset
from rtlint.lsp.same_lines import same_lines
from rtlint.lsp.workloads import workloads
from rtlint.visible import visible
from rtlint.yaml.nodes import Mapping, Scalar, Sequence
from rtlint.yaml.source import Unreadable
from rtlint.yaml.text_edit import Edit, Withheld, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtlint.lint.diagnostic import Diagnostic, Resolved
    from rtlint.lsp.checked import Checked
    from rtlint.lsp.positions import Encoding
    from rtlint.yaml.nodes import Node
    from rtlint.yaml.source import Source

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.rtlint"
SHOW_CONVERSION = "rtlint.showConversion"


def actions(
    params: types.CodeActionParams, checked: Checked, encoding: Encoding
) -> Iterator[types.CodeAction | types.Command]:
    """What is on offer in a range of the text, of the kinds that are asked for."""
    uri = params.text_document.uri
    only = params.context.only
    if _is_asked_for(types.CodeActionKind.QuickFix.value, only):
        here = list(_findings(checked, params.range, encoding))
        for found in here:
            if found.fix is not None:
                yield _quick_fix(uri, checked.source, found, found.fix, encoding)
        # To look away is the last that is on offer.
        for found in here:
            above = _comment_on(checked, found)
            if above is not None:
                yield _suppression(uri, checked.source, found, above, encoding)
    # An editor that saves asks for this kind by its name; in a list it is offered where it helps.
    if _is_asked_for(FIX_ALL, only):
        edits = _all_fixes(checked, encoding)
        if edits:
            edit = types.WorkspaceEdit(changes={uri: edits})
            title = "Fix all safe problems (rtlint)"
            yield types.CodeAction(title, kind=FIX_ALL, edit=edit)
    if not only and any(True for _ in workloads(checked.parts, checked.settings)):
        yield types.Command("Show the conversion (rtlint)", SHOW_CONVERSION, arguments=[uri])


def _is_asked_for(kind: str, only: object) -> bool:
    """Whether a kind, or one that it is a part of, is among those; all are if none is named."""
    if not isinstance(only, list | tuple) or not only:
        return True
    names = [str(getattr(each, "value", each)) for each in only]
    return any(not name or kind == name or kind.startswith(f"{name}.") for name in names)


def _findings(checked: Checked, range: types.Range, encoding: Encoding) -> Iterator[Diagnostic]:
    """The findings that a range touches."""
    source = checked.source
    start = source.position(to_offset(source, range.start, encoding))
    end = source.position(to_offset(source, range.end, encoding))
    return (found for found in checked.found if found.start <= end and start <= found.end)


def _quick_fix(
    uri: str, source: Source, found: Diagnostic, fix: Resolved, encoding: Encoding
) -> types.CodeAction:
    is_safe = fix.applicability == "safe"
    edits = [text_edit(source, edit, encoding) for edit in in_order(fix.edits)]
    return types.CodeAction(
        f"{visible(fix.description)}{'' if is_safe else ' (needs your judgement)'} ({found.rule})",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(found, {source.path: source}, encoding)],
        is_preferred=is_safe,
        edit=types.WorkspaceEdit(changes={uri: edits}),
    )


def _comment_on(checked: Checked, found: Diagnostic) -> Edit | None:
    """The comment above a finding that suppresses it; JSON takes none, nor does a string."""
    line = found.start.line
    part = next(part for part in reversed(checked.parts) if line in part.source.lines)
    text = part.source
    if not is_about_a_line(found) or not takes_comments(text):
        return None
    offset = text.line_span(line)[0]
    if any(
        isinstance(document, Unreadable) or _is_in_scalar(document.root, offset)
        for document in part.documents
    ):
        return None
    edit = comment(text, line, [found.rule])
    try:
        try_comment(text.text, edit, checked.settings.limits, iter(range(1)))
        placed: tuple[Edit, ...] = text.placed((edit,))
    except Withheld:
        return None
    return placed[0]


def _is_in_scalar(node: Node, offset: int) -> bool:
    """Whether a place is behind the beginning of a scalar, and before its end."""
    if not node.start < offset < node.end:
        return False
    if isinstance(node, Mapping):
        return any(_is_in_scalar(child, offset) for child in node.pairs)
    if isinstance(node, Sequence):
        return any(_is_in_scalar(child, offset) for child in node.nodes)
    return isinstance(node, Scalar)


def _suppression(
    uri: str, source: Source, found: Diagnostic, edit: Edit, encoding: Encoding
) -> types.CodeAction:
    return types.CodeAction(
        f"Suppress {found.rule} here",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(found, {source.path: source}, encoding)],
        edit=types.WorkspaceEdit(changes={uri: [text_edit(source, edit, encoding)]}),
    )


def _all_fixes(checked: Checked, encoding: Encoding) -> list[types.TextEdit]:
    """What `rtlint --fix` changes, line by line: the rest of the text keeps its marks and folds."""
    if not any(found.fix and found.fix.applicability == "safe" for found in checked.found):
        return []
    source = checked.source
    fixed = fixing.fix(source, checked.settings, unsafe=False, found=Result(checked.found))
    old, new = (each.text.splitlines(keepends=True) for each in (source, fixed.source))
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    edits = []
    start = first = 0
    for end, last in [*sorted(same_lines(old, new).items()), (len(old), len(new))]:
        if end > start or last > first:
            edit = Edit(offsets[start], offsets[end], "".join(new[first:last]))
            edits.append(text_edit(source, edit, encoding))
        start, first = end + 1, last + 1
    return edits
