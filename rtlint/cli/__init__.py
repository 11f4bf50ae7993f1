"""The command line: one module a command, imported when that command runs."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> None:
    """Run the program; exits with the command's status."""
    # What a run allocates it keeps, or reference counts free it: to search for cycles every 700
    # objects only costs time, of which importing takes most.
    gc.set_threshold(100_000)
    from rtlint.cli.program import program

    try:
        program(args, prog_name="rtlint")
    finally:
        # Before it ends the interpreter searches everything once more for garbage, which takes a
        # sixth of a short run, to free memory that goes back as a whole a moment later.
        gc.freeze()
