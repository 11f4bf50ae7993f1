"""rtlint: a linter for realtime virtual machines on KubeVirt."""

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).parent

# A wheel carries `rules/` and `schemas/` inside the package; a checkout and an editable install
# have them beside it.
DATA = _PACKAGE if (_PACKAGE / "rules").is_dir() else _PACKAGE.parent
