"""Which of the named paths hold nothing: a typing error in one must not pass for a clean run."""

from __future__ import annotations

import os

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtlint.lint.linted import Linted

_SHOWN = 3


def without_vms(paths: Iterable[str], files: Iterable[Linted]) -> list[str]:
    """A note about the paths in which there is neither a VM nor a finding, where there is one.

    None where no path holds a VM: the report says that of all.
    """
    holders = _with_folders(
        linted.source.path
        for linted in files
        if linted.result.workloads or linted.result.diagnostics
    )
    if not holders:
        return []
    # One that is not there, or standard input, has its own message.
    there = filter(os.path.exists, paths)
    empty = [path for path in there if os.path.normpath(path) not in holders]
    if not empty:
        return []
    more = f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else ""
    return [f"no VM in {', '.join(empty[:_SHOWN])}{more}"]


def without_documents(
    paths: Iterable[str], files: Iterable[Linted], stdin_name: str
) -> Iterable[str]:
    """The folders, and standard input, of which no document was looked at; where none was at all,
    all paths.

    What was rendered of a folder, `chart (helm template)`, is looked at in it.
    """
    names = [linted.source.path for linted in files if linted.result.documents]
    rendered = (name.rpartition(" (")[0] for name in names if name.endswith(")"))
    holders = _with_folders((*names, *rendered))
    named = {path: stdin_name if path == "-" else os.path.normpath(path) for path in paths}
    return [
        path
        for path, name in named.items()
        if name not in holders and (not names or path == "-" or os.path.isdir(path))
    ]


def _with_folders(paths: Iterable[str]) -> set[str]:
    """The paths with all folders above them."""
    found: set[str] = set()
    for path in paths:
        while path not in found:
            found.add(path)
            path = os.path.dirname(path) or "."  # noqa: PLW2901
    return found
