"""A line a finding, for people in a hurry and for programs that read compilers' messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtlint.report.closing import closing, mark
from rtlint.report.terminal import BOLD, COLOURS, Screen
from rtlint.visible import visible

if TYPE_CHECKING:
    from rtlint.lint.diagnostic import Diagnostic
    from rtlint.report.model import Report


def render(report: Report, *, colour: bool, quiet: bool, width: int | None = None) -> str:
    """A line a finding, and the line that ends the report."""
    screen = Screen(colour, width)
    lines = [line(diagnostic, screen) for diagnostic in report.diagnostics]
    if not quiet:
        lines.append(closing(report))
    return "".join(f"{each}\n" for each in lines)


def line(diagnostic: Diagnostic, screen: Screen) -> str:
    """`path:line:column: severity RULE slug: [*] namespace/name: message`."""
    about = (mark(diagnostic), message(diagnostic))
    return f"{head(diagnostic, screen)}: {' '.join(filter(None, about))}"


def head(diagnostic: Diagnostic, screen: Screen) -> str:
    """Where it is, how severe, and the rule, whose id leads to its page."""
    place = f"{diagnostic.path}:{diagnostic.start.line}:{diagnostic.start.column}:"
    level = screen.paint(diagnostic.severity, COLOURS[diagnostic.severity])
    rule = f"{screen.link(diagnostic.rule, diagnostic.url)} {diagnostic.name}"
    return f"{visible(place)} {level} {screen.paint(rule, BOLD)}"


def message(diagnostic: Diagnostic) -> str:
    """What is wrong, and with which resource."""
    return visible(diagnostic.full_message)
