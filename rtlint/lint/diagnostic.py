"""A finding made concrete: the rule that made it, and its place in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.lint.rule import Fix, Severity
    from rtlint.yaml.source import Position


@dataclass(frozen=True, slots=True)
class Resource:
    """The object that a diagnostic is about."""

    api_version: str
    kind: str
    namespace: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """`document` counts from 1; `field` is a path in the document, in Kubernetes' notation.

    `resource` and `field` are None where the text is no YAML. `end` is exclusive.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    path: str
    document: int
    resource: Resource | None
    field: str | None
    start: Position
    end: Position
    fix: Fix | None

    @property
    def order(self) -> tuple[str, Position, str, str]:
        return (self.path, self.start, self.rule, self.field or "")

    @property
    def url(self) -> str:
        return f"https://rtlint.io/rules/{self.rule}"
