"""Patterns of files, as in .gitignore."""

from __future__ import annotations

import re

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

# What pathspec makes of `*` in a name, of what else a name may hold, and of `**` before a name.
_STAR = r"\[\^/\]\*"
_OTHER = r"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\](?!\*)|[^\\\[(/])"
_STARS = rf"{_STAR}({_OTHER}*)(?={_STAR})"
_FOLDERS = r"(?:(?<=\^)\(\?:\.\+/\)\?|\(\?:/\.\+\)\?/)"
_BETWEEN = rf"({_FOLDERS})((?:(?!{_FOLDERS}|\(\?:\(|\(\?P).)+)(?=\(\?:/\.\+\)\?/)"


def is_pattern(text: str) -> bool:
    """Whether git takes it for a pattern: a `!` alone is none."""
    try:
        spec([text])
    except ValueError:
        return False
    return True


def spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of a .gitignore. Raises ValueError for what is none."""
    # Not imported where nothing names a pattern.
    from pathspec import GitIgnoreSpec

    found = GitIgnoreSpec.from_lines(lines)
    for pattern in found.patterns:
        regex = getattr(pattern, "regex", None)
        if regex is not None:
            pattern.regex = re.compile(_without_retries(regex.pattern))
    return found


def _without_retries(regex: str) -> str:
    """The same regular expression, whose time grows with the length of a path and not its power.

    Of two stars the first matches as little as it can: what a longer match leaves to the second,
    the shorter one leaves to it as well. So no other match of the first needs to be tried. Without
    that `*a*a*a*a*b` takes hours for a file that is called `aaaa…`.
    """
    regex = re.sub(_STARS, r"(?>[^/]*?\1)", regex)
    return re.sub(_BETWEEN, _at_first, regex)


def _at_first(match: re.Match[str]) -> str:
    folders = match[1].replace(".+", ".+?").replace(")?", ")??")
    return f"(?>{folders}{match[2]}(?=/))"
