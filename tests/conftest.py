"""What several test modules share."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def rtlint():
    """Run the command line in a process of its own, as users do."""

    def run(*args, cwd=ROOT, stdin=b"", env=None):
        command = [sys.executable, "-m", "rtlint", *map(str, args)]
        done = subprocess.run(
            command, cwd=cwd, input=stdin, capture_output=True, env=env, check=False, timeout=120
        )
        done.out = done.stdout.decode(errors="backslashreplace")
        done.err = done.stderr.decode(errors="backslashreplace")
        assert "Traceback" not in done.out + done.err
        return done

    return run
