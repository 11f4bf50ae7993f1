"""`python -m rtlint`."""

from rtlint.cli import main

main()
