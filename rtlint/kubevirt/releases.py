"""KubeVirt's releases, and how a user names one."""

from __future__ import annotations

import re

from rtlint.tuples import NamedTuple


class Release(NamedTuple):
    """A KubeVirt release; compares with plain tuples: `release >= (0, 58, 1)`."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}.{self.patch}"


# The newest patch of every minor release that rtlint knows (tags of kubevirt/kubevirt).
_NEWEST_PATCHES = {
    (0, 47): 1, (0, 48): 1, (0, 49): 1, (0, 50): 0, (0, 51): 0, (0, 52): 0, (0, 53): 2,
    (0, 54): 0, (0, 55): 2, (0, 56): 1, (0, 57): 1, (0, 58): 2, (0, 59): 2, (1, 0): 1,
    (1, 1): 1, (1, 2): 2, (1, 3): 1, (1, 4): 1, (1, 5): 3, (1, 6): 6, (1, 7): 4, (1, 8): 4,
    (1, 9): 0,
}  # fmt: skip

# The first release with `cpu.realtime` is v0.47.1; v0.47.0 has none.
OLDEST = Release(0, 47, 1)
NEWEST = Release(*max(_NEWEST_PATCHES), _NEWEST_PATCHES[max(_NEWEST_PATCHES)])

_VERSION = r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?"


def minor_releases() -> tuple[tuple[int, int], ...]:
    """The minor releases that are known, the oldest first."""
    return tuple(_NEWEST_PATCHES)


def newest_of(minor: tuple[int, ...]) -> Release:
    """The newest patch of a minor release."""
    return Release(minor[0], minor[1], _NEWEST_PATCHES[minor[0], minor[1]])


def parse_release(text: str) -> Release:
    """The release that `v1.9`, `1.9`, `v1.9.0` names; without a patch number the newest patch.

    A patch newer than the ones known here is taken as it is: patches come out after rtlint does.
    Raises ValueError for text that names no release from v0.47.1 to v1.9.
    """
    match = re.fullmatch(_VERSION, text.strip())
    if match is None:
        raise ValueError(f"`{text}` is no KubeVirt version; write it as v1.9 or v1.9.0")
    minor = (int(match[1]), int(match[2]))
    if minor in _NEWEST_PATCHES:
        patch = _NEWEST_PATCHES[minor] if match[3] is None else int(match[3])
        release = Release(*minor, patch)
        if release >= OLDEST:
            return release
    newest = f"v{NEWEST.major}.{NEWEST.minor}"
    raise ValueError(f"KubeVirt {text} is not known; rtlint knows {OLDEST} to {newest}")
