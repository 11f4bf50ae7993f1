"""Patterns of files, as in .gitignore."""

from __future__ import annotations


def is_pattern(text: str) -> bool:
    """Whether git takes it for a pattern: a `!` alone is none."""
    # Not imported where nothing names a pattern.
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([text])
    except ValueError:
        return False
    return True
