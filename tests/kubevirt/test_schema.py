"""The schema, the walk over it, and jsonschema: they say the same of every object."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random
from shutil import which
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT
from corpus import full_objects, mutants, samples
from jsonschema import Draft202012Validator

from rtlint.cli.schema import command
from rtlint.kubernetes.fields import PLACEHOLDER
from rtlint.kubevirt.releases import Release
from rtlint.kubevirt.schema.api import (
    api,
    definitions,
    every_kind,
    form,
    others,
    releases,
    version_text,
)
from rtlint.kubevirt.schema.document import document
from rtlint.kubevirt.schema.faults import Faults, faults
from rtlint.kubevirt.schema.paths import Parts
from rtlint.kubevirt.schema.walk import is_clean

FEW_RELEASES = [(0, 47), (0, 58), (1, 3), (1, 9)]


def both(data: Any, minor: tuple[int, int]) -> bool:
    """Whether the object is clean; the walk and jsonschema must agree."""
    schema = form(every_kind(minor)[data["apiVersion"], data["kind"]], minor)
    assert schema is not None
    found = list(validator(schema["$ref"], minor).iter_errors(data))
    clean = is_clean(data, schema, definitions(minor))
    assert clean == (not found), (data, found)
    return clean


def assert_told_as_judged(data: Any, minor: tuple[int, int]) -> Faults:
    """The faults; they are those that jsonschema finds, whose order changes with the hashes."""
    schema = form(every_kind(minor)[data["apiVersion"], data["kind"]], minor)
    assert schema is not None
    found = faults(data, schema, definitions(minor))
    judged = judge(data, schema["$ref"], minor)
    for ours, theirs in zip(found, judged, strict=True):
        assert len(ours) == len(theirs)
        assert set(ours) == set(theirs), data
    return found


def judge(data: Any, reference: str, minor: tuple[int, int]) -> Faults:
    """The faults in jsonschema's judgement."""
    mappings: dict[Parts, None] = {}
    values: dict[Parts, None] = {}
    for error in validator(reference, minor).iter_errors(data):
        if error.instance is not PLACEHOLDER:
            is_mapping = error.validator in ("additionalProperties", "required")
            (mappings if is_mapping else values)[tuple(error.absolute_path)] = None
    return Faults(tuple(mappings), tuple(values))


@cache
def validator(reference: str, minor: tuple[int, int]) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, "$defs": definitions(minor)})


def test_schema_is_valid_as_it_stands_and_in_every_release() -> None:
    for name, schema in (("kubevirt", api()), ("kubevirt-others", others())):
        file = ROOT / "schemas" / f"{name}.schema.json"
        whole = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(whole)
        # Which is read a definition at a time.
        assert {**schema, "$defs": dict(schema["$defs"])} == whole
    for minor in FEW_RELEASES:
        Draft202012Validator.check_schema(document(Release(*minor, 0)))


@pytest.mark.parametrize("minor", releases(), ids=version_text)
def test_a_release_refers_to_nothing_that_it_lacks(minor: tuple[int, int]) -> None:
    known = dict(definitions(minor))
    referred = set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(known)))
    forms = (form(kind, minor) for kind in every_kind(minor).values())
    referred |= {schema["$ref"].rpartition("/")[2] for schema in forms if schema}
    assert referred <= set(known)


@pytest.mark.parametrize("minor", releases(), ids=version_text)
def test_every_definition_is_in_the_corpus_and_clean(minor: tuple[int, int]) -> None:
    reached = set()
    for sample in samples(minor):
        reached.add(sample.definition)
        assert both(sample.data, minor), sample
    mappings = {name for name, made in definitions(minor).items() if "object" in made["type"]}
    assert not mappings - reached


@pytest.mark.parametrize("minor", FEW_RELEASES, ids=version_text)
def test_an_object_with_every_field_is_clean(minor: tuple[int, int]) -> None:
    for data in full_objects(minor):
        assert both(data, minor)


@pytest.mark.parametrize("minor", FEW_RELEASES, ids=version_text)
def test_no_object_with_a_mistake_is_clean(minor: tuple[int, int]) -> None:
    random = Random(1)
    for sample in samples(minor):
        for mutant in mutants(sample, minor, random):
            assert not both(mutant.data, minor), mutant
            assert_told_as_judged(mutant.data, minor)


@pytest.mark.parametrize("minor", FEW_RELEASES, ids=version_text)
def test_many_wrong_keys_are_told_as_jsonschema_tells_them(minor: tuple[int, int]) -> None:
    random = Random(2)
    only_keys = 0
    for data in full_objects(minor):
        head = {"apiVersion": data["apiVersion"], "kind": data["kind"]}
        wrong = {**with_wrong_keys(data, random), **head}
        found = assert_told_as_judged(wrong, minor)
        assert len(found.mappings) >= 3
        only_keys += not found.values
    assert only_keys


def with_wrong_keys(data: Any, random: Random) -> Any:
    """The data with keys that no schema knows, and without some that one may require."""
    if isinstance(data, list):
        return [with_wrong_keys(item, random) for item in data]
    if not isinstance(data, dict):
        return data
    kept = {k: with_wrong_keys(v, random) for k, v in data.items() if random.random() < 0.9}
    return {"noSuchField": "1", "${key}": "1", **kept}


ODD_VALUES = [None, True, 0, -1, 2.0, 2.5, 1e400, float("nan"), "", "x", "2", "1Gi", "1Gi\n", " 1"]
ODD_VALUES += ["1GB", "1e3", "1e1.5", ".5", "5.", "+1Ki", [], {}, [None], {"x": None}, 2**40, 300]


def test_walk_and_jsonschema_agree_on_odd_values() -> None:
    minor = (1, 9)
    types = {"integer", "string", "boolean", "array", "object", "number"}
    fields = {json.dumps(f, sort_keys=True): f for f in _fields(minor)}
    assert types <= set(re.findall(r"\w+", " ".join(fields)))
    for field in fields.values():
        check = Draft202012Validator({**field, "$defs": definitions(minor)})
        for value in ODD_VALUES:
            clean = is_clean(value, field, definitions(minor))
            assert clean == check.is_valid(value), (field, value)


def _fields(minor: tuple[int, int]) -> list[Any]:
    known = definitions(minor).values()
    fields = [field for made in known for field in made.get("properties", {}).values()]
    return fields + [field["items"] for field in fields if "items" in field]


def test_placeholders_are_never_wrong() -> None:
    minor = (1, 9)
    for data in full_objects(minor):
        schema = form(every_kind(minor)[data["apiVersion"], data["kind"]], minor)
        assert schema is not None
        head = {"apiVersion": data["apiVersion"], "kind": data["kind"]}
        every = [{**filled, **head} for filled in _with_placeholder(data)]
        for filled in every:
            assert is_clean(filled, schema, definitions(minor))
        assert assert_told_as_judged(every[-1], minor) == ((), ())


def _with_placeholder(data: Any) -> list[Any]:
    """The value with each of its own values a placeholder in turn, whatever the depth."""
    if isinstance(data, dict):
        return [{**data, k: v} for k in data for v in (PLACEHOLDER, *_with_placeholder(data[k]))]
    if isinstance(data, list):
        return [[v] for item in data for v in (PLACEHOLDER, *_with_placeholder(item))]
    return []


def test_script_keeps_ranges_forms_and_nulls() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    from make_schemas import schema, text

    quantity = "k8s.io.apimachinery.pkg.api.resource.Quantity"
    facts = {
        "releases": [{"release": "v1.0"}, {"release": "v1.1"}],
        "kinds": [{"apiVersion": "kubevirt.io/v1", "kind": "A", "definition": "v1.A"}],
        "definitions": {
            quantity: {"type": ["string", "integer", "number"]},
            "v1.A": {
                "fields": {
                    "size": {"ref": quantity, "required": True},
                    "mode": {
                        "type": "string",
                        "enum": ["On"],
                        "since": "v1.0",
                        "was": [{"type": "string", "until": "v1.0"}],
                    },
                    "list": {"items": {"type": "string"}},
                    "count": {"type": "integer", "format": "int64"},
                    "policy": {"type": "string"},
                }
            },
        },
    }
    crd = {
        "size": {"x-kubernetes-int-or-string": True},
        "count": {"type": "integer", "format": "int32"},
        "policy": {"type": "string", "enum": ["A", "B"]},
    }
    crds = {"A": {"versions": {"v1": {"schema": {"properties": crd}}}}}
    made = schema(facts, crds)
    Draft202012Validator.check_schema(made)
    assert json.loads(text(made)) == made
    fields = made["$defs"]["v1.A"]["properties"]
    assert made["$defs"]["v1.A"]["required"] == ["size"]
    assert fields["size"]["type"] == ["string", "integer"]
    was = {"$ref": f"#/$defs/{quantity}", "type": "string"}
    assert fields["size"]["x-kubevirt"] == {"was": [{"schema": was, "until": "v1.4"}]}
    assert (fields["count"]["minimum"], fields["count"]["maximum"]) == (-(2**31), 2**31 - 1)
    assert fields["policy"]["enum"] == ["A", "B", "", None]
    assert fields["list"] == {"type": ["array", "null"], "items": {"type": "string"}}
    assert fields["mode"]["enum"] == ["On", "", None]
    was = {"schema": {"type": ["string", "null"]}, "until": "v1.0"}
    assert fields["mode"]["x-kubevirt"] == {"since": "v1.0", "was": [was]}


def test_printed_schema_of_a_kind_stands_alone() -> None:
    done = CliRunner().invoke(command, ["VirtualMachine", "--kubevirt-version", "v1.3"])
    printed = json.loads(done.output)
    Draft202012Validator.check_schema(printed)
    domain = printed["$defs"]["v1.DomainSpec"]["properties"]
    assert "memory" in domain and "ioThreads" not in domain  # from v1.5
    assert "x-kubevirt" not in done.output
    assert set(re.findall(r"#/\$defs/([^\"]+)", done.output)) <= set(printed["$defs"])


def test_printed_schema_tells_versions_apart() -> None:
    pool = ["VirtualMachinePool", "--kubevirt-version", "v1.6"]
    only = json.loads(CliRunner().invoke(command, pool).output)
    assert only["properties"]["apiVersion"] == {"enum": ["pool.kubevirt.io/v1alpha1"]}
    every = json.loads(CliRunner().invoke(command, []).output)
    forms = [form(kind, (1, 9)) for kind in every_kind((1, 9)).values()]
    assert len(every["allOf"]) == sum(each is not None for each in forms)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["VirtualMachin"], "did you mean VirtualMachine?"),
        (["VirtualMachinePool", "--kubevirt-version", "v0.48"], "has no kind VirtualMachinePool"),
        (["VirtualMachine", "--api-version", "kubevirt.io/v2"], "try kubevirt.io/v1, kubevirt.io/"),
    ],
)
def test_schema_command_says_what_there_is(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert message in done.output


def patterns_of(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {found for each in schema for found in patterns_of(each)}
    if not isinstance(schema, dict):
        return set()
    own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
    return own.union(*map(patterns_of, schema.values()))


@pytest.mark.parametrize("minor", FEW_RELEASES, ids=version_text)
def test_re2_takes_the_printed_patterns(minor: tuple[int, int]) -> None:
    re2 = pytest.importorskip("re2")
    patterns = patterns_of(document(Release(*minor, 0)))
    assert patterns
    for pattern in patterns:
        re2.compile(pattern)


@pytest.mark.skipif(which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("minor", FEW_RELEASES, ids=version_text)
def test_javascript_takes_the_printed_patterns(minor: tuple[int, int]) -> None:
    patterns = patterns_of(document(Release(*minor, 0)))
    script = "for (const p of JSON.parse(process.argv[1])) new RegExp(p, 'u')"
    subprocess.run(["node", "-e", script, json.dumps(sorted(patterns))], check=True)


@pytest.mark.parametrize("minor", FEW_RELEASES, ids=version_text)
def test_the_printed_patterns_mean_the_same_to_every_engine(minor: tuple[int, int]) -> None:
    schema = document(Release(*minor, 0))
    for pattern in patterns_of(schema):
        # Neither look-around, back references, conditions nor possessive repeats: of what begins
        # with `(?` or ends in `+` after a repeat RE2 or JavaScript lacks something.
        assert not re.search(r"\(\?|\\[1-9AZbBk]|[*+?}]\+", pattern), pattern
    quantity = Draft202012Validator(
        {"$ref": "#/$defs/k8s.io.apimachinery.pkg.api.resource.Quantity", "$defs": schema["$defs"]}
    )
    for good in ("4Gi", "-1.5e3", ".5", 4, None):
        assert quantity.is_valid(good)
    for bad in ("4Gi\n", "4 Gi", "", 4.5):
        assert not quantity.is_valid(bad)


@pytest.mark.skipif(which("check-jsonschema") is None, reason="check-jsonschema is not installed")
def test_check_jsonschema_accepts_what_rtlint_accepts(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(document(Release(1, 9, 0))))
    good = [*full_objects((1, 9)), *(sample.data for sample in samples((1, 9)))]
    files = []
    for number, data in enumerate(good):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(data))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"apiVersion": "kubevirt.io/v1", "kind": "KubeVirt", "spec": 3}))
    check = ["check-jsonschema", "--schemafile", str(tmp_path / "schema.json")]
    done = subprocess.run([*check, *files], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert subprocess.run([*check, wrong], check=False, capture_output=True).returncode == 1


@pytest.mark.parametrize("release", ["v0.58.0", "v1.8.4", "v1.9.0"])
def test_a_version_of_another_kind_that_went_is_no_internal_error(rtlint, release):
    text = b"apiVersion: export.kubevirt.io/v1alpha1\nkind: VirtualMachineExport\nspec: {}\n"
    done = rtlint("-", "--kubevirt-version", release, stdin=text)
    assert done.returncode in (0, 1), done.err
