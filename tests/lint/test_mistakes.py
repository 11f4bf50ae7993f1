"""VMs with mistakes whose verdict is known: rules say it, and none contradicts another."""

import json
from itertools import combinations

import pytest
from mistakes import known

from fuzz import fix_properties
from rtlint.kubernetes.fields import split_path
from rtlint.lint.fixing import fix
from rtlint.lint.rule import Move, Remove, Set
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source
from rtlint.yaml.text_edit import apply

# Errors of these say that KubeVirt refuses the VM; those of others come before or after that.
OF_REFUSALS = {"RT102", "RT104", "RT105", "RT106", "RT301", "RT302", "RT303", "RT505", "RT506",
               "RT603", "RT604"}  # fmt: skip
NUMBERS = range(2000)
# Enough for every run of the tests. The slow ones take more: the verdicts of all, and the fixes,
# each of which costs many readings, of a tenth.
FEW, TENTH, ALL = (
    pytest.param(NUMBERS[::40], id="few"),
    pytest.param(NUMBERS[:200], id="a tenth", marks=pytest.mark.slow),
    pytest.param(NUMBERS, id="all", marks=pytest.mark.slow),
)


def source_of(vm):
    return Source("vm.json", json.dumps(vm.manifest))


def settings_of(vm):
    return Settings(release=vm.release, cluster=vm.cluster)


def errors(diagnostics):
    return [d for d in diagnostics if d.severity == "error" and d.rule in OF_REFUSALS]


@pytest.mark.parametrize("numbers", [FEW, ALL])
def test_what_is_refused_has_an_error_and_what_is_admitted_has_none(numbers):
    for number in numbers:
        vm = known(number)
        settings = settings_of(vm)._replace(fixes=False)
        found = errors(lint(source_of(vm), settings).diagnostics)
        assert bool(found) == vm.is_refused, (number, vm.release, vm.mistakes, found)


@pytest.mark.parametrize("numbers", [FEW, TENTH])
def test_no_fix_takes_back_what_another_makes(numbers):
    for number in numbers:
        vm = known(number)
        source, settings = source_of(vm), settings_of(vm)
        fixes = [d.fix for d in lint(source, settings).diagnostics if d.fix]
        for one, other in combinations(fixes, 2):
            assert not contradict(one.operations, other.operations), (number, one, other)
        # One alone is enough of each VM.
        for made in fixes[number % len(fixes) :][:1] if fixes else ():
            after = Source(source.path, apply(source.text, list(made.edits)))
            for found in lint(after, settings).diagnostics:
                if found.fix is not None:
                    assert apply(after.text, list(found.fix.edits)) != source.text, (number, found)


@pytest.mark.parametrize("numbers", [FEW, TENTH])
def test_after_all_fixes_what_is_refused_has_an_error_and_nothing_else_is(numbers):
    for number in numbers:
        vm = known(number)
        source, settings = source_of(vm), settings_of(vm)
        done = fix(source, settings, unsafe=True)
        fix_properties.check_reasons(source.text, done.source.text, settings)
        (fixed,) = fix_properties.workloads(done.source.text, settings)
        left = errors(done.result.diagnostics)
        assert bool(left) == bool(fixed.causes), (number, vm.release, vm.mistakes, left)
        assert vm.is_refused or not left, (number, vm.release, vm.mistakes, left)
        assert not fix(done.source, settings, unsafe=True).applied, number


def contradict(operations, others):
    """Whether they want two things of one field, or one takes out what the other writes into."""
    return any(clash(one, other) or clash(other, one) for one in operations for other in others)


def clash(one, other):
    path, place = (split_path(operation.path) for operation in (one, other))
    match one, other:
        case Set(_, value), Set(_, another):
            return path == place and value != another
        case ((Remove() | Move()), Set()):
            return place[: len(path)] == path
    return False


def test_the_properties_see_contradictions():
    cores, cpu = Set("spec.cpu.cores", 2), Remove("spec.cpu")
    assert contradict([cores], [Set("spec.cpu.cores", 3)])
    assert contradict([cores], [cpu])
    assert contradict([cpu], [cores])
    assert not contradict([cores], [cores, Set("spec.cpu.model", "a"), Remove("spec.cpu.sockets")])
