"""Suppressions: comments and annotations that keep findings out of the report."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.lint.registry import Name, matches, rule_names
from rtlint.tuples import NamedTuple
from rtlint.yaml.locate import Span
from rtlint.yaml.text_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rtlint.kubernetes.objects import Object
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.yaml.source import Source

_ITEM = re.compile(r"\[\d+\]")
_OWN_RULE = "RT003"


# A line, an object (its document's number, its path in there), or None for the whole file.
Place = int | tuple[int, str] | None


class Suppression(NamedTuple):
    """`names` (ids, slugs, prefixes) at a `span` of the `source`.

    It is about the findings that begin on `line`, about those of the resource `obj` (then `path` is
    its annotation), about those of a `document`, or else about the whole file. `inner` is where the
    names stand in a comment. `is_late`: it speaks of the file, but not before the first document.
    """

    names: tuple[str, ...]
    source: Source
    span: Span
    line: int | None = None
    obj: Object | None = None
    path: str = ""
    inner: Span | None = None
    is_late: bool = False
    document: int | None = None

    @property
    def offset(self) -> int:
        """Where in the file it stands, in code points."""
        return self.source.above.offset + self.span.start

    @property
    def is_of_file(self) -> bool:
        return self.place is None and not self.is_late

    @property
    def place(self) -> Place:
        """What it is about, whatever the rule."""
        if self.document is not None:
            return (self.document, "")
        return self.line if self.obj is None else (self.obj.document.number, self.obj.path)


class Unused(NamedTuple):
    """A suppression with the names in it that suppress nothing; of these `unknown` are no rules.

    `edit` takes them out of a comment; None for an annotation, which is a field.
    """

    suppression: Suppression
    names: tuple[str, ...]
    unknown: tuple[str, ...]
    edit: Edit | None

    @property
    def rest(self) -> tuple[str, ...]:
        """The names that stay."""
        idle = frozenset(self.names)
        return tuple(name for name in self.suppression.names if name not in idle)


def split(
    found: Iterable[Diagnostic], suppressions: Iterable[Suppression]
) -> tuple[list[Diagnostic], set[tuple[int, str]]]:
    """The diagnostics that no suppression is about, and the names that suppressed others."""
    by_place: dict[Place, list[Suppression]] = {}
    for suppression in suppressions:
        if not suppression.is_late:
            by_place.setdefault(suppression.place, []).append(suppression)
    # Asked once for each rule at each place: there may be many of both, findings and suppressions.
    uses: dict[tuple[Place, Name], set[tuple[int, str]]] = {}
    kept, used = [], set()
    for diagnostic in found:
        keys = [(place, _name(diagnostic)) for place in _places(diagnostic) if place in by_place]
        for key in keys:
            if key not in uses:
                place, rule = key
                uses[key] = {
                    (suppression.offset, name)
                    for suppression in by_place[place]
                    for name in suppression.names
                    if matches(rule, name)
                }
                used |= uses[key]
        if not any(uses[key] for key in keys):
            kept.append(diagnostic)
    return kept, used


def _places(found: Diagnostic) -> Iterator[Place]:
    """All that a suppression of the diagnostic may be about."""
    yield None
    yield found.start.line
    yield (found.document, "")
    field = found.field or ""
    for match in _ITEM.finditer(field):
        yield (found.document, field[: match.end()])


def unused(
    suppressions: Iterable[Suppression],
    used: set[tuple[int, str]],
    ran: tuple[Name, ...],
) -> Iterator[Unused]:
    """The suppressions with names that suppress nothing; what did not run may have its reasons."""
    # What stands above a block of several documents is about each of them.
    for suppression in {each.offset: each for each in suppressions}.values():
        idle = [name for name in suppression.names if (suppression.offset, name) not in used]
        unknown = dict.fromkeys(name for name in idle if not _rules(name))
        names = tuple(n for n in idle if suppression.is_late or n in unknown or _ran(n, ran))
        if names or not suppression.names:
            yield Unused(suppression, names, tuple(unknown), _edit(suppression, names))


def _rules(name: str) -> list[Name]:
    return [rule for rule in rule_names() if matches(rule, name)]


def _ran(name: str, ran: tuple[Name, ...]) -> bool:
    """Whether all rules that the name stands for have run; RT003 itself runs last of all."""
    return all(rule in ran and rule.id != _OWN_RULE for rule in _rules(name))


def _name(diagnostic: Diagnostic) -> Name:
    return Name(diagnostic.rule, diagnostic.name, "")


def _edit(suppression: Suppression, names: tuple[str, ...]) -> Edit | None:
    """What takes the names out of a comment, or the comment out of the text with the last."""
    if suppression.obj is not None:
        return None
    text = suppression.source.text
    idle = frozenset(names)
    rest = [name for name in suppression.names if name not in idle]
    if rest and suppression.inner is not None:
        return Edit(*suppression.inner, ", ".join(rest))
    start, end = suppression.span
    while start and text[start - 1] in " \t":
        start -= 1
    if start and text[start - 1] not in "\r\n":
        return Edit(start, end, "")
    end += 2 if text.startswith("\r\n", end) else end < len(text)
    return Edit(start, end, "")
