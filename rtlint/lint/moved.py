"""A part of a file that was linted before, where something else stands above it now."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.yaml.source import Source, Unreadable

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.lint.part import Part
    from rtlint.yaml.source import Above


def moved(part: Part, above: Above) -> Part:
    """The same part where something else stands above it.

    Not for parts with suppressions: those speak of lines.
    """
    was = part.source.above
    if above == was:
        return part
    source = Source(part.source.path, part.source.text, above)
    numbers = above.documents - was.documents
    documents = tuple(
        d if isinstance(d, Unreadable) else d.placed(d.number + numbers) for d in part.documents
    )
    diagnostics = tuple(_moved(d, part, above) for d in part.diagnostics)
    return part._replace(source=source, documents=documents, diagnostics=diagnostics)


def _moved(found: Diagnostic, part: Part, above: Above) -> Diagnostic:
    was = part.source.above
    lines, offset = above.lines - was.lines, above.offset - was.offset
    fix = found.fix
    if fix is not None:
        fix = fix._replace(edits=tuple(edit.moved(offset) for edit in fix.edits))
    return found._replace(
        document=found.document + above.documents - was.documents,
        start=found.start.below(lines),
        end=found.end.below(lines),
        fix=fix,
        related=tuple(
            each._replace(start=each.start.below(lines), end=each.end.below(lines))
            if each.path == found.path and each.start.line in part.source.lines
            else each
            for each in found.related
        ),
    )
