"""What a machine may lack: each file is its old or its new self, and the exit status is true."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, run_limited

VM = (
    "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: rt}\n"
    "spec: {domain: {cpu: {model: host-model, cores: 4, realtime: {}}, devices: {}}}\n"
)
SOME, MANY = ("---\n".join([VM] * count) for count in (60, 150))
FULL = Path("/dev/full")


def run(args, cwd, env=None, **files):
    command = [sys.executable, "-m", "rtlint", *args]
    env = {"PYTHONPATH": str(ROOT), **(os.environ if env is None else env)}
    return subprocess.run(command, cwd=cwd, env=env, check=False, timeout=120, **files)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds to RLIMIT_AS")
@pytest.mark.parametrize("args", [["--output-format", "json"], ["--fix"], ["--jobs", "2"]])
def test_too_little_memory(tmp_path, args):
    """With a little more each time: some of these runs begin and cannot end."""
    statuses = set()
    for most in (24, 27, 30, 300):
        for number in range(2):
            (tmp_path / f"vm{number}.yaml").write_text(SOME)
        done = run_limited([*args, "."], tmp_path, memory=most * 2**20)
        assert "Traceback" not in done.stderr
        assert (done.returncode == 2) == ("memory" in done.stderr.lower()), done.stderr
        statuses.add(done.returncode)
        for path in tmp_path.iterdir():
            text = path.read_text()
            assert (text == SOME) != (VM not in text), path
    assert statuses == {1, 2}


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize(
    ("args", "status"), [(["vm.yaml"], 2), (["nowhere.yaml"], 2), (["preview", "nowhere.yaml"], 2)]
)
def test_a_full_disk_behind_both_outputs(tmp_path, args, status):
    (tmp_path / "vm.yaml").write_text(VM)
    with FULL.open("wb") as full:
        assert run(args, tmp_path, stdout=full, stderr=full).returncode == status


@pytest.mark.parametrize(
    "env", [{}, {"HOME": ""}, {"HOME": "/nowhere", "LC_ALL": "nonsense"}, {"LC_ALL": "POSIX"}]
)
def test_no_home_and_no_locale(tmp_path, env):
    (tmp_path / "名.yaml").write_text(VM)
    done = run(["--fix", "."], tmp_path, env, capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "host-passthrough" in (tmp_path / "名.yaml").read_text()


REALTIME = VM.replace("{}}, devices", "{mask: 0-3}}, devices")
# Whoever writes beside a run: the whole file anew, more of it, or less.
WRITERS = {
    "replaced": (
        "new = f'{path}.new'; open(new, 'w').write(versions[n % 2]); os.replace(new, path)"
    ),
    "grows and shrinks": "open(path, 'a').write(more); os.truncate(path, len(more) * (1 + n % 3))",
}


@pytest.mark.parametrize("comment", [10, 60_000], ids=["small", "large"])
@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_that_another_process_writes(tmp_path, writer, comment):
    """Small ones are read whole, large ones document by document; see `project/stream.py`."""
    file = tmp_path / "vm.yaml"
    file.write_text(VM)
    script = (
        "import itertools, os, time\n"
        f"path, padding = {str(file)!r}, '# ' + 'x' * {comment} + chr(10)\n"
        f"versions = [('---' + chr(10) + vm + padding) * 20 for vm in ({VM!r}, {REALTIME!r})]\n"
        "more = versions[0]\n"
        "for n in itertools.count():\n"
        f"    {WRITERS[writer]}\n"
        "    time.sleep(0.002)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script])
    try:
        for args in (["--fix"], ["--diff"], [], ["--fix", "--unsafe-fixes"], ["preview"]):
            done = run([*args, "vm.yaml"], tmp_path, capture_output=True)
            assert b"Traceback" not in done.stderr
            assert b"internal error" not in done.stderr
            # What --fix would do, or has left, is told of a file that could be read.
            summary = rb"rtlint: --fix .*\n"
            assert (done.returncode == 2) == bool(re.sub(summary, b"", done.stderr)), done.stderr
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert {path.name for path in tmp_path.iterdir()} <= {"vm.yaml", "vm.yaml.new"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are forks")
def test_a_process_of_many_that_is_killed(tmp_path):
    """Its share is done all the same."""
    rule = 'import os\nfrom rtlint.rule import *\nRULE = Rule("SITE001", "a", "info", "object")\n'
    rule += (
        "def check(obj, context):\n"
        f"    if os.getppid() != {os.getpid()} and 'vm3' in obj.source.path:\n"
        f"        os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        "    yield Finding('metadata.name', 'Seen.')\n"
    )
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "site001_a.py").write_text(rule)
    for number in range(6):
        (tmp_path / f"vm{number}.yaml").write_text(VM)
    args = ["--rule-path", "own", "--select", "SITE", "--jobs", "2", "."]
    done = run(args, tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"SITE001") == 6


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells of children")
def test_the_run_that_is_killed_and_its_processes(tmp_path):
    """None of them waits for ever for somebody to read what it found."""
    for number in range(40):
        (tmp_path / f"vm{number}.yaml").write_text(MANY)
    command = [sys.executable, "-m", "rtlint", "--jobs", "3", "--output-format", "json", "."]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    # Nobody reads the report, so that in the end all of them wait.
    run = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE)
    children = []
    for _ in wait():
        tasks = Path(f"/proc/{run.pid}/task/{run.pid}/children")
        children = tasks.read_text().split()
        if len(children) == 3:
            break
    time.sleep(1)
    run.kill()
    run.wait()
    run.stdout.close()
    for _ in wait():
        if not any(Path(f"/proc/{child}").exists() for child in children):
            break


def wait():
    for _ in range(600):
        yield
        time.sleep(0.1)
    pytest.fail("it takes for ever")
