"""Which of the named paths hold no VM: a typing error in one must not pass for a clean run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rtlint.lint.linted import Linted

_SHOWN = 3


def without_vms(paths: Iterable[str], files: Iterable[Linted]) -> list[str]:
    """A note about the paths in which there is neither a VM nor a finding, where there is one.

    None where no path holds a VM: the report says that of all.
    """
    holders: set[str] = set()
    for linted in files:
        if linted.result.workloads or linted.result.diagnostics:
            path = linted.source.path
            while path not in holders:
                holders.add(path)
                path = os.path.dirname(path) or "."
    if not holders:
        return []
    # One that is not there, or standard input, has its own message.
    there = filter(os.path.exists, paths)
    empty = [path for path in there if os.path.normpath(path) not in holders]
    if not empty:
        return []
    more = f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else ""
    return [f"no VM in {', '.join(empty[:_SHOWN])}{more}"]
