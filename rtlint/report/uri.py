"""A file's path as the formats for other machines write it."""

from __future__ import annotations

import os
from urllib.parse import quote


def relative(path: str) -> str:
    """The path from the current folder on where it lies below it, with slashes."""
    inside = os.path.relpath(path) if os.path.isabs(path) else path
    chosen = path if inside.startswith("..") else inside
    return chosen.replace(os.sep, "/")


def uri(path: str) -> str:
    """A relative reference, or a file URI for a path outside of the current folder."""
    name = relative(path)
    # Bytes that are no UTF-8 come as surrogates.
    quoted = quote(name.encode("utf-8", "surrogateescape"), safe="/")
    return f"file://{quoted}" if name.startswith("/") else quoted
