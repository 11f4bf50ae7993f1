"""`python -m fuzz TARGET --minutes 15`: feed a target with what it was never meant to read.

What fails is printed and kept in fuzz/findings; then the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fuzz import engines
from fuzz.targets import about, load, names


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=names(), metavar="TARGET")
    parser.add_argument("--list", action="store_true", help="show the targets")
    parser.add_argument("--minutes", type=float, default=15, help="how long [15]")
    parser.add_argument("--engine", choices=engines.ENGINES, default="hypothesis")
    parser.add_argument("--replay", metavar="FILE", help="try this file's bytes only")
    chosen = parser.parse_args()
    if chosen.list or chosen.target is None:
        for name in names():
            print(f"{name:14} {about(name)}")
        return 0
    if chosen.replay:
        load(chosen.target).check(Path(chosen.replay).read_bytes())
        return 0
    return engines.ENGINES[chosen.engine](chosen.target, 60 * chosen.minutes)


if __name__ == "__main__":
    sys.exit(main())
