"""What a run found, as the formats render it."""

from __future__ import annotations

from functools import cached_property

from rtlint import TYPE_CHECKING
from rtlint.kubevirt.releases import Release
from rtlint.lint.diagnostic import Diagnostic
from rtlint.lint.linted import Linted
from rtlint.lint.rule import SEVERITIES, Severity

if TYPE_CHECKING:
    from typing import Literal

    FailOn = Severity | Literal["never"]


class Report:
    """A whole run, files in the order of their paths.

    `fail_on` is the severity from which on a finding fails the run.
    """

    def __init__(
        self, release: Release, files: tuple[Linted, ...], fail_on: FailOn = "warning"
    ) -> None:
        self.release = release
        self.files = files
        self.fail_on = fail_on

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """All of them, ordered by path, line, column and rule."""
        found = [d for linted in self.files for d in linted.result.diagnostics]
        return sorted(found, key=lambda diagnostic: diagnostic.order)

    @cached_property
    def summary(self) -> dict[str, int]:
        """The counts that the JSON report gives, under their names there."""
        results = [linted.result for linted in self.files]
        return {
            "files": len(self.files),
            "documents": sum(result.documents for result in results),
            "workloads": sum(result.workloads for result in results),
            "realtime": sum(result.realtime for result in results),
            "errors": self._count("error"),
            "warnings": self._count("warning"),
            "infos": self._count("info"),
            "fixable": sum(diagnostic.fix is not None for diagnostic in self.diagnostics),
            "skipped": sum(result.skipped for result in results),
        }

    def _count(self, severity: Severity) -> int:
        return sum(diagnostic.severity == severity for diagnostic in self.diagnostics)

    def fails(self, diagnostic: Diagnostic) -> bool:
        """Whether the finding is at or above the severity that `--fail-on` names."""
        if self.fail_on == "never":
            return False
        return SEVERITIES.index(diagnostic.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def is_failed(self) -> bool:
        """Whether a finding fails the run."""
        return any(map(self.fails, self.diagnostics))

    @property
    def is_changed(self) -> bool:
        """Whether a fix was made, or would be."""
        return any(linted.applied for linted in self.files)
