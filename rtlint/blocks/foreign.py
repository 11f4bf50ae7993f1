"""What stands in a block of code and is no YAML: ellipses, and what AsciiDoc puts into code.

It is hidden from the parser without a character more or less, so that all places stay.
"""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING
from rtlint.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# `...`, `[...]`, `[..]`, `[... output omitted ...]`, alone on a line or in a comment: something is
# left out.
_ELLIPSIS = re.compile(r"[ \t]*(?P<comment>#[ \t]*)?(?:\.\.\.|\[[ \t]*\.\.|\[?[ \t]*…).*")
# A callout is a number at the end of a line, behind a comment's sign or not: `<1>`, `<1> <2>`.
_CALLOUTS = re.compile(r"(?:<!?(?:\d+|\.)>[ \t]*)+$")
_MOST_CALLOUTS = 100  # characters
_INCLUDE = re.compile(r"include::[^\s\[]*\[.*\][ \t]*")
_DIRECTIVE = re.compile(r"(?:ifdef|ifndef|ifeval|endif)::.*")
_ATTRIBUTE = re.compile(r"(?<![$\\{])\{([A-Za-z0-9_][\w-]*)\}")
# What may stand on both sides of a whole value.
_BEFORE_VALUE, _AFTER_VALUE = (
    ("", " ", "\t", "[", ",", '"', "'"),
    ("", " ", "\t", ",", "]", "}", '"', "'"),
)


class Hidden(NamedTuple):
    """Lines that YAML can be read in.

    `foreign` is what stands in them for what the file has. `is_partial`: something is left out.
    """

    lines: list[str]
    foreign: dict[str, str]
    is_partial: bool

    def shown(self, text: str) -> str:
        """A piece of them as the file has it."""
        # A value that is set has neither as a rule.
        if "#" in text or "$" in text:
            for ours, theirs in self.foreign.items():
                text = text.replace(ours, theirs)
        return text


def hide(lines: Sequence[str], is_asciidoc: bool) -> Hidden:
    """The lines without what is no YAML."""
    foreign: dict[str, str] = {}
    is_partial = False
    hidden = []
    for line in lines:
        ellipsis = _ELLIPSIS.fullmatch(line)
        is_left_out = ellipsis is not None or (is_asciidoc and bool(_INCLUDE.fullmatch(line)))
        is_partial = is_partial or is_left_out
        if ellipsis is not None and ellipsis["comment"]:
            shown = line
        elif is_left_out or (is_asciidoc and _DIRECTIVE.fullmatch(line)):
            shown = _as_comment(line, len(line) - len(line.lstrip()), foreign)
        elif is_asciidoc and ("<" in line or "{" in line):
            shown = _without_marks(line, foreign)
        else:
            shown = line
        hidden.append(shown)
    return Hidden(hidden, foreign, is_partial)


def _as_comment(line: str, start: int, foreign: dict[str, str]) -> str:
    """The line with a comment in place of what begins there."""
    comment = f"#{line[start + 1 :]}"
    foreign[comment] = line[start:]
    return line[:start] + comment


def _without_marks(line: str, foreign: dict[str, str]) -> str:
    callouts = _CALLOUTS.search(line, max(len(line) - _MOST_CALLOUTS, 0))
    if callouts is not None and line[: callouts.start()][-1:] in ("", " ", "\t"):
        line = _as_comment(line, callouts.start(), foreign)
    elif callouts is not None:
        line = line[: callouts.start()] + " " * len(callouts[0])
    return _ATTRIBUTE.sub(lambda match: _placeholder(match, foreign), line)


def _placeholder(attribute: re.Match[str], foreign: dict[str, str]) -> str:
    """What is read as a value that nobody knows yet: `$version_`, `${version` in a longer one."""
    text, name = attribute.string, attribute[1]
    around = text[attribute.start() - 1 : attribute.start()], text[attribute.end() :][:1]
    is_whole = around[0] in _BEFORE_VALUE and around[1] in _AFTER_VALUE
    # Inside of braces a value has none.
    placeholder = f"${name.replace('-', '_')}_" if is_whole else f"${{{name}"
    foreign[placeholder] = attribute[0]
    return placeholder
