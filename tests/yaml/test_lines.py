"""Documents that are read without a parser: as the parser reads them, or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtlint.kubernetes.objects import plain
from rtlint.yaml import compose as composing
from rtlint.yaml.compose import compose, cut
from rtlint.yaml.lines import read_data, read_nodes
from rtlint.yaml.nodes import Alias, Mapping, Scalar

ROOT = Path(__file__).parents[2]
DEPTH = 200
# What a line is put together from: what is read here, what is not, and what nobody reads.
KEYS = ["a", "b", "key", "x.d/y-z", "on", "5", "null", "'q'", '"d"', "a b", "-a", "x:y", "<<", "?"]
VALUES = [
    *("v", "1", "1.5", "true", "~", "'s'", '"d"', "{}", "[]", "{ }", "|", "|-", "a b", "a#b"),
    *("a #c", "a: b", "it''s", "'it''s'", '"\\n"', "-1", "- x", "--", "a:b", "a :b", "http://x:1"),
    *("x?", "?x", "@x", "*x", "&x y", "!t z", "{a: b}", "[1]", "# c", "'a'b", "a  b", "{} # c"),
    *("2020-01-01", "|2", "|+", ">", "| # c", ".inf", "=", "a]", "é", "\t", "\u2028", "a:"),
]


@st.composite
def lines(draw):
    """A line that goes on with what may stand above it, or does not."""
    column = draw(st.sampled_from([0, 0, 1, 2, 2, 4, 4, 6]))
    dashes = draw(st.sampled_from(["", "", "", "- ", "- ", "-   ", "- - "]))
    key = draw(st.sampled_from(["", *(f"{key}:" for key in KEYS), "a :"]))
    value = draw(st.sampled_from(["", "", *VALUES]))
    text = " ".join(filter(None, (key, value))) + draw(st.sampled_from(["", "", " ", " # c"]))
    return f"{' ' * column}{dashes}{text}"


TEXTS = st.builds(
    lambda head, body, end: head + "\n".join(body) + end,
    st.sampled_from(["", "", "---\n", "--- # c\n", "# c\n---\n", "%YAML 1.1\n---\n", "\n"]),
    st.lists(lines(), min_size=1, max_size=8),
    st.sampled_from(["\n", "\n", "", "\n\n", "\n...\n", "\r\n"]),
)
MANIFESTS = [
    *(file.read_text() for file in sorted((ROOT / "examples").rglob("*.yaml"))),
    *(file.read_text() for file in sorted((ROOT / "tests/clean").rglob("*.yaml"))),
]


@st.composite
def edited_manifests(draw):
    """A manifest with a piece of text more, or less."""
    text = draw(st.sampled_from(MANIFESTS))
    start = draw(st.integers(0, len(text)))
    pieces = [" ", "  ", "- ", ":", ": ", " #", "'", "{}", "|\n", "\n", "\n\n", "---\n", "&a ", "x"]
    return (
        text[:start]
        + draw(st.sampled_from(["", *pieces]))
        + text[start + draw(st.integers(0, 4)) :]
    )


def tree(node, base=0):
    """All that a node says, and where in the text behind `base`."""
    place = (type(node), node.start - base, node.end - base)
    if isinstance(node, Scalar):
        return (*place, repr(node.value), node.text, node.style)
    if isinstance(node, Alias):
        return place
    children = node.pairs if isinstance(node, Mapping) else node.nodes
    return (*place, node.flow, *(tree(child, base) for child in children))


def assert_read_alike(text):
    """What is read by lines of the documents in a text, the parser reads so."""
    base = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composing, "read_data", lambda *_: None)
        for piece in cut(text):
            end = base + len(piece)
            data = read_data(text, base, end, DEPTH)
            if data is not None:
                [document] = compose(piece)
                # With the types of numbers, and the order of keys.
                assert repr(data) == repr(plain(document.root, literal=True))
                assert tree(read_nodes(text, base, end), base) == tree(document.root)
            base = end


@given(TEXTS)
def test_what_is_read_by_lines_the_parser_reads_so(text):
    assert_read_alike(text)


@given(edited_manifests())
def test_so_of_edited_manifests(text):
    assert_read_alike(text)


@pytest.mark.parametrize("text", MANIFESTS)
def test_so_of_manifests(text):
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "a:\nb:\n- c\n-   d: e\n    f:\n-   - g\n    - h: i\nj: k\n",
        "# c\n\n---\n'a': \"b # c\"   # d\n\"e\": 'f: g'\n# h",
        "a: |\n\n",
        "a: |\n    b\n\n      c\n  \n# d\ne: |-\n f\n\n\ng: {}\nh: [ ]  # i\n",
        "a:\n  - |\n    b\n  - c: |\n     d\n    e: f\n",
        "- |\n b\n-   c: |\n       d\n    e: f\n",
        "a: |\n  b\n # c\nd: |\n\n  e\n\n",
        "a:\n# b\n    # c\n- d\n  # e\n- f: g\n  # h\n",
        "http://a:8080/b#c: d\n",
        "a: b:c::d e#f -g ?h\n",
        "  a: b\n  c:\n    d: e\n",
        "é: ü # ö\n",
    ],
)
def test_so_of_what_is_written_rarely(text):
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: b\n",
        "---\n# c\na:\n- b: c\n  d: 'e'\n",
        "a: |\n  b\n\nc: {}\n",
        *(text for text in MANIFESTS if text.startswith("apiVersion") and "---" not in text),
    ],
)
def test_usual_manifests_need_no_parser(text):
    assert read_data(text, 0, len(text), DEPTH) is not None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "# c\n",
            "a\n",
            "{a: b}\n",
            "a: b\r\n",
            "a: *b\n",
            "a: b\n  c\n",
            "a: b\n---\nc: d\n",
        ),
        *("a: b\na: c\n", "1: b\n", "~: b\n", "- - a\n", "-\n", "a: |\n  b", "a: |\n  b\n "),
    ],
)
def test_anything_else_is_left_to_the_parser(text):
    assert read_data(text, 0, len(text), DEPTH) is None


def test_a_key_too_long_for_libyaml_is_left_to_the_parser():
    assert read_data(f"{'k' * 1025}: a\n", 0, 1029, DEPTH) is None


def test_what_is_deep_is_left_to_the_parser():
    items = "- " * 5000 + "a\n"
    assert read_data(items, 0, len(items), DEPTH) is None
    text = "".join(f"{' ' * level}a:\n" for level in range(12)) + f"{' ' * 12}b: c\n"
    assert read_data(text, 0, len(text), 20) is not None
    assert read_data(text, 0, len(text), 10) is None
