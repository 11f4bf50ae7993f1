"""What holds of the fixes of every manifest that KubeVirt's own webhooks were asked about."""

import json

import pytest
from conftest import ROOT

from fuzz import fix_properties
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import parse_release
from rtlint.lint.fixing import fix
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

VECTORS = ROOT / "tests" / "vectors"


def lines(name):
    return (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


# Enough for every run of the tests.
FEW = slice(0, None, 40)
# The slow ones try each row in a release or two, beginning with another row in each release.
STEPS = {"admission": 12, "refusals": 8}


def rows(name, release, part):
    for line in lines(name)[part]:
        row = json.loads(line)
        if release in row["results"]:
            gates = frozenset({"CPUManager", *row["featureGates"]})
            cluster = Cluster(rollout=row["rollout"], gates=gates)
            settings = Settings(release=parse_release(release), cluster=cluster)
            yield json.dumps(row["manifest"]), settings, row["results"][release]


def check(text, settings, said, unsafe):
    done = fix(Source("vm.json", text), settings, unsafe)
    fixed = done.source.text
    if not done.applied:
        return
    descriptions = [applied.description for applied in done.applied]
    fix_properties.check_figures(text, fixed, settings, descriptions)
    fix_properties.check_reasons(text, fixed, settings)
    for vm in fix_properties.workloads(fixed, settings) if not said else ():
        assert not vm.causes
    assert not fix(Source("vm.json", fixed), settings, unsafe).applied


def releases(name):
    return list(json.loads(lines(name)[0])["results"])


CASES = [
    (name, release, slice(number % step, None, step))
    for name, step in STEPS.items()
    for number, release in enumerate(releases(name))
]


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize(
    ("name", "release", "part"),
    [
        *((name, release, FEW) for name, release, _ in CASES),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in CASES),
    ],
)
def test_fixes_leave_a_vm_admitted_and_its_figures_what_they_are(name, release, part, unsafe):
    for text, settings, said in rows(name, release, part):
        check(text, settings, said, unsafe)


def test_the_properties_see_a_figure_that_no_fix_names():
    text = '{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstance","metadata":{"name":"a"},'
    text += '"spec":{"domain":{"memory":{"guest":"4Gi"},"cpu":{"cores":2}}}}'
    for old, new in (("4Gi", "5Gi"), ('"cores":2', '"cores":3')):
        with pytest.raises(AssertionError):
            fix_properties.check_figures(text, text.replace(old, new), Settings(), ["Set it."])
    changed = text.replace("4Gi", "5Gi")
    fix_properties.check_figures(text, changed, Settings(), ["Make the memory 5Gi."])
