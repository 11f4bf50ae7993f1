"""Patterns of a tree that nobody trusts: they match as ever, and hold no run up."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from rtlint.config.patterns import spec

PIECES = ["a", "b", "*", "**", "/", "**/", "/**/", "?", "[ab]", "\\\\*", "."]
NAMES = st.text("ab.*", min_size=1, max_size=5)


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join),
    st.lists(NAMES, min_size=1, max_size=6).map("/".join),
    st.sampled_from(["", "/"]),
)
def test_a_pattern_matches_what_it_matched(pattern, path, end):
    try:
        expected = GitIgnoreSpec.from_lines([pattern]).check_file(path + end)
    except ValueError:
        return
    assert spec([pattern]).check_file(path + end) == expected


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 100 + "*b", "a" * 250),
        ("?*" * 50 + "b", "a" * 250),
        ("**/a/" * 20 + "b", "a/" * 2000),
        ("**/*/" * 20 + "b", "a/" * 2000),
        ("*a*b/**/" * 10 + "x", "ab/" * 1300),
        ("**/*a*a*a*a*b", "/".join(["a" * 250] * 16)),
    ],
)
def test_no_pattern_takes_long(pattern, path):
    start = time.process_time()
    assert not spec([pattern]).match_file(path)
    assert time.process_time() - start < 1
