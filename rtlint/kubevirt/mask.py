"""The vCPU mask (`cpu.realtime.mask`) as each era of KubeVirt reads it.

To v0.58.0 KubeVirt hands the mask to libvirt (`<vcpusched vcpus="…">`), which reads it with
virBitmapParse (libvirt, src/util/virbitmap.c). From v0.58.1 virt-handler reads it itself
(kubevirt, cmd/virt-handler and pkg/virt-handler/realtime.go). No release checks it at admission.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

from rtlint.kubevirt.ids import NO_IDS, Ids
from rtlint.kubevirt.releases import Release
from rtlint.tuples import NamedTuple

# From this release on virt-handler applies the mask, and libvirt never sees it.
VIRT_HANDLER_ERA = Release(0, 58, 1)

# libvirt's VIR_DOMAIN_CPUMASK_LEN: its bitmap holds the ids 0 to 16383.
MAX_IDS = 16384

# What Go's strings.TrimSpace trims; str.strip() would also take U+001C to U+001F.
_GO_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
# GLib's g_ascii_isspace, which libvirt uses: without the vertical tab.
_SPACE = r"[ \t\n\f\r]*"
# After a `-` libvirt calls strtol at once, which takes white space of its own and a plus sign.
_LIBVIRT_PIECE = (
    rf"(?:\^([0-9]+)|([0-9]+)(?:{_SPACE}-[ \t\n\v\f\r]*\+?([0-9]+))?){_SPACE}(,{_SPACE}|\Z)"
)
INT64_MAX = 2**63 - 1
# A VM has less vCPUs than that: a product of three uint32.
_EVERY = Ids([(0, 2**96)])
# Longer numbers are past every limit; converting them would cost quadratic time.
_MAX_DIGITS = 40


class Piece(NamedTuple):
    """One comma-separated piece of a mask: `3`, `0-3` or `^2`."""

    text: str
    negated: bool
    first: int
    last: int  # same as `first` where the piece is no range

    @property
    def is_single(self) -> bool:
        return "-" not in self.text


class Mask(NamedTuple):
    """A mask as one era reads it: `error` in the reader's own words, or the ids it selects.

    `wrong` is the index of the first piece that cannot be read.
    """

    error: str | None
    ids: Ids = NO_IDS
    pieces: tuple[Piece, ...] = ()
    wrong: int = 0

    def enabled(self, vcpus: int) -> Ids:
        """The ids below `vcpus` that get SCHED_FIFO."""
        return self.ids.within(0, vcpus - 1)

    def past(self, vcpus: int) -> int | None:
        """The lowest selected id that a VM with that many vCPUs lacks."""
        beyond = (max(first, vcpus) for first, last in self.ids.ranges if last >= vcpus)
        return next(beyond, None)


# Several rules ask for the mask of a VM, and the VMs of a fleet have the same.
@lru_cache(maxsize=8)
def read_mask(mask: str, release: Release) -> Mask:
    """The mask as the release reads it, before it is held against the VM's vCPUs.

    A mask that the release takes for "every vCPU" selects all ids.
    """
    if release >= VIRT_HANDLER_ERA:
        return _read_as_virt_handler(mask)
    return _read_as_libvirt(mask)


def refusal(mask: Mask, text: str, vcpus: int, release: Release) -> str | None:
    """Why nothing gets SCHED_FIFO from a mask at a VM start, in libvirt's or virt-handler's words.

    To v0.58.0 libvirt refuses a domain whose mask is unreadable, selects nothing or names an id
    that the domain lacks (libvirt, src/conf/domain_conf.c, virDomainThreadSchedParseHelper);
    virt-handler only stumbles over an unreadable one.
    """
    if mask.error is not None or release >= VIRT_HANDLER_ERA:
        return mask.error
    if not mask.ids:
        return f"unsupported configuration: 'vcpus' scheduler bitmap '{text}' is empty"
    missing = None if is_every_vcpu(text, release) else mask.past(vcpus)
    if missing is not None:
        return f"unsupported configuration: vCPU '{missing}' is not present in domain definition"
    return None


def is_every_vcpu(mask: str, release: Release) -> bool:
    """Whether the release takes the mask for "every vCPU": empty, and to v0.58.0 blank too."""
    return not mask if release >= VIRT_HANDLER_ERA else not mask.strip(_GO_SPACE)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _number(digits: str) -> int:
    return int(digits.lstrip("0")[:_MAX_DIGITS] or "0")


def _as_xml(mask: str) -> str:
    """Go's XML encoder writes U+FFFD for what XML cannot hold."""
    # Compiling this takes 4 ms: only a mask that needs it pays.
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", mask)


def _read_as_libvirt(mask: str) -> Mask:
    if is_every_vcpu(mask, Release(0, 58, 0)):
        return Mask(None, _EVERY)
    text = mask if mask.isprintable() else _as_xml(mask)
    error = f"invalid argument: Failed to parse bitmap '{text}'"
    # Ascending: where ids begin to be selected, and where they end to be, by turns.
    turns: list[int] = []
    pieces: list[Piece] = []
    position = len(text) - len(text.lstrip(" \t\n\f\r"))
    piece = re.compile(_LIBVIRT_PIECE)
    while position < len(text):
        match = piece.match(text, position)
        if match is None:
            return Mask(error, wrong=len(pieces))
        position = match.end()
        negated, first, last = match[1], match[2], match[3]
        low = _number(negated or first)
        high = _number(last) if last else low
        if high < low or high >= MAX_IDS:
            return Mask(error, wrong=len(pieces))
        pieces.append(Piece(match[0].strip(", \t\n\f\r"), bool(negated), low, high))
        # From left to right: an id that is taken out can come back.
        start, end = bisect_left(turns, low), bisect_right(turns, high + 1)
        was_in, stays_in, is_in = start % 2, end % 2, not negated
        turns[start:end] = [low] * (was_in != is_in) + [high + 1] * (stays_in != is_in)
    ranges = ((first, end - 1) for first, end in zip(turns[::2], turns[1::2], strict=True))
    return Mask(None, Ids(ranges), tuple(pieces))


def _read_as_virt_handler(mask: str) -> Mask:
    if not mask:
        return Mask(None, _EVERY)
    selected: list[tuple[int, int]] = []
    excluded: list[tuple[int, int]] = []
    pieces: list[Piece] = []
    for text in mask.split(","):
        piece = text.strip(_GO_SPACE)
        negated = piece.startswith("^")
        first, dash, last = piece.removeprefix("^").partition("-")
        numbers = (first, last) if dash else (first,)
        if not all(map(_is_number, numbers)) or (negated and dash):
            return Mask(f"invalid mask value '{text}' in '{mask}'", wrong=len(pieces))
        values = [_number(digits) for digits in numbers]
        for digits, value in zip(numbers, values, strict=True):
            if value > INT64_MAX:
                error = f'strconv.Atoi: parsing "{digits}": value out of range'
                return Mask(error, wrong=len(pieces))
        low, high = values[0], values[-1]
        if low > high:
            return Mask(f"invalid mask range `{low}-{high}`", wrong=len(pieces))
        pieces.append(Piece(piece, negated, low, high))
        # virt-handler compares a single id as text with the thread's: `01` is no vCPU's.
        if not dash and first != str(low):
            continue
        (excluded if negated else selected).append((low, high))
    # A negation wins wherever it stands.
    return Mask(None, Ids(selected).without(Ids(excluded)), tuple(pieces))
