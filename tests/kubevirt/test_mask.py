"""The vCPU mask, held against what libvirt and virt-handler really make of it."""

import json

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from rtlint.kubevirt.ids import Ids
from rtlint.kubevirt.mask import MAX_IDS, is_every_vcpu, read_mask, refusal
from rtlint.kubevirt.releases import Release

VECTORS = ROOT / "tests" / "vectors" / "masks.jsonl"
ERAS = {
    "libvirt (v0.47.1 to v0.58.0)": (Release(0, 47, 1), Release(0, 58, 0)),
    "virt-handler (from v0.58.1)": (Release(0, 58, 1), Release(1, 9, 0)),
}
ERAS_RELEASES = [Release(0, 58, 0), Release(1, 9, 0)]


def rows():
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for era, expected in row["results"].items():
            yield pytest.param(
                row["mask"], row["vcpus"], era, expected, id=f"{row['mask']!r}-{era}"
            )


@pytest.mark.parametrize(("text", "vcpus", "era", "expected"), list(rows()))
def test_every_measured_mask(text, vcpus, era, expected):
    for release in ERAS[era]:
        mask = read_mask(text, release)
        error = refusal(mask, text, vcpus, release)
        assert error == expected["error"]
        if error is None:
            assert list(mask.enabled(vcpus)) == expected["enabled"]


@pytest.mark.parametrize("release", ERAS_RELEASES)
def test_empty_mask_is_every_vcpu(release):
    assert is_every_vcpu("", release)
    assert list(read_mask("", release).enabled(3)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "enabled"),
    [
        ("0-+3", (0, 1, 2, 3)),
        ("0-3,", (0, 1, 2, 3)),
        ("0-3," * 100, (0, 1, 2, 3)),
        ("0\v", None),
        ("16384", None),
        ("^16384,0", None),
    ],
)
def test_corners_of_libvirts_parser(text, enabled):
    """Read in libvirt's virBitmapParse: strtol takes a sign, the bitmap holds 16384 ids."""
    mask = read_mask(text, Release(0, 58, 0))
    assert (None if mask.error else tuple(mask.enabled(4))) == enabled


def test_a_range_of_four_billion_costs_nothing():
    mask = read_mask("0-4294967295," * 1000 + "0", Release(1, 9, 0))
    assert list(mask.enabled(2)) == [0, 1]
    assert mask.past(MAX_IDS) == MAX_IDS
    assert mask.past(4294967296) is None


@given(st.sets(st.integers(0, 200)))
def test_formatted_ids_mean_the_same_in_both_eras(ids):
    selected = Ids((i, i) for i in ids)
    text = str(selected)
    if ids:
        for release in ERAS_RELEASES:
            assert read_mask(text, release).ids == selected
    else:
        assert text == ""


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_ids_are_a_set(ids, others, bound):
    held, taken = Ids((i, i) for i in ids), Ids((i, i) for i in others)
    assert (list(held), held.count) == (sorted(ids), len(ids))
    assert (held == taken) == (ids == others)
    assert list(held.without(taken)) == sorted(ids - others)
    assert list(held.within(5, bound)) == sorted(i for i in ids if 5 <= i <= bound)


@given(
    st.text("0123456789-^, \t", max_size=12), st.sampled_from([Release(0, 58, 0), Release(1, 9, 0)])
)
def test_any_text_is_read_or_refused(text, release):
    mask = read_mask(text, release)
    assert mask.error is None or (mask.ids, mask.pieces) == (Ids(), ())
