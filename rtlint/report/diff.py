"""What fixing would change, as a unified diff that `git apply` takes."""

from __future__ import annotations

import os
import re
from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rtlint.report.model import Report

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def render(report: Report) -> str:
    """The diffs of all files that fixing changes, in the order of their paths."""
    return "".join(
        diff(linted.source.path, linted.mark + linted.before.text, linted.mark + linted.source.text)
        for linted in report.files
        if linted.before is not None
    )


def diff(path: str, old: str, new: str) -> str:
    """A unified diff of two texts; empty where they are the same."""
    name = os.path.normpath(path).removeprefix("/")
    # Not splitlines: git ends a line at a line feed and nowhere else.
    heads = _quoted(f"a/{name}"), _quoted(f"b/{name}")
    lines = unified_diff(_LINE.findall(old), _LINE.findall(new), *heads)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _quoted(name: str) -> str:
    """The name as git writes it: in quotes where it could be read as more than a name."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return name
    # Octal escapes are all that git's quotes need.
    data = name.encode("utf-8", "surrogateescape")
    plain = (
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}"
        for byte in data
    )
    return f'"{"".join(plain)}"'
