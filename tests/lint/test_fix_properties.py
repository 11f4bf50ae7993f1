"""What holds of every fix, over generated manifests; `python -m fuzz repairs` runs longer.

`pytest --hypothesis-profile=long tests/test_fix_properties.py` tries fifty times as many.
"""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz import fix_properties, manifests
from rtlint.kubevirt.releases import NEWEST, parse_release
from rtlint.lint import fixing
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("short", max_examples=40, derandomize=True, **COMMON)
settings.register_profile("long", max_examples=3000, **COMMON)
settings.load_profile("short")

RELEASES = ["v0.47.1", "v0.58.0", "v0.59.0", "v1.1.1", "v1.5.0", "v1.6.0", "v1.8.4"]
releases = st.sampled_from([NEWEST, *map(parse_release, RELEASES)])
# The seed of a whole file: smaller draws would cost more than what they test.
seeds = st.integers(0, 2**32)


@given(seeds, releases, st.booleans())
def test_fixes_do_what_they_say_and_nothing_else(seed, release, unsafe):
    fix_properties.check(manifests.text(random.Random(seed)), release, unsafe)


@given(seeds)
def test_all_fixes_leave_an_admitted_realtime_vm(seed):
    fix_properties.check_repaired(*fix_properties.check(manifests.text(random.Random(seed))))


@given(seeds, releases, st.data())
def test_a_single_fix_makes_its_finding_go_away(seed, release, data):
    text = manifests.text(random.Random(seed))
    found = lint(Source("vm.yaml", text), Settings(release=release)).diagnostics
    fixable = [diagnostic for diagnostic in found if diagnostic.fix]
    if fixable:
        fix_properties.check_one_fix(text, data.draw(st.sampled_from(fixable)), release)


def test_the_properties_see_a_comment_that_is_gone():
    with pytest.raises(AssertionError, match="lost its comment"):
        fix_properties.check_comments("a: 1 # <1:a>\n", "a: 1\n", [])


def test_the_properties_see_a_change_that_no_fix_names():
    with pytest.raises(AssertionError):
        fix_properties.check_meaning("a: 1\n", [], "a: 2\n")


def test_the_generator_breaks_all_that_the_rules_look_at():
    # RT100 wants a configuration, RT701 an instancetype, RT503 a VM that is not realtime; RT206 has
    # no fix in some texts only.
    rules = {"RT101", "RT102", "RT103", "RT104", "RT105", "RT107", "RT109", "RT201", "RT203",
             "RT204", "RT205", "RT301", "RT302", "RT303", "RT304", "RT305", "RT401", "RT402",
             "RT403", "RT404", "RT407", "RT408", "RT410", "RT501", "RT502"}  # fmt: skip
    found = set()
    for seed in range(150):
        source = Source("vm.yaml", manifests.text(random.Random(seed)))
        found |= {d.rule for d in lint(source, Settings()).diagnostics if d.fix}
        if rules <= found:
            break
    assert rules <= found


def test_a_bad_fix_is_never_given_out(monkeypatch):
    source = Source("vm.yaml", manifests.text(random.Random(1)))
    monkeypatch.setattr(fixing, "apply", lambda text, _: text + "\nmore: 1\n")
    with pytest.raises(fixing.Broken, match="would change more than they say"):
        fixing.fix(source, Settings(), unsafe=True)
