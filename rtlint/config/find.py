"""Where the configuration of a file stands."""

from __future__ import annotations

import os

NAMES = (".rtlint.yaml", "rtlint.yaml")
PYPROJECT = "pyproject.toml"
_MAX_SIZE = 2**20  # bytes


def nearest(folder: str, known: dict[str, str | None]) -> str | None:
    """The configuration file for what lies in a folder: its own, or the nearest above.

    The search ends at the repository's root. `known` remembers what was found for which folder.
    """
    if folder not in known:
        parent = os.path.dirname(folder)
        is_top = parent == folder or os.path.exists(os.path.join(folder, ".git"))
        known[folder] = configuration_in(folder) or (None if is_top else nearest(parent, known))
    return known[folder]


def repository(folder: str) -> str:
    """The root of the repository that a folder lies in, or the folder itself."""
    top = folder
    while not os.path.exists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return folder
        top = parent
    return top


def configuration_in(folder: str) -> str | None:
    """The configuration file of a folder itself."""
    for name in NAMES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    path = os.path.join(folder, PYPROJECT)
    return path if os.path.isfile(path) and _speaks_of_rtlint(path) else None


def _speaks_of_rtlint(path: str) -> bool:
    """Most pyproject.toml files are about other tools, and may be broken for all we care."""
    try:
        with open(path, "rb") as file:
            return b"tool.rtlint" in file.read(_MAX_SIZE)
    except OSError:
        return False
