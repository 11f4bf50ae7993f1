"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Unwritten(Exception):  # noqa: N818 - reported in one line; the file is its old self
    """Why a file was left as it was."""


def write_whole(path: str, new: bytes, old: bytes | None) -> None:
    """Replace the content `old` of a file by `new`, in one step; `old` None makes a new file.

    A temporary file beside the target takes its mode and owner and then its name, so that whoever
    reads sees the old content or the new. Behind a symbolic link its target is written. Raises
    Unwritten where the file is read-only, is not `old` any more, is none, or the disk refuses.
    """
    refuse_other_than_files(path)
    target = Path(os.path.realpath(path))
    try:
        status = None if old is None else target.stat()
        if status is not None:
            _refuse_read_only(target, status)
        temporary = _write_beside(target, (new,), status)
        try:
            # Right before the step that counts: an edit that came in between stays.
            found = target.read_bytes() if target.exists() else None
            if found not in (old, new):
                raise Unwritten("the file changed while it was read; it was not written")
            if found == new:
                # Another rtlint on the same files came first.
                temporary.unlink()
                return
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)
    except OSError as error:
        raise Unwritten(f"{error.strerror or error}; the file was not written") from None


def refuse_other_than_files(path: str) -> None:
    """Raise Unwritten for a pipe or a device: reading one again may never end."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise Unwritten("it is a pipe or a device and no file; it was not written")


def write_report(path: str, pieces: Iterable[bytes]) -> None:
    """Write a file in one step, or piece by piece where the path is a device or a pipe.

    What `/dev/stdout` and its like stand for is open already, and keeps its place. Raises OSError.
    """
    target = Path(os.path.realpath(path))
    status = target.stat() if target.exists() else None
    is_open = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    if is_open or (status is not None and not stat.S_ISREG(status.st_mode)):
        with open(path, "wb") as stream:
            for data in pieces:
                stream.write(data)
                stream.flush()
        return
    if status is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    temporary = _write_beside(target, pieces, status)
    try:
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _refuse_read_only(target: Path, status: os.stat_result) -> None:
    # Root may write anything, and a mode without `w` still says what its owner wants.
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise Unwritten("the file is read-only; it was not written")
    if not os.access(target, os.W_OK):
        raise Unwritten("the file may not be written; it was left as it is")


def _write_beside(target: Path, pieces: Iterable[bytes], status: os.stat_result | None) -> Path:
    """The pieces in a new file of the same folder, on the disk, with the target's mode and owner.

    Its name is nobody's guess and no manifest's: what a run that was killed leaves is not linted.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".rtlint-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            if status is None:
                os.fchmod(file.fileno(), 0o666 & ~_umask())
            else:
                # Another owner's file stays theirs where we may give it away, and ours else.
                with suppress(PermissionError):
                    os.fchown(file.fileno(), status.st_uid, status.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
                _copy_attributes(target, file.fileno())
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _copy_attributes(target: Path, handle: int) -> None:
    """Give the new file the old one's extended attributes: access lists are such."""
    if not hasattr(os, "listxattr"):
        return
    # Not every file system has them, and not every one may be set.
    with suppress(OSError):
        for name in os.listxattr(target):
            with suppress(OSError):
                os.setxattr(handle, name, os.getxattr(target, name))


def _umask() -> int:
    # There is no asking without setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _flush_folder(folder: Path) -> None:
    """Make the new name last through a power cut; some file systems cannot."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
