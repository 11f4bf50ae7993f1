"""Findings in what was rendered, brought back to the line that they come from.

Only where a value stands there as it was rendered: what a tool makes of other values has no line.
"""

from __future__ import annotations

import os
import re

from rtlint import TYPE_CHECKING
from rtlint.kubernetes.fields import split_path
from rtlint.kubernetes.objects import Object, objects
from rtlint.kubevirt.kinds import GROUPS
from rtlint.lint.diagnostic import Diagnostic, Related, Resource
from rtlint.lint.linted import Linted
from rtlint.lint.part import suppressions_in
from rtlint.lint.run import Result
from rtlint.project.files import is_inside
from rtlint.project.kustomize import objects_in
from rtlint.tuples import NamedTuple
from rtlint.yaml.compose import compose
from rtlint.yaml.locate import Span, find
from rtlint.yaml.nodes import Document, Mapping, Scalar, Sequence, solid
from rtlint.yaml.source import Source, Unreadable, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Mapped

    from rtlint.yaml.nodes import Node

_MAX_SIZE = 2**20  # bytes
_BY_HAND = "It was found in what is rendered of this line; change it by hand"
# Helm says above each document which template it comes from.
_TEMPLATE = re.compile(r"^# Source: [^/\n]+/(.+)$", re.MULTILINE)


class _Place(NamedTuple):
    """Where a value stands: `source` is the file, or the lines of it that a patch stands in."""

    source: Source
    span: Span
    document: int


def traced(
    files: Iterable[Linted], folders: Mapped[str, str], suppress: bool
) -> tuple[Linted, ...]:
    """The files of a run, with findings where they come from.

    `folders` are those of what was rendered, by the names of that; with `suppress` comments count.
    What is found in the file itself is not said twice.
    """
    by_path = {linted.source.path: linted for linted in files}
    for name, folder in folders.items():
        if name not in by_path:
            continue
        linted = by_path[name]
        kept = []
        for found, place in _places(linted, folder):
            if place is None or not _bring(found, place, by_path, suppress):
                kept.append(found)
        by_path[name] = linted._replace(result=linted.result.with_diagnostics(kept))
    return tuple(by_path.values())


def _bring(found: Diagnostic, place: _Place, files: dict[str, Linted], suppress: bool) -> bool:
    """Whether the finding has its place in a file now, or is said or suppressed there."""
    path = os.path.normpath(place.source.path)
    text = _read(path)
    linted = files.get(path, Linted(Source(path, ""), Result()))
    if text is None or linted.source.text not in ("", text):
        # Of a large file only what was found in it is held.
        return False
    whole = Source(path, text)
    moved = found._replace(
        path=path,
        document=place.document,
        start=place.source.position(place.span.start),
        end=place.source.position(place.span.end),
        fix=None,
        withheld=found.withheld or (_BY_HAND if found.fix else None),
        related=(*found.related, Related("rendered as", found.path, found.start, found.end)),
    )
    result = linted.result
    if any((d.rule, d.start) == (moved.rule, moved.start) for d in result.diagnostics):
        return True
    if suppress and _is_suppressed(moved, whole):
        return True
    files[path] = linted._replace(
        source=whole, result=result.with_diagnostics([*result.diagnostics, moved])
    )
    return True


def _is_suppressed(found: Diagnostic, source: Source) -> bool:
    from rtlint.lint.suppressions import split

    return not split([found], suppressions_in(source))[0]


def _places(linted: Linted, folder: str) -> Iterator[tuple[Diagnostic, _Place | None]]:
    """Each finding in what was rendered of a folder, and where it comes from, if that is known."""
    if not linted.result.diagnostics:
        return
    rendered = _rendered(linted.source)
    is_chart = os.path.isfile(os.path.join(folder, "Chart.yaml"))
    sources = () if is_chart else tuple(objects_in(folder))
    for found in linted.result.diagnostics:
        obj = rendered.get((found.document, found.resource))
        value = None if obj is None or found.field is None else _value(obj, found)
        if obj is None or value is None:
            yield found, None
        elif is_chart:
            yield found, _in_template(linted.source, obj, value, folder)
        else:
            yield found, _in_sources(sources, obj, value)


def _rendered(source: Source) -> dict[tuple[int, Resource | None], Object]:
    documents = (each for each in compose(source.text) if isinstance(each, Document))
    return {
        (obj.document.number, Resource(obj.api_version, obj.kind, obj.namespace, obj.name)): obj
        for document in documents
        for obj in objects(source, document, GROUPS)
    }


def _value(obj: Object, found: Diagnostic) -> Scalar | None:
    """The value that a finding marks, where it marks one."""
    place = find(obj.document.root, split_path(found.field or ""))
    node = solid(place.node)
    is_marked = place.complete and obj.source.position(node.start) == found.start
    return node if is_marked and isinstance(node, Scalar) else None


def _in_sources(sources: Iterable[Object], rendered: Object, value: Scalar) -> _Place | None:
    """Where a kustomization's files say the value: the first that does goes over the others."""
    for obj in sources:
        # Kustomize may have put something before or behind the name.
        if obj.kind != rendered.kind or (obj.name or "") not in (rendered.name or ""):
            continue
        for here, there in _scalars(obj.node, rendered.node):
            if there is value and (here.text, here.value) == (value.text, value.value):
                return _Place(obj.source, Span(here.start, here.end), obj.document.number)
    return None


def _scalars(here: Node, there: Node) -> Iterator[tuple[Scalar, Scalar]]:
    """The scalars that two trees have at the same paths; items of lists go by their names."""
    here, there = solid(here), solid(there)
    if isinstance(here, Scalar) and isinstance(there, Scalar):
        yield here, there
    elif isinstance(here, Mapping) and isinstance(there, Mapping):
        for key in here.items.keys() & there.items.keys():
            yield from _scalars(here.items[key].value, there.items[key].value)
    elif isinstance(here, Sequence) and isinstance(there, Sequence):
        named = {_name(item): item for item in there.nodes}
        for item in here.nodes:
            if _name(item) in named:
                yield from _scalars(item, named[_name(item)])


def _name(item: Node) -> str | None:
    mapping = solid(item)
    entry = mapping.items.get("name") if isinstance(mapping, Mapping) else None
    name = None if entry is None else solid(entry.value)
    return name.text if isinstance(name, Scalar) else None


def _in_template(source: Source, rendered: Object, value: Scalar, folder: str) -> _Place | None:
    """Where a chart's template says the value: the one line that reads as the rendered one."""
    *_, name = [None, *_TEMPLATE.findall(source.text, 0, rendered.node.start)]
    file = os.path.join(folder, name or "")
    text = _read(file) if name and is_inside(file, folder) else None
    if text is None:
        return None
    start, end = source.line_span(source.position(value.start).line)
    line = source.text[start:end]
    template = Source(file, text)
    spans = map(template.line_span, range(1, len(template.line_starts) + 1))
    same = [first for first, last in spans if text[first:last].strip() == line.strip()]
    if len(same) != 1 or value.end > end:
        return None
    indent = _indent(text[same[0] :]) - _indent(line)
    at = same[0] + indent + value.start - start
    return _Place(template, Span(at, at + value.end - value.start), 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _read(path: str) -> str | None:
    """A file's text; None where it cannot be read, or is no file."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _MAX_SIZE:
            return None
        with open(path, "rb") as file:
            return decode(file.read())
    except (OSError, Unreadable):
        return None
