"""How often each rule found something."""

from __future__ import annotations

from collections import Counter

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.report.model import Report


def render(report: Report) -> str:
    """A line a rule, the most frequent first."""
    counts = Counter((d.rule, d.name) for d in report.diagnostics)
    fixable = Counter(d.rule for d in report.diagnostics if d.fix is not None)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    width = len(str(ordered[0][1])) if ordered else 0
    return "".join(
        f"{count:>{width}}  {rule} {name}{_fixable(fixable[rule])}\n"
        for (rule, name), count in ordered
    )


def _fixable(count: int) -> str:
    return f" ({count} can be fixed)" if count else ""
