"""rtlint: a linter for realtime virtual machines on KubeVirt."""

import os.path

__version__ = "0.1.0"

# What typing has under this name, which type checkers know it by. Importing typing for it would
# add 8 % to a clean VM's run.
TYPE_CHECKING = False

_PACKAGE = os.path.dirname(__file__)

# A wheel carries `rules/` and `schemas/` inside the package; a checkout and an editable install
# have them beside it.
DATA = _PACKAGE if os.path.isdir(f"{_PACKAGE}/rules") else os.path.dirname(_PACKAGE)
