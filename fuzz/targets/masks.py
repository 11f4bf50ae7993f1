"""vCPU masks: both eras' readings agree with plain models of libvirt's and virt-handler's."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from fuzz.target import Target
from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.mask import MAX_IDS, is_every_vcpu, read_mask, refusal
from rtlint.kubevirt.releases import NEWEST, Release

LIBVIRT = Release(0, 58, 0)
VCPUS = 8
# What Go takes for white space.
_GO_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_WORDS = ["0-3", "^", ",", "-", "+", "4294967295", "16383", "16384", "2147483648", "\v", "\u2003",
         "9223372036854775808", "00", " "]  # fmt: skip
_BLANKS = st.text(" \t\n\v\f\r\x1c\x85\u2003", max_size=2)
_NUMBERS = st.integers(0, 9).map(str) | st.sampled_from(
    [
        "00",
        "01",
        "16383",
        "16384",
        "2147483647",
        "2147483648",
        "9223372036854775808",
        "9" * 50,
        "+1",
    ]
)
_PIECES = st.one_of(
    _NUMBERS,
    st.builds("^{}".format, _NUMBERS),
    st.builds("{}{}-{}{}".format, _NUMBERS, _BLANKS, _BLANKS, _NUMBERS),
    st.text("0123456789-^+ ,\t\v²", max_size=4),
)
_SPACED = st.builds("{}{}{}".format, _BLANKS, _PIECES, _BLANKS)
_EXAMPLES = st.lists(_SPACED, max_size=6).map(lambda pieces: ",".join(pieces).encode())


def check(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    _check_model(text, LIBVIRT, _libvirt(text))
    _check_model(text, NEWEST, _virt_handler(text))


def _check_model(text: str, release: Release, expected: set[int] | None) -> None:
    mask = read_mask(text, release)
    assert (mask.error is None) == (expected is not None), mask
    if expected is None:
        assert (mask.ids, mask.pieces) == (Ids(), ())
        assert refusal(mask, text, VCPUS, release) == mask.error
        return
    assert set(mask.ids.within(0, MAX_IDS - 1)) == expected
    assert set(mask.enabled(VCPUS)) == {n for n in expected if n < VCPUS}
    if not is_every_vcpu(text, release):
        written = str(mask.ids.within(0, MAX_IDS - 1))
        for reader in (LIBVIRT, NEWEST) if written else ():
            assert str(read_mask(written, reader).ids) == written
        past = mask.past(VCPUS)
        beyond = {n for n in expected if n >= VCPUS}
        assert past == min(beyond) if beyond else past is None or past >= MAX_IDS


def _libvirt(text: str) -> set[int] | None:
    """libvirt's ids: one character after the other, from left to right."""
    if not text.strip(_GO_BLANKS):
        return set(range(MAX_IDS))
    # Between the two stands XML, which cannot hold every character.
    rest = "".join(c if c in "\t\n\r" or c >= " " else "\ufffd" for c in text)
    rest = rest.lstrip(" \t\n\r")
    ids: set[int] = set()
    while rest:
        is_out = rest.startswith("^")
        first, rest = _digits(rest.removeprefix("^"))
        last = first
        rest = rest.lstrip(" \t\n\r")
        if rest.startswith("-") and not is_out:
            last, rest = _digits(rest[1:].lstrip(" \t\n\r").removeprefix("+"))
            rest = rest.lstrip(" \t\n\r")
        if first is None or last is None or not first <= last < MAX_IDS:
            return None
        if rest and not rest.startswith(","):
            return None
        rest = rest[1:].lstrip(" \t\n\r")
        ids = ids - {first} if is_out else ids | set(range(first, last + 1))
    return ids


def _virt_handler(text: str) -> set[int] | None:
    """virt-handler's ids: piece by piece, and what is negated is out wherever it stands."""
    if not text:
        return set(range(MAX_IDS))
    selected: set[int] = set()
    negated: set[int] = set()
    for raw in text.split(","):
        piece = raw.strip(_GO_BLANKS)
        first, dash, last = piece.removeprefix("^").partition("-")
        numbers = [first, last] if dash else [first]
        if not all(re.fullmatch("[0-9]+", number) for number in numbers):
            return None
        values = [int(number) if len(number.lstrip("0")) < 20 else 2**64 for number in numbers]
        if max(values) >= 2**63 or values[0] > values[-1] or (dash and piece.startswith("^")):
            return None
        # A single id is compared as text.
        if not dash and first != str(values[0]):
            continue
        ids = set(range(values[0], min(values[-1] + 1, MAX_IDS)))
        if piece.startswith("^"):
            negated |= ids
        else:
            selected |= ids
    return selected - negated


def _digits(text: str) -> tuple[int | None, str]:
    match = re.match("[0-9]+", text)
    if match is None:
        return None, text
    digits = match[0].lstrip("0") or "0"
    return (int(digits) if len(digits) < 11 else 2**40), text[match.end() :]


TARGET = Target(check, _EXAMPLES, _WORDS)
