"""What several test modules share."""

import cProfile
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rtlint.kubevirt.schema import explain, names

ROOT = Path(__file__).parent.parent
# Commits by nobody in particular, whatever the machine's configuration says of signing them.
GIT = (
    "git",
    *("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"),
)


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


# A process sets its own limits and becomes rtlint: one that pytest forks could be over them.
_LIMITED = """
import os, resource, sys
for name, most in zip(("CPU", "AS"), map(int, sys.argv[1:3])):
    if most and (name == "CPU" or sys.platform == "linux"):
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
os.execv(sys.executable, [sys.executable, "-m", "rtlint", *sys.argv[3:]])
"""


def run_limited(args, cwd, cpu=0, memory=0):
    """Run rtlint with so many seconds of a processor and bytes of memory; 0 is without a limit."""
    pytest.importorskip("resource")
    command = [sys.executable, "-c", _LIMITED, str(cpu), str(memory), *args]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120
    )


def calls(work):
    """How many calls the work makes, of Python functions and of built-in ones.

    It looks up all misspelt names anew: of those that work before has had some are known still.
    """
    for known in (names._near_names, names._same_letters, explain._lifetimes, explain._schema):
        known.cache_clear()
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(each.callcount for each in profile.getstats())
