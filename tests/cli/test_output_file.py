"""A report's file is the old one or the new one, whole, whatever comes in between."""

import os
import stat
import subprocess
import sys
import threading

import pytest

VM = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: a}
spec: {domain: {cpu: {cores: 2, realtime: {}}}}
"""

ARGUMENTS = [
    ("--output-format", "json", "--output-file"),
    ("--diff", "--output-file"),
]


def run(*arguments, preamble="", **options):
    code = f"{preamble}\nfrom rtlint.cli import main\nmain()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def vm(tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(VM)
    return file


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda each: each[0])
def test_where_the_disk_is_full_the_old_report_stays(vm, tmp_path, arguments):
    report = tmp_path / "report"
    report.write_text("old")
    # Half of a report fits, and then the disk is full.
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))"
    done = run("check", *arguments, report, vm, preamble=limit)
    assert (done.returncode, report.read_text()) == (2, "old")
    assert f"{report}: File too large" in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"report", "vm.yaml"}


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda each: each[0])
def test_a_report_keeps_its_mode_and_its_link(vm, tmp_path, arguments):
    report, link = tmp_path / "report", tmp_path / "link"
    report.write_text("old")
    report.chmod(0o640)
    link.symlink_to(report)
    assert run("check", *arguments, link, vm).returncode == 1
    assert link.is_symlink()
    assert stat.S_IMODE(report.stat().st_mode) == 0o640
    assert "autoattachMemBalloon" in report.read_text()


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda each: each[0])
def test_a_pipe_and_what_standard_output_is_are_written_in_place(vm, tmp_path, arguments):
    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    # A daemon: where nobody writes into the pipe, it never ends.
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()), daemon=True)
    reader.start()
    assert run("check", *arguments, pipe, vm).returncode == 1
    reader.join(60)
    assert found
    assert "autoattachMemBalloon" in found[0]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    taken = tmp_path / "taken"
    with taken.open("wb") as stream:
        code = "from rtlint.cli import main; main()"
        line = [sys.executable, "-c", code, "check", "-q", *arguments, "/dev/stdout", str(vm)]
        subprocess.run(line, stdout=stream, check=False)
    assert "autoattachMemBalloon" in taken.read_text()
