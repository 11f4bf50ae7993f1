"""A VM that differs in little from one that was admitted: its causes are those of asking anew."""

import json
from random import Random

import pytest
from conftest import ROOT

from rtlint.kubernetes.plain import value_at, with_value, without_value
from rtlint.kubevirt.admission import admitted, again, submitted
from rtlint.kubevirt.admission.again import Admission
from rtlint.kubevirt.cluster import Cluster
from rtlint.kubevirt.releases import NEWEST, parse_release

VECTORS = ROOT / "tests" / "vectors" / "admission.jsonl"
ROWS = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]
SPECS = [row["manifest"]["spec"] for row in ROWS if row["manifest"].get("spec")]
CHANGES = 1500


def fields(value, base=""):
    """The paths of a spec's mappings and scalars, lists as wholes."""
    for name, inner in value.items():
        yield f"{base}{name}"
        if isinstance(inner, dict):
            yield from fields(inner, f"{base}{name}.")


def is_open(spec, path):
    """Whether nothing but mappings stands on the way to a path."""
    parts = path.split(".")[:-1]
    above = [value_at(spec, ".".join(parts[: end + 1])) for end in range(len(parts))]
    return all(value is None or isinstance(value, dict) for value in above)


def changed(spec, random):
    """A spec with some of another one's fields, or without some of its own."""
    for _ in range(random.randint(1, 3)):
        other = random.choice(SPECS)
        path = random.choice([*fields(other)])
        if not is_open(spec, path):
            continue
        if random.random() < 0.2:
            spec = without_value(spec, path)
        else:
            spec = with_value(spec, path, value_at(other, path))
    return spec


@pytest.mark.parametrize("machine", [None, {}], ids=["instance", "machine"])
@pytest.mark.parametrize("release", ["v0.59.2", "v1.3.0", "v1.9.0"])
def test_what_is_not_asked_again_is_the_same(release, machine):
    random = Random(f"{release} {machine}")
    prefix = "spec" if machine is None else "spec.template.spec"

    def submit(spec):
        release_ = parse_release(release)
        return submitted(spec, release_, Cluster(), prefix=prefix, machine=machine, owner={})

    for spec in random.sample(SPECS, CHANGES // 5):
        admission = Admission(submit(spec))
        assert admission.causes == admitted(submit(spec))
        for _ in range(5):
            after = submit(changed(spec, random))
            assert admission.causes_of(after) == admitted(after)


def test_little_is_asked_again(monkeypatch):
    spec = next(spec for spec in SPECS if spec["domain"].get("cpu", {}).get("realtime"))
    admission = Admission(submitted(spec, NEWEST, Cluster()))
    asked = []

    def known(check, _vmi):
        asked.append(check.__name__)
        return []

    monkeypatch.setattr(again, "known", known)
    after = with_value(spec, "domain.cpu.isolateEmulatorThread", False)
    admission.causes_of(submitted(after, NEWEST, Cluster()))
    assert "isolated_emulator_thread" in asked
    assert not {"hugepages", "of_networks", "volumes", "metadata"} & set(asked)
