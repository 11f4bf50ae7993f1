"""Files are written whole or not at all, and a failure is that file's alone."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from rtlint.lint import fixing
from rtlint.lint.settings import Settings
from rtlint.project.content import Content, Tell
from rtlint.project.discover import discover
from rtlint.project.lint import Fix, lint_files
from rtlint.project.write import Unwritten, write_whole

BROKEN = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata: {name: rt}
spec:
  domain:
    cpu:
      model: host-model # why
      realtime: {}
"""
FIXED = BROKEN.replace("host-model", "host-passthrough")
SELECT = ("--select", "RT101")
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def vm(tmp_path):
    file = tmp_path / "vm.yaml"
    file.write_text(BROKEN)
    return file


def leftovers(folder):
    return [path for path in folder.rglob("*") if path.name.startswith(".rtlint-")]


def test_a_fixed_file_keeps_its_mode(rtlint, vm):
    vm.chmod(0o4751)
    assert rtlint("--fix", *SELECT, vm).returncode == 0
    assert vm.read_text() == FIXED
    assert stat.S_IMODE(vm.stat().st_mode) == 0o4751
    assert not leftovers(vm.parent)


@pytest.mark.skipif(not is_root, reason="only root gives files away")
def test_a_fixed_file_keeps_its_owner(rtlint, vm):
    os.chown(vm, 12345, 54321)
    rtlint("--fix", *SELECT, vm)
    assert (vm.stat().st_uid, vm.stat().st_gid) == (12345, 54321)
    assert vm.read_text() == FIXED


def test_a_fixed_file_keeps_its_attributes(rtlint, vm):
    """Access lists among them, which only some file systems have."""
    try:
        os.setxattr(vm, "user.note", b"kept")
    except (OSError, AttributeError):
        pytest.skip("the file system has no extended attributes")
    assert rtlint("--fix", *SELECT, vm).returncode == 0
    assert (vm.read_text(), os.getxattr(vm, "user.note")) == (FIXED, b"kept")


def test_a_clean_file_is_not_written(rtlint, vm):
    vm.write_text(FIXED)
    before = vm.stat()
    assert rtlint("--fix", *SELECT, vm).returncode == 0
    assert (vm.stat().st_ino, vm.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("target", ["there/real.yaml", "{folder}/there/real.yaml"])
def test_a_link_stays_and_its_target_is_written(rtlint, tmp_path, target):
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "real.yaml"
    real.write_text(BROKEN)
    (tmp_path / "first.yaml").symlink_to(target.format(folder=tmp_path))
    link = tmp_path / "vm.yaml"
    link.symlink_to("first.yaml")
    assert rtlint("--fix", *SELECT, link).returncode == 0
    assert link.is_symlink()
    assert os.readlink(link) == "first.yaml"  # noqa: PTH115 - the link as it is written
    assert real.read_text() == FIXED
    assert not real.is_symlink()
    assert not leftovers(tmp_path)


def test_a_read_only_file_stays_and_the_others_are_fixed(rtlint, vm):
    other = vm.with_name("z.yaml")
    other.write_text(BROKEN)
    vm.chmod(0o444)
    done = rtlint("--fix", *SELECT, vm, other)
    assert done.returncode == 2
    assert done.err == f"rtlint: {vm}: the file is read-only; it was not written\n"
    assert f"{vm}:7:14: error RT101" in done.out, "what is still wrong is still reported"
    assert vm.read_text() == BROKEN
    assert other.read_text() == FIXED


def test_a_read_only_folder(rtlint_of_a_user, vm):
    vm.parent.chmod(0o555)
    try:
        done = rtlint_of_a_user("--fix", *SELECT, vm)
    finally:
        vm.parent.chmod(0o755)
    assert done.returncode == 2
    assert "Permission denied; the file was not written" in done.err
    assert vm.read_text() == BROKEN


def test_a_file_that_changed_is_left_alone(vm):
    with pytest.raises(Unwritten, match="changed while"):
        write_whole(str(vm), b"new", b"what it was before")
    assert vm.read_text() == BROKEN
    assert not leftovers(vm.parent)


def test_a_file_that_is_gone_is_not_made_anew(vm):
    vm.unlink()
    with pytest.raises(Unwritten, match="No such file"):
        write_whole(str(vm), b"new", b"old")
    assert not vm.exists()


def test_a_full_disk_leaves_the_old_content(tmp_path):
    """A limit on the size of files stands for the full disk: the write fails half way."""
    small, large = tmp_path / "a.yaml", tmp_path / "b.yaml"
    large.write_text(BROKEN + "# more\n" * 2000)
    small.write_text(BROKEN)
    old = large.read_text()

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    # Python ignores the signal that comes with the error.
    done = subprocess.run(
        [sys.executable, "-B", "-m", "rtlint", "--fix", *SELECT, large, small],
        cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr == f"rtlint: {large}: File too large; the file was not written\n"
    assert large.read_text() == old
    assert small.read_text() == FIXED
    assert not leftovers(tmp_path)


@pytest.mark.parametrize("call", ["write", "fsync", "fchmod", "replace"])
def test_whatever_the_system_refuses_nothing_is_left_behind(vm, monkeypatch, call):
    def refuse(*_args, **_options):
        raise OSError(28, "No space left on device")

    if call == "write":
        monkeypatch.setattr(os, "fdopen", refuse)
    elif call == "replace":
        monkeypatch.setattr("pathlib.Path.replace", refuse)
    else:
        monkeypatch.setattr(os, call, refuse)
    with pytest.raises(Unwritten, match="No space left on device; the file was not written"):
        write_whole(str(vm), b"new", BROKEN.encode())
    assert vm.read_text() == BROKEN
    assert not leftovers(vm.parent)


def test_bytes_around_the_text_stay(rtlint, vm):
    vm.write_bytes(b"\xef\xbb\xbf" + BROKEN.replace("\n", "\r\n").removesuffix("\n").encode())
    rtlint("--fix", *SELECT, vm)
    expected = FIXED.replace("\n", "\r\n").removesuffix("\n").encode()
    assert vm.read_bytes() == b"\xef\xbb\xbf" + expected


def test_standard_input_goes_on_to_standard_output(rtlint):
    done = rtlint("--fix", *SELECT, "-", stdin=BROKEN.encode())
    assert done.returncode == 0
    assert done.out == FIXED
    assert "<stdin>:7: fixed RT101 cpu-host-passthrough" in done.err


def test_standard_input_with_nothing_to_fix_goes_through_as_it_is(rtlint):
    for data in (
        b"a: [",
        b"\xc3\xa9: 1",
        b"",
        FIXED.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbfa: 1",
    ):
        done = rtlint("--fix", "--fail-on", "never", *SELECT, "-", stdin=data)
        assert done.stdout == data


def test_a_closed_standard_output_is_no_traceback(vm):
    command = [sys.executable, "-m", "rtlint", "--fix", *SELECT, "-"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command,
            cwd=ROOT,
            input=BROKEN.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_hard_links_are_not_written_through(rtlint, vm, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / "elsewhere" / "mine.txt"
    os.link(vm, other)
    assert rtlint("--fix", *SELECT, vm).returncode == 0
    assert (vm.read_text(), other.read_text()) == (FIXED, BROKEN)


def test_a_file_that_holds_the_new_content_already_is_left_alone(vm):
    vm.write_text(FIXED)
    before = vm.stat()
    write_whole(str(vm), FIXED.encode(), BROKEN.encode())
    assert vm.stat().st_ino == before.st_ino
    assert not leftovers(vm.parent)


def test_a_new_file_has_the_mode_that_new_files_have(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole(str(tmp_path / "new.yaml"), b"a: 1\n", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.yaml").stat().st_mode) == 0o640
    assert (tmp_path / "new.yaml").read_bytes() == b"a: 1\n"


def test_a_new_file_replaces_none_that_came_in_between(vm):
    with pytest.raises(Unwritten, match="changed while"):
        write_whole(str(vm), b"new", None)
    assert vm.read_text() == BROKEN
    assert not leftovers(vm.parent)


def killed(step, write):
    """Whether a process that does this is killed, with SIGKILL, before its n-th call into C code.

    Reading, writing, flushing, renaming: nothing touches a file but by such a call.
    """
    child = os.fork()
    if not child:
        left = step

        def count(_frame, event, _argument):
            nonlocal left
            if event == "c_call":
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.setprofile(count)
            write()
            sys.setprofile(None)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("old", [BROKEN, None], ids=["old", "new"])
def test_killed_at_every_step_the_file_is_old_or_new_and_whole(tmp_path, old):
    """And the next run finds nothing in its way, and no manifest that is not one."""
    vm = tmp_path / "vm.yaml"
    before = None if old is None else old.encode()
    seen = set()
    for step in range(10_000):
        vm.unlink(missing_ok=True)
        if old is not None:
            vm.write_text(old)
            vm.chmod(0o640)
        is_killed = killed(step, lambda: write_whole(str(vm), FIXED.encode(), before))
        seen.add(vm.read_text() if vm.exists() else None)
        if old is not None:
            assert stat.S_IMODE(vm.stat().st_mode) == 0o640
        assert {file.path for file in discover((str(tmp_path),))} <= {str(vm)}
        if not is_killed:
            break
    assert seen == {old, FIXED}
    assert step > 20, "it was killed between all calls"
    write_whole(str(vm), FIXED.encode(), FIXED.encode())
    assert vm.read_text() == FIXED


def test_killed_at_any_time_files_are_whole(tmp_path):
    """Whole runs in processes of their own, ended after times that are spread over a run's."""
    files = [tmp_path / f"{number:03}.yaml" for number in range(40)]
    command = [sys.executable, "-m", "rtlint", "--fix", *SELECT, str(tmp_path)]
    for file in files:
        file.write_text(BROKEN)
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    whole = time.monotonic() - began
    for part in range(1, 11):
        for file in files:
            file.write_text(BROKEN)
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(whole * part / 10)
        process.kill()
        process.wait()
        assert {file.read_text() for file in files} <= {BROKEN, FIXED}
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    assert {file.read_text() for file in files} == {FIXED}


def test_two_runs_at_once_fix_each_file_once(tmp_path):
    files = [tmp_path / f"{number:03}.yaml" for number in range(60)]
    for file in files:
        file.write_text(BROKEN)
    command = [sys.executable, "-m", "rtlint", "--fix", *SELECT, str(tmp_path)]
    runs = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ends = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], ends
    assert {file.read_text() for file in files} == {FIXED}
    assert not leftovers(tmp_path)


def test_an_edit_between_reading_and_writing_stays(vm, monkeypatch):
    """The file is saved in an editor while its fix is made."""
    edited = BROKEN.replace("# why", "# because")
    real = fixing.fix

    def slow(*args):
        vm.write_text(edited)
        return real(*args)

    monkeypatch.setattr(fixing, "fix", slow)
    failures = []
    tell = Tell(failures.append, failures.append)
    content = Content("vm.yaml", str(vm), BROKEN.encode())
    list(lint_files([content], lambda _: Settings(), Fix(False, write=True), tell))
    assert failures == ["vm.yaml: the file changed while it was read; it was not written"]
    assert vm.read_text() == edited
    assert not leftovers(vm.parent)


@pytest.fixture
def small_disk(tmp_path):
    """Run a shell script in a folder that is a file system of its own, 64 kB large."""
    unshare = shutil.which("unshare")
    mount = f"mount -t tmpfs -o size=64k none {tmp_path}"
    if (
        unshare is None
        or subprocess.run(
            [unshare, "-m", "sh", "-c", mount], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no file system can be mounted here")

    def run(script):
        rtlint = f'rtlint() {{ (cd {ROOT}; {sys.executable} -m rtlint "$@"); }}'
        whole = f"{mount}\n{rtlint}\ncd {tmp_path}\n{script}"
        return subprocess.run(
            [unshare, "-m", "bash", "-c", whole], input=BROKEN, text=True, capture_output=True,
            check=False,
        )  # fmt: skip

    return run


# Fill what is left of it, to the last byte.
FULL = "cat /dev/zero > full 2>/dev/null"


def test_a_disk_that_is_full(small_disk, tmp_path):
    done = small_disk(
        f"cat > vm.yaml; {FULL}; rtlint --fix --select RT101 {tmp_path}/vm.yaml; "
        "echo status $?; cat vm.yaml; ls -A"
    )
    assert done.stderr == (
        f"rtlint: {tmp_path}/vm.yaml: No space left on device; the file was not written\n"
    )
    assert done.stdout.endswith(f"status 2\n{BROKEN}full\nvm.yaml\n")


def test_a_disk_that_is_full_and_what_else_is_written(small_disk, tmp_path):
    baseline = "version: 1\nfindings: []\n"
    done = small_disk(
        f"cat > vm.yaml; printf '{baseline}' > known.yaml; {FULL}; rtlint --write-baseline "
        f"--baseline {tmp_path}/known.yaml {tmp_path}/vm.yaml; echo status $?; cat known.yaml; "
        f"rtlint --add-suppressions {tmp_path}/vm.yaml; echo status $?; cat vm.yaml; "
        f"rtlint --output-format json --output-file {tmp_path}/report {tmp_path}/vm.yaml; "
        "echo status $?"
    )
    said = f"rtlint: {tmp_path}/%s: No space left on device"
    assert done.stderr.splitlines() == [
        said % "known.yaml" + "; the file was not written",
        "rtlint: nothing to suppress",
        said % "vm.yaml" + "; the file was not written",
        said % "report",
    ]
    assert f"status 2\n{baseline}status 2\n{BROKEN}" in done.stdout
    assert done.stdout.endswith("status 2\n")


def test_a_disk_that_is_read_only(small_disk, tmp_path):
    done = small_disk(
        f"cat > vm.yaml; mount -o remount,ro {tmp_path}; rtlint --fix --select RT101 "
        f"{tmp_path}/vm.yaml; echo status $?; cat vm.yaml; rtlint --write-baseline "
        f"--baseline {tmp_path}/known.yaml {tmp_path}/vm.yaml; echo status $?; ls -A"
    )
    said = "Read-only file system; the file was not written"
    assert said in done.stderr.splitlines()[-1]
    first = done.stderr.splitlines()[0]
    assert "the file may not be written" in first or said in first
    assert done.stdout.endswith(f"status 2\n{BROKEN}status 2\nvm.yaml\n")


@pytest.mark.parametrize("option", ["--fix", "--add-suppressions"])
def test_a_pipe_is_read_and_not_written(rtlint, tmp_path, option):
    pipe = tmp_path / "vm.yaml"
    os.mkfifo(pipe)
    with subprocess.Popen(["/bin/sh", "-c", f"printf %s '{BROKEN}' > {pipe}"]):
        done = rtlint(option, *SELECT, pipe)
    assert done.returncode == 2
    assert f"rtlint: {pipe}: it is a pipe or a device and no file; it was not" in done.err


def test_no_baseline_is_written_to_a_pipe(rtlint, vm, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = rtlint("--write-baseline", "--baseline", tmp_path / "pipe", vm)
    assert (done.returncode, "it is a pipe or a device and no file" in done.err) == (2, True)
