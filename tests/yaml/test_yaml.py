"""The YAML reader: places in the text, what Kubernetes reads there, both parsers alike."""

import datetime
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rtlint.kubernetes.objects import plain
from rtlint.yaml.compose import compose
from rtlint.yaml.locate import span
from rtlint.yaml.nodes import Alias, Mapping, Scalar, Sequence
from rtlint.yaml.scalars import resolve
from rtlint.yaml.source import Source, Unreadable

PARSERS = pytest.mark.parametrize("pure", [False, True], ids=["c", "pure"])


def read(text, pure=False):
    """The only document's root."""
    [document] = compose(text, pure)
    assert not isinstance(document, Unreadable), document.message
    return document.root


def marked(text, *path, pure=False, on_key=False):
    """What a finding about the path would mark."""
    start, end = span(read(text, pure), path, text, on_key)
    return text[start:end]


@PARSERS
@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: b\n", ["a"], "b"),
        ("a: b # c\n", ["a"], "b"),
        ("a:   two words  \n", ["a"], "two words"),
        ("a: over\n  two lines\nb: c\n", ["a"], "over\n  two lines"),
        ("a: 'it''s'\n", ["a"], "'it''s'"),
        ('a: "b\\"c"\n', ["a"], '"b\\"c"'),
        ("a: {b: [c, d]}\n", ["a"], "{b: [c, d]}"),
        ("a: {b: [c, d]}\n", ["a", "b", 1], "d"),
        ("a:\n  b: c\n\n# end\nd: e\n", ["a"], "b: c"),
        ("a:\n- b\n- c: d\n  e: f\n\nd: e\n", ["a", 1], "c: d\n  e: f"),
        ("a: |\n  b\n  c\n\nd: e\n", ["a"], "|\n  b\n  c"),
        ("a: >-\n  b\n\n  c\nd: e\n", ["a"], ">-\n  b\n\n  c"),
        ("a: &x b\n", ["a"], "b"),
        ("a: !!str 1\n", ["a"], "1"),
        ("a: &x !t\n  b: c\n", ["a"], "b: c"),
        ("a: !t &x {b: c}\n", ["a"], "{b: c}"),
        ("a: !t[u] [b]\n", ["a"], "[b]"),
        ("? a\n:b: c\n", ["a"], "a"),
        ("a: &x b\nc: *x\n", ["c"], "*x"),
        ("a: &x {b: c}\nd: *x\n", ["d", "b"], "c"),
        ("a: &x {b: c}\nd: {<<: *x}\n", ["d", "b"], "c"),
        ("a: {}\n", ["a"], "{}"),
        ("é: ü😀x\n", ["é"], "ü😀x"),
        ("a: b\r\nc: d\r\n", ["c"], "d"),
        ("a: b\rc: d\r", ["c"], "d"),
        ("on: b\n", ["true"], "b"),
        ("\ufeffa: [b, c]\n", ["a", 0], "b"),
        # A value that is not there: its key, and of a missing key its parent's.
        ("a:\nb: c\n", ["a"], "a"),
        ("a: {b: }\n", ["a", "b"], "b"),
        ("a:\n  b: c\n", ["a", "x", "y"], "a"),
        ("a:\n- b: c\n", ["a", 0, "x"], "b"),
    ],
)
def test_spans(text, path, expected, pure):
    assert marked(text, *path, pure=pure) == expected


@PARSERS
@pytest.mark.parametrize("text", ["a: b\n", "'a': b\n", "{a: b}\n", "? a\n: b\n", "&x a: b\n"])
def test_spans_of_keys(text, pure):
    assert marked(text, "a", pure=pure, on_key=True).strip("'") == "a"


@PARSERS
def test_a_value_that_is_not_there_lies_before_what_comes_next(pure):
    key, value, following, _ = read("?\n:}a: b\n", pure).pairs
    assert key.end <= value.start == value.end <= following.start


@PARSERS
def test_documents_are_numbered_and_read_on_after_what_is_unreadable(pure):
    text = "a: [\n---\nb: c\n---\nd: *x\ne: f\n---\n- g\n---\nh: ]\n"
    documents = list(compose(text, pure))
    source = Source("x", text)
    found = [
        f"line {source.position(d.offset or 0).line}" if isinstance(d, Unreadable) else d.number
        for d in documents
    ]
    assert found == ["line 2", 2, "line 5", 4, "line 10"]


@PARSERS
def test_spans_behind_unreadable_text(pure):
    text = "a: [\n---\nb: {c: d}\n---\ne: &x [f, *x]\n---\ng: h\n"
    roots = [d.root for d in compose(text, pure) if not isinstance(d, Unreadable)]
    places = [span(roots[0], ["b", "c"], text), span(roots[1], ["g"], text)]
    assert [text[start:end] for start, end in places] == ["d", "h"]


@PARSERS
def test_marks_inside_a_block_scalar_begin_no_document(pure):
    [first, second] = compose("a: |\n  ---\n  b\n---\nc: '---'\n", pure)
    assert (plain(first.root), plain(second.root)) == ({"a": "---\nb\n"}, {"c": "---"})


@PARSERS
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x: &x {a: 1}\nr: {<<: *x, b: 2}\n", {"a": 1, "b": 2}),
        # A merge key acts where it stands: what comes before it is overridden, not what follows.
        ("x: &x {a: 1}\nr: {a: 2, <<: *x}\n", {"a": 1}),
        ("x: &x {a: 1}\nr: {<<: *x, a: 2}\n", {"a": 2}),
        # Of several mappings the first has precedence.
        ("x: [&p {a: 1}, &q {a: 2, b: 2}]\nr: {<<: [*p, *q]}\n", {"a": 1, "b": 2}),
        ("x: &x {a: 1}\nz: &z {<<: *x, b: 1}\nr: {<<: *z}\n", {"a": 1, "b": 1}),
        ("x: &x {a: 1}\nr: {'<<': 1}\n", {"<<": 1}),
        ("r: {a: 1, a: 2}\n", {"a": 2}),
    ],
)
def test_merge_keys_and_duplicates_as_go_yaml_reads_them(text, expected, pure):
    assert plain(read(text, pure))["r"] == expected


@PARSERS
def test_an_anchor_may_be_given_anew(pure):
    assert plain(read("- &x 1\n- *x\n- &x 2\n- *x\n", pure)) == [1, 1, 2, 2]


# go-yaml v2, resolve.go.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, None) for text in ("", "~", "null", "Null", "NULL")),
        *((text, True) for text in ("y", "Y", "yes", "Yes", "YES", "on", "On", "true", "TRUE")),
        *((text, False) for text in ("n", "N", "no", "No", "NO", "off", "OFF", "false", "False")),
        *((text, text) for text in ("nULL", "yEs", "oN", "tRUE", "nil", "None", "yy", "~~")),
        *((text, text) for text in ("a", "1a", "-", "+", ".", "..", "1.2.3", "0-3", "^1", "0,1")),
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("+12", 12),
        ("-12", -12),
        ("1_000", 1000),
        ("0x1F", 31),
        ("-0x1f", -31),
        ("0b101", 5),
        ("-0b1", -1),
        ("010", 8),
        ("0o10", 8),
        ("09", 9.0),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("18446744073709551616", float(2**64)),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
        ("1e999", "1e999"),
        # Behind a leading point underscores stand between digits only.
        (".4_5", 0.45),
        ("-.4_5_", -0.45),
        (".4_", ".4_"),
        ("._5", "._5"),
        (".4_e1", ".4_e1"),
        ("e3", "e3"),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("inf", "inf"),
        ("1:30", "1:30"),
        ("2020-01-31", datetime.date(2020, 1, 31)),
        ("2020-1-3", datetime.date(2020, 1, 3)),
        ("2020-02-30", "2020-02-30"),
        ("2020-01-31 10:20:30", datetime.datetime(2020, 1, 31, 10, 20, 30)),
        ("2020-01-31T10:20:30Z", datetime.datetime(2020, 1, 31, 10, 20, 30)),
        ("2020-01-31T10:20:30", "2020-01-31T10:20:30"),
    ],
)
def test_plain_scalars_are_read_as_kubernetes_does(text, value):
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_one():
    assert math.isnan(resolve(".nan"))


@pytest.mark.parametrize("text", ["'1'", '"true"', "!!str 1", "|\n  1\n", ">-\n  null"])
def test_only_plain_scalars_are_resolved(text):
    assert isinstance(read(f"a: {text}\n").items["a"].value.value, str)


def test_lines_end_as_editors_end_them():
    source = Source("x", "a\nb\r\nc\rd\u2028\u0085e\r\r\n\n")
    assert source.line_starts == [0, 2, 5, 7, 12, 14, 15]
    lines = [source.position(offset).line for offset in (0, 1, 2, 4, 5, 8, 10)]
    assert lines == [1, 1, 2, 2, 3, 4, 4]
    assert source.line(2) == "b"


# Small texts of all kinds of pieces, indented as the mappings and lists they stand in need.
WORDS = st.sampled_from(["a", "b c", "1", "0x1f", "on", "~", "''", "'d '", '"e\\n"', "é😀", "*x"])
FLOW = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"k{n}: {item}" for n, item in enumerate(items)) + "}"
        )
    ),
    max_leaves=6,
)
LEAVES = (
    FLOW.map(lambda text: f" {text}\n")
    | FLOW.map(lambda text: f" {text}  # comment\n\n")
    | st.sampled_from(["\n", " |\n  l\n\n", " >-\n  m\n  n\n", " !!str 1\n", " &y 2\n"])
)


def indented(text):
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(True))


def block(inner):
    values = inner.map(lambda text: text if text[0] in " \n" else "\n" + indented(text))
    several = st.lists(values, min_size=1, max_size=3)
    return several.map(lambda texts: "".join(f"k{n}:{text}" for n, text in enumerate(texts))) | (
        several.map(lambda texts: "".join(f"-{text}" for text in texts))
    )


def shape(node, text):
    """A tree with the text of each node, to be compared."""
    here = text[node.start : node.end].rstrip()
    if isinstance(node, Scalar):
        return (node.style, repr(node.value), node.text, here)
    if isinstance(node, Alias):
        return ("*", here)
    children = node.pairs if isinstance(node, Mapping) else node.nodes
    return (type(node).__name__, node.flow, here, [shape(child, text) for child in children])


@settings(max_examples=200, deadline=None)
@given(st.recursive(block(LEAVES), block, max_leaves=4), st.sampled_from(["\n", "\r\n"]))
def test_both_parsers_give_the_same_trees(body, newline):
    text = ("x: &x 1\nr:\n" + indented(body)).replace("\n", newline)
    assert shape(read(text), text) == shape(read(text, pure=True), text)


@pytest.mark.parametrize(
    "text",
    [
        'a: "b"\t# c\n',
        "a: 'b'\t\n'c':\td\n",
        "a: b\tc \t\nd: e\t# f\n",
        "{a: b\tc,\t'd': e}\n",
        "a: | \t# b\n  c\n",
        "a: >-\t# b\n  c\td\n",
        "a: !!str\t1\nb: !t\tc\n",
        "a: # b\x85  c: d\n",
        "a: b\u2028c: 'd'\u2029\n",
        "a: {b: \x85c}\n",
        "{a: b,\n\ufeffc: d}\n",
        "%YAML 1.1\n---\na: b\n",
        "{? c, 'd':e}\n",
        "&a: b\n",
        "{&a: b, &c:d}\n",
        "[&a: b, &c :-d, *a: e]\n",
        "a: &b:c d\n",
    ],
)
def test_both_parsers_take_what_few_write(text):
    assert shape(read(text), text) == shape(read(text, pure=True), text)


@PARSERS
@pytest.mark.parametrize(
    "text",
    [
        "%FOO\n---\na\n",
        "%YAML 1.11\n---\na\n",
        "a:\n\tb\n",
        "\ta: b\n",
        "a: &b: c\n",
        "a: &b@ c\n",
        "a: &é b\n",
    ],
)
def test_both_parsers_refuse_what_is_none(text, pure):
    assert isinstance(next(compose(text, pure)), Unreadable)


@PARSERS
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: https://b.c:5000/d}", {"a": "https://b.c:5000/d"}),
        ("{a: b:1, c: [d:e, {f: g:h}]}", {"a": "b:1", "c": ["d:e", {"f": "g:h"}]}),
        ("{a:}", {"a:": None}),
        ("{a:b}", {"a:b": None}),
    ],
)
def test_colons_in_braces_as_go_yaml_reads_them(text, expected, pure):
    text = f"- first\n- {text}\n- last\n"
    assert plain(read(text, pure)) == ["first", expected, "last"]
    assert text[read(text, pure).nodes[1].start :].startswith("{")


# What braces and brackets are made of, in any order: most of it is no YAML.
PIECES = [
    *("{", "}", "[", "]", "{a: ", "k: [", ",", ", ", ":", ": ", "?", "? ", "-", "- ", " ", "\n "),
    *(
        "a",
        "b c",
        "d:",
        "http://x?y=1",
        "r:ltime",
        "x:y:",
        "a?",
        ":b",
        "-1",
        "~",
        "é😀",
        "\t",
        "<<",
    ),
    *(
        "'q'",
        '"q"',
        '"k":',
        "'k':v",
        "# c",
        " # c\n",
        "&a ",
        "*a",
        "!!str ",
        "!t\t",
        "|",
        ">",
        "%",
        "@",
    ),
]
COLLECTIONS = st.sampled_from(["{%s}\n", "[%s]\n", "k: {a: {%s}}\n", "- [%s]\n- b\n"])


def outcome(text, pure):
    """The tree, or that there is none."""
    return [
        None if isinstance(document, Unreadable) else shape(document.root, text)
        for document in compose(text, pure)
    ]


@settings(max_examples=1000, deadline=None)
@given(COLLECTIONS, st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example("%s", "{r:ltime: {}}")
@example("%s", "{url: http://x?y=1}")
@example("{%s}", "a |\tb, c !t\td")
@example("%s", "a: |#c\n  b\nc: >-1# d\n  e\n")
@example("{%s}", "a\n \t-\n\t\n\t\u2028 b")
@example("%s", "a:\n  b\n  \t\n \n  \tc\n")
@example("%s", "a:\n  b\n \tc\n")
def test_both_parsers_agree_in_braces(collection, body):
    text = collection.replace("%s", body)
    assert outcome(text, pure=False) == outcome(text, pure=True)


def test_flow_is_told_from_block():
    root = read("a: [b]\nc:\n- d\n")
    nodes = [entry.value for entry in root.items.values()]
    assert [(type(node), node.flow) for node in nodes] == [(Sequence, True), (Sequence, False)]
