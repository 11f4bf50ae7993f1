"""`python -m rtlint`."""

import sys

# `python -m` looks for modules in the current folder first, and what is linted lies there.
if not sys.flags.safe_path:
    del sys.path[0]

from rtlint.cli import main

main()
