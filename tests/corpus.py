"""A corpus of objects made from the schema: seeded, valid, and each with one mistake.

Every definition of a release is reached from some kind, with every field of it filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

from rtlint.kubevirt.schema.api import Schema, Version, definitions, every_kind, form
from rtlint.kubevirt.schema.filled import outcome
from rtlint.kubevirt.schema.paths import resolve, schema_at, value_at
from rtlint.kubevirt.schema.walk import is_clean

Path = tuple[str | int, ...]

_TEXTS = {
    "Quantity": ["1Gi", "500m", "2", "1e3", 4, 4.0, "1.5Ti"],
    "IntOrString": ["http", 8080, "25%"],
}
_WRONG = {"object": 3, "array": "one", "string": {"a": "b"}, "boolean": "maybe", "integer": "many"}


class Sample(NamedTuple):
    """A valid object, and the path to the definition that it is about."""

    data: dict[str, Any]
    path: Path
    definition: str


class Mutant(NamedTuple):
    """An object with one mistake: what it is, the rule that should tell it, and where."""

    mutation: str
    data: dict[str, Any]
    rule: str
    path: Path


def samples(minor: Version, seed: int = 0) -> Iterator[Sample]:
    """A valid object for every definition of a release."""
    known = definitions(minor)
    random = Random(f"{seed}{minor}")
    for name, (kind, path) in sorted(_routes(minor).items()):
        data = {"apiVersion": kind[0], "kind": kind[1]}
        whole = _object(data, {"$ref": f"#/$defs/{_served(minor)[kind]}"}, path, known, random)
        yield Sample(whole, path, name)


def full_objects(minor: Version, seed: int = 0) -> Iterator[dict[str, Any]]:
    """An object of every kind that a release serves, with every field there is."""
    random = Random(f"{seed}{minor}")
    for (api_version, kind), name in _served(minor).items():
        data = _value({"$ref": f"#/$defs/{name}"}, definitions(minor), random, depth=99)
        yield {**data, "apiVersion": api_version, "kind": kind}


def mutants(sample: Sample, minor: Version, random: Random) -> Iterator[Mutant]:
    """The sample with one mistake of each sort that it admits, at a random field each."""
    schema = _schema(sample.data, sample.path, minor)
    fields = schema.get("properties", {})
    target = value_at(sample.data, sample.path)
    names = [n for n in fields if target.get(n) is not None and n not in ("apiVersion", "kind")]
    if not names or schema.get("additionalProperties") is not False:
        return
    for mutate in (_rename, _recase, _move, _retype):
        mutant = mutate(sample, random.choice(names), minor, random)
        if mutant is not None:
            yield mutant
    required = [
        name
        for name in schema.get("required", ())
        if name in names and _is_missed((*sample.path, name), sample.data, fields[name], minor)
    ]
    if required:
        name = random.choice(required)
        data = deepcopy(sample.data)
        del value_at(data, sample.path)[name]
        yield Mutant("drop", data, "RT604", (*sample.path, name))


def _is_missed(path: Path, data: dict[str, Any], field: Schema, minor: Version) -> bool:
    """Whether KubeVirt or the VM minds that a required field is not there."""
    return outcome(data, path, field, minor) != "fine"


def _rename(sample: Sample, name: str, minor: Version, random: Random) -> Mutant | None:
    position = random.randrange(1, len(name)) if len(name) > 1 else 0
    wrong = name[:position] + random.choice("qxz") + name[position:]
    return _renamed("rename", sample, name, wrong)


def _recase(sample: Sample, name: str, minor: Version, random: Random) -> Mutant | None:
    fields = _schema(sample.data, sample.path, minor)["properties"]
    wrong = random.choice([name.upper(), name.lower(), name.capitalize()])
    return None if wrong in fields else _renamed("re-case", sample, name, wrong)


def _renamed(mutation: str, sample: Sample, name: str, wrong: str) -> Mutant:
    data = deepcopy(sample.data)
    target = value_at(data, sample.path)
    renamed = {wrong if key == name else key: value for key, value in target.items()}
    target.clear()
    target.update(renamed)
    return Mutant(mutation, data, "RT601", (*sample.path, wrong))


def _move(sample: Sample, name: str, minor: Version, random: Random) -> Mutant | None:
    """The field in the mapping above its own, where that has no such field and none like it."""
    above = [sample.path[:end] for end in range(len(sample.path))]
    mappings = [path for path in above if isinstance(value_at(sample.data, path), dict)]
    if not mappings or _schema(sample.data, mappings[-1], minor)["additionalProperties"]:
        return None
    path = mappings[-1]
    every = {field.lower() for made in _every_release(path, sample, minor) for field in made}
    if name.lower() in every:
        return None
    data = deepcopy(sample.data)
    value_at(data, path)[name] = value_at(data, sample.path).pop(name)
    return Mutant("move", data, "RT602", (*path, name))


def _every_release(path: Path, sample: Sample, minor: Version) -> Iterator[Mapping[str, Any]]:
    """The fields that a mapping has here, and those that its definition has in any release."""
    from rtlint.kubevirt.schema.api import api

    here = _schema(sample.data, path, minor).get("properties", {})
    yield here
    for made in api()["$defs"].values():
        others = made.get("properties", {})
        if here and set(here) <= set(others):
            yield others


def _retype(sample: Sample, name: str, minor: Version, random: Random) -> Mutant | None:
    schema = _schema(sample.data, (*sample.path, name), minor)
    if "type" not in schema:
        return None
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    data = deepcopy(sample.data)
    value_at(data, sample.path)[name] = [[]] if "number" in types else _WRONG[types[0]]
    return Mutant("re-type", data, "RT603", (*sample.path, name))


def _schema(data: dict[str, Any], path: Path, minor: Version) -> Schema:
    name = _served(minor)[data["apiVersion"], data["kind"]]
    return schema_at({"$ref": f"#/$defs/{name}"}, path, definitions(minor))


def _served(minor: Version) -> dict[tuple[str, str], str]:
    """apiVersion and kind -> the name of the definition, in a release."""
    found = {}
    for key, annotated in every_kind(minor).items():
        schema = form(annotated, minor)
        if schema is not None:
            found[key] = schema["$ref"].rpartition("/")[2]
    return found


def _routes(minor: Version) -> dict[str, tuple[tuple[str, str], Path]]:
    """Definition of a mapping -> a kind, and the shortest path to it from there."""
    known = definitions(minor)
    found: dict[str, tuple[tuple[str, str], Path]] = {}
    waiting: list[tuple[tuple[str, str], Path, Schema]] = [
        (kind, (), {"$ref": f"#/$defs/{name}"}) for kind, name in _served(minor).items()
    ]
    while waiting:
        kind, path, schema = waiting.pop(0)
        reference = schema.get("$ref")
        if reference is not None:
            name = reference.removeprefix("#/$defs/")
            if name in found or "object" not in known[name]["type"]:
                continue
            found[name] = (kind, path)
            schema = known[name]
        for name, field in schema.get("properties", {}).items():
            waiting.append((kind, (*path, name), field))
        if "items" in schema:
            waiting.append((kind, (*path, 0), schema["items"]))
        if isinstance(schema.get("additionalProperties"), dict):
            waiting.append((kind, (*path, "some"), schema["additionalProperties"]))
    return found


def _object(
    head: dict[str, Any], schema: Schema, path: Path, known: Mapping[str, Schema], random: Random
) -> dict[str, Any]:
    """An object with what is required, and all the fields of the mapping at a path."""
    whole = {**_value(schema, known, random, depth=0 if path else 1), **head}
    place: Any = whole
    for index, part in enumerate(path):
        schema = schema_at(schema, (part,), known)
        value = _value(schema, known, random, depth=int(index == len(path) - 1))
        if isinstance(part, int):
            place.append(value)
        elif place.get(part) is None or index == len(path) - 1:
            place[part] = value
        place = place[part]
    return whole


def _value(schema: Schema, known: Mapping[str, Schema], random: Random, depth: int) -> Any:
    """A value that is valid; mappings get all their fields down to a depth, then the required."""
    reference = schema.get("$ref", "")
    schema = resolve(schema, known)
    types = schema.get("type", "object")
    kind = types if isinstance(types, str) else types[0]
    for name, values in _TEXTS.items():
        if reference.endswith(f".{name}"):
            return random.choice([value for value in values if is_clean(value, schema, known)])
    if "enum" in schema:
        return random.choice([value for value in schema["enum"] if value])
    if kind == "object":
        return _mapping(schema, known, random, depth)
    if kind == "array":
        return [_value(schema["items"], known, random, depth - 1)] if depth > 0 else []
    choices = {
        "string": ["some text", "on", "08", ""],
        "boolean": [True, False],
        "integer": [0, 1, 7, 2.0, 1e2],
        "number": [0.5, 3],
    }
    return random.choice([value for value in choices[kind] if is_clean(value, schema, known)])


def _mapping(
    schema: Schema, known: Mapping[str, Schema], random: Random, depth: int
) -> dict[str, Any]:
    fields = schema.get("properties", {})
    wanted = fields if depth > 0 else schema.get("required", ())
    made = {name: _value(fields[name], known, random, depth - 1) for name in wanted}
    others = schema.get("additionalProperties")
    if depth > 0 and isinstance(others, dict):
        made["some"] = _value(others, known, random, depth - 1)
    return made
