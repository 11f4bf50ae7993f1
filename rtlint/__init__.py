"""rtlint: a linter for realtime virtual machines on KubeVirt."""

import os.path

__version__ = "0.1.0"

_PACKAGE = os.path.dirname(__file__)

# A wheel carries `rules/` and `schemas/` inside the package; a checkout and an editable install
# have them beside it.
DATA = _PACKAGE if os.path.isdir(f"{_PACKAGE}/rules") else os.path.dirname(_PACKAGE)
