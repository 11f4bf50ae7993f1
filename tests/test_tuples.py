"""rtlint's named tuples are as Python's own."""

from __future__ import annotations

import pickle
from collections import namedtuple

import pytest
from conftest import ROOT

from rtlint import tuples


class Ours(tuples.NamedTuple):
    """Three fields, of which two have defaults."""

    name: str
    count: int = 1
    parent: Unknown | None = None  # noqa: F821 - an annotation is never looked up

    @property
    def twice(self) -> int:
        return self.count * 2


Theirs = namedtuple("Ours", ("name", "count", "parent"), defaults=(1, None))


@pytest.mark.parametrize(
    ("values", "named"),
    [(("a",), {}), (("a", 2), {}), (("a", 2, "p"), {}), ((), {"count": 3, "name": "a"})],
)
def test_they_are_made_and_read_as_pythons_own(values, named):
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert repr(ours) == repr(theirs)
    assert ours._asdict() == theirs._asdict()
    assert (ours.name, ours.count, ours.parent) == tuple(theirs)
    assert ours._replace(parent="q") == theirs._replace(parent="q")
    assert ours.twice == 2 * theirs.count


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        (("a", 1, None, 4), {}),
        (("a",), {"name": "b"}),
        (("a",), {"size": 1}),
        ((), {"count": 1}),
    ],
)
def test_they_refuse_what_pythons_own_refuse(values, named):
    for cls in (Ours, Theirs):
        with pytest.raises(TypeError):
            cls(*values, **named)


def test_they_do_not_change():
    with pytest.raises(AttributeError):
        Ours("a").name = "b"
    with pytest.raises(AttributeError):
        Ours("a").other = "b"
    with pytest.raises(TypeError):
        Ours("a")._replace(size=1)


def test_they_are_taken_apart_and_sent():
    match Ours("a", 2):
        case Ours(name, count, _):
            assert (name, count) == ("a", 2)
    assert Ours._fields == Theirs._fields
    copy = pickle.loads(pickle.dumps(Ours("a", 2)))
    assert (type(copy), copy) == (Ours, Ours("a", 2))


def test_annotations_stay_texts_wherever_they_are_defined():
    # Else Python 3.14 tells a class of no fields.
    for file in [*ROOT.glob("rtlint/**/*.py"), *ROOT.glob("rules/*.py")]:
        text = file.read_text(encoding="utf-8")
        if "from rtlint.tuples import" in text:
            assert "\nfrom __future__ import annotations\n" in text, file
