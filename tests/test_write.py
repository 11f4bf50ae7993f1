"""Files are written whole or not at all, and a failure is that file's alone."""

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from rtlint.cli.write import Unwritten, write_whole

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
    assert done.err == f"rtlint: {vm}: the file is read-only; it was not fixed\n"
    assert f"{vm}:7:14: error RT101" in done.out, "what is still wrong is still reported"
    assert vm.read_text() == BROKEN
    assert other.read_text() == FIXED


@pytest.mark.skipif(is_root, reason="root writes everywhere")
def test_a_read_only_folder(rtlint, vm):
    vm.parent.chmod(0o555)
    try:
        done = rtlint("--fix", *SELECT, vm)
    finally:
        vm.parent.chmod(0o755)
    assert done.returncode == 2
    assert "Permission denied; the file was not fixed" in done.err
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
    assert done.stderr == f"rtlint: {large}: File too large; the file was not fixed\n"
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
    with pytest.raises(Unwritten, match="No space left on device; the file was not fixed"):
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
