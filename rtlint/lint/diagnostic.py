"""A finding made concrete: the rule that made it, and its place in a file."""

from __future__ import annotations

from rtlint import TYPE_CHECKING
from rtlint.lint.rule import Severity
from rtlint.tuples import NamedTuple
from rtlint.yaml.source import Position

if TYPE_CHECKING:
    from rtlint.lint.rule import Applicability, Operation
    from rtlint.yaml.text_edit import Edit


class Resource(NamedTuple):
    """The object that a diagnostic is about."""

    api_version: str
    kind: str
    namespace: str | None
    name: str | None

    @property
    def label(self) -> str:
        """What people call it: `ran/du-24`, and by its kind where it has no name."""
        return "/".join(filter(None, (self.namespace, self.name))) if self.name else self.kind

    @property
    def title(self) -> str:
        """The same with its kind."""
        return f"{self.kind} {self.label}" if self.name else self.kind


class Related(NamedTuple):
    """Another place that a diagnostic has to do with."""

    message: str
    path: str
    start: Position
    end: Position


class Resolved(NamedTuple):
    """A fix made concrete: `edits` of the file as it was read, `operations` on its document.

    `written` are the paths of all fields that come, go or change, new parents with them; `read`
    are those of fields that the fix counts on.
    """

    applicability: Applicability
    description: str
    edits: tuple[Edit, ...]
    operations: tuple[Operation, ...]
    written: frozenset[tuple[str | int, ...]]
    read: frozenset[tuple[str | int, ...]] = frozenset()


class Diagnostic(NamedTuple):
    """`document` counts from 1; `field` is a path in the document, in Kubernetes' notation.

    `resource` and `field` are None where the text is no YAML. `end` is exclusive. `withheld` says
    why the rule's fix is not offered here. `related` are other places, in other files too. `url` is
    the rule's page, if it has one.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    path: str
    document: int
    start: Position
    end: Position
    resource: Resource | None = None
    field: str | None = None
    fix: Resolved | None = None
    withheld: str | None = None
    related: tuple[Related, ...] = ()
    url: str | None = None

    @property
    def full_message(self) -> str:
        """The message with the resource that it is about, where nothing else names that."""
        return f"{self.resource.label}: {self.message}" if self.resource else self.message

    @property
    def order(self) -> tuple[str, Position, str, str]:
        return (self.path, self.start, self.rule, self.field or "")
