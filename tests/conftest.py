"""What several test modules share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def rtlint():
    """Run the command line in a process of its own, as users do."""
    return _runner()


@pytest.fixture
def rtlint_of_a_user():
    """The same without root's right to read and write whatever it likes."""
    if os.geteuid() != 0:
        return _runner()
    if shutil.which("setpriv") is None:
        pytest.skip("root reads and writes everything, and there is no setpriv (util-linux)")
    return _runner("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def _runner(*prefix):
    def run(*args, cwd=ROOT, stdin=b"", env=None):
        command = [*prefix, sys.executable, "-m", "rtlint", *map(str, args)]
        done = subprocess.run(
            command, cwd=cwd, input=stdin, capture_output=True, env=env, check=False, timeout=120
        )
        done.out = done.stdout.decode(errors="backslashreplace")
        done.err = done.stderr.decode(errors="backslashreplace")
        assert "Traceback" not in done.out + done.err
        return done

    return run
