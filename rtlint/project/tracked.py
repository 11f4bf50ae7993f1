"""What git tracks in a repository, read from its index.

Git itself is not asked: it may be missing, it refuses what belongs to somebody else (a folder that
a container mounts), and a plain run starts no program. The format is that of gitformat-index(5).
"""

from __future__ import annotations

import os
from bisect import bisect_left
from contextlib import suppress

from rtlint import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

_MOST = 2**30  # bytes
# Bytes of an entry before its flags, without the object's name: SHA-1 has 20 bytes, SHA-256 has 32.
_STATUS, _NAMES = 40, (20, 32)
_EXTENDED, _LENGTH = 0x4000, 0x0FFF
# In an index of a worktree that shares most with another file, what it has beside that.
_LINK = b"link"


class Tracked:
    """The paths below a folder that git tracks there."""

    def __init__(self, paths: list[bytes]) -> None:
        self._paths = sorted(paths)
        # A sparse index has one entry for all of a folder that is not checked out.
        self._folders = tuple(path for path in paths if path.endswith(b"/"))

    def holds(self, path: str, is_folder: bool) -> bool:
        """Whether git tracks the file, or anything in the folder."""
        wanted = os.fsencode(path)
        if self._folders and any(wanted.startswith(folder) for folder in self._folders):
            return True
        start = wanted + b"/" if is_folder else wanted
        index = bisect_left(self._paths, start)
        found = self._paths[index : index + 1]
        if is_folder:
            # A submodule is an entry itself.
            return any(each.startswith(start) for each in found) or self.holds(path, False)
        return found == [wanted]


NOTHING: Final = Tracked([])


def tracked(folder: str) -> Tracked | None:
    """What git tracks in the repository that has its root in the folder.

    None where the folder is none, or where its index cannot be read.
    """
    git = os.path.join(folder, ".git")
    with suppress(OSError, ValueError):
        if os.path.isfile(git):
            # A worktree's or a submodule's: `gitdir: PATH`.
            said = _read(git, 2**16).decode(errors="surrogateescape")
            git = os.path.join(folder, said.removeprefix("gitdir:").strip())
        index = os.path.join(git, "index")
        if not os.path.exists(index):
            return NOTHING if os.path.isdir(git) else None
        paths, shared = _parse(_read(index, _MOST))
        if shared is not None:
            more, _ = _parse(_read(os.path.join(git, f"sharedindex.{shared}"), _MOST))
            paths += more
        return Tracked(paths)
    return None


def _read(path: str, most: int) -> bytes:
    """Raises OSError, and ValueError for what is no file, or is too large."""
    if not os.path.isfile(path):
        raise ValueError(path)
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(path)
    return data


def _parse(data: bytes) -> tuple[list[bytes], str | None]:
    """The paths of an index, and the name of the one that it shares. Raises ValueError."""
    version, count = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
    if not data.startswith(b"DIRC") or version not in (2, 3, 4):
        raise ValueError("no index")
    for size in _NAMES:
        # An entry says how long its path is, so the wrong size shows at once.
        with suppress(ValueError, IndexError):
            paths, end = _entries(data, version, count, size)
            return paths, _shared(data, end, size)
    raise ValueError("no entries")


def _entries(data: bytes, version: int, count: int, size: int) -> tuple[list[bytes], int]:
    paths: list[bytes] = []
    path, place = b"", 12
    for _ in range(count):
        start = place
        place += _STATUS + size
        flags = int.from_bytes(data[place : place + 2], "big")
        place += 4 if flags & _EXTENDED else 2
        kept = 0
        if version == 4:
            dropped, place = _number(data, place)
            kept = len(path) - dropped
        end = data.index(b"\0", place)
        path = path[:kept] + data[place:end]
        if min(len(path), _LENGTH) != flags & _LENGTH:
            raise ValueError("no entry")
        place = end + 1
        if version < 4:
            # One to eight zeros fill an entry up.
            place = start + (end - start + 8) // 8 * 8
        paths.append(path)
    return paths, place


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number as version 4 packs it, and what follows it."""
    byte = data[place]
    value = byte & 127
    while byte & 128:
        place += 1
        byte = data[place]
        value = ((value + 1) << 7) | (byte & 127)
    return value, place + 1


def _shared(data: bytes, place: int, size: int) -> str | None:
    while place + 8 <= len(data) - size:
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "big")
        if name == _LINK:
            shared = data[place + 8 : place + 8 + size]
            return shared.hex() if any(shared) else None
        place += 8 + length
    return None
