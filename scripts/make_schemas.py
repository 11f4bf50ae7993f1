"""Make schemas/kubevirt.schema.json of a facts file about KubeVirt's API.

    python scripts/make_schemas.py kubevirt-api.json

The facts hold each kind, definition and field of KubeVirt's published API definition with the
releases that have it. What that definition leaves out is added here, each with its reason.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from presence import counts

from rtlint.kubevirt.schema.api import NOTE, REFERENCE, not_null, parse_minor

Json = dict[str, Any]

OUTPUT = Path(__file__).parent.parent / "schemas" / "kubevirt.schema.json"

# Kubernetes reads a quantity from a string of this form, or from a number (apimachinery,
# pkg/api/resource/quantity.go). `$` alone would let a line break through in Python.
QUANTITY = {
    "type": ["string", "number", "null"],
    "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
    r"([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$(?!\n)",
}
SCALARS: dict[str, Json] = {
    "k8s.io.apimachinery.pkg.api.resource.Quantity": QUANTITY,
    "k8s.io.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer", "null"]},
}

# The API server owns these and takes them as they are.
OPEN = {
    "k8s.io.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "k8s.io.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry",
    "v1.DataVolumeTemplateDummyStatus",
}
# Kubernetes' release decides on these, not KubeVirt's.
ANY_RELEASE = {("k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta", "clusterName")}
# Published without the type of the values; Kubernetes' decoder has always asked for quantities.
ALWAYS_AS_NOW = {("v1.ResourceRequirements", "limits"), ("v1.ResourceRequirements", "requests")}

# A version of a kind is published while it is the stored one, and served for longer, then with
# the schema of the stored one: KubeVirt's operator keeps one schema a kind (None: still served).
SERVED_UNTIL = {
    "instancetype.kubevirt.io/v1alpha1": "v1.6",
    "instancetype.kubevirt.io/v1alpha2": "v1.6",
    "pool.kubevirt.io/v1alpha1": None,
}
# The same API under an older name.
ALIASES = {"kubevirt.io/v1": "kubevirt.io/v1alpha3"}


def main() -> None:
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(text(schema(facts)), encoding="utf-8")


def text(made: Json) -> str:
    """The schema as JSON, with a line for each definition, so that each can be read alone."""
    head = _members({name: value for name, value in made.items() if name != "$defs"})
    lines = ["{", *(f" {line}," for line in head), ' "$defs": {']
    lines += [",\n".join(f"  {line}" for line in _members(made["$defs"])), " }", "}", ""]
    return "\n".join(lines)


def _members(made: Json) -> list[str]:
    return [json.dumps({name: value})[1:-1] for name, value in made.items()]


def schema(facts: Json) -> Json:
    """The JSON Schema (draft 2020-12) of all kinds in all releases."""
    names = [entry["release"] for entry in facts["releases"]]
    definitions = {name: definition(name, facts) for name in sorted(facts["definitions"])}
    for made in definitions.values():
        refuse_null(made, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://rtlint.io/schemas/kubevirt.schema.json",
        "title": f"KubeVirt's API, {names[0]} to {names[-1]}",
        NOTE: {"releases": names},
        "type": "object",
        "required": ["apiVersion", "kind"],
        "allOf": [branch(*key, entries) for key, entries in served(facts).items()],
        "$defs": definitions,
    }


def definition(name: str, facts: Json) -> Json:
    """One definition, null allowed everywhere."""
    given = facts["definitions"][name]
    if name in SCALARS:
        made = dict(SCALARS[name])
    elif "type" in given:
        made = {"type": [given["type"], "null"]}
    else:
        fields = given.get("fields", {})
        made = {
            "type": ["object", "null"],
            "properties": {key: field(name, key, value) for key, value in fields.items()},
        }
        required = [key for key, value in fields.items() if value.get("required") is True]
        made |= {"required": required} if required else {}
        made |= {} if name in OPEN else {"additionalProperties": False}
    return made | annotation(given)


def refuse_null(made: Json, definitions: Json) -> None:
    """Take null out where it is not as good as nothing.

    Kubernetes drops it, but not among a list's items; a required field is then missing, and one
    that counts by being there does not count.
    """
    for name, schema in made.get("properties", {}).items():
        is_required = name in made.get("required", ())
        for one in (schema, *(was["schema"] for was in schema.get(NOTE, {}).get("was", ()))):
            if "items" in one:
                one["items"] = not_null(one["items"], definitions)
            if is_required or counts(one, made, definitions):
                one.update(not_null(one, definitions))


def field(owner: str, name: str, given: Json) -> Json:
    """A field: its newest form, and in the annotation when it is there and what it was."""
    made = value(given)
    if (owner, name) in ANY_RELEASE:
        return made
    note = annotation(given).get(NOTE, {})
    if "was" in given and (owner, name) not in ALWAYS_AS_NOW:
        note["was"] = [{"schema": value(was), "until": was["until"]} for was in given["was"]]
    if isinstance(given.get("required"), dict):
        note["required"] = given["required"]
    return made | ({NOTE: note} if note else {})


def value(given: Json) -> Json:
    """The schema of a value, null included: Kubernetes drops a field that is null."""
    if "ref" in given:
        return {"$ref": REFERENCE + given["ref"]}
    if "items" in given:
        return {"type": ["array", "null"], "items": value(given["items"])}
    if "values" in given:
        return {"type": ["object", "null"], "additionalProperties": value(given["values"])}
    if "type" not in given:
        return {}
    types = given["type"] if isinstance(given["type"], list) else [given["type"]]
    if "number" in types and "string" in types:
        types = ["string", "integer"]  # a port: a name or a number
    # `format` is left out: a Go uint is published as int32, and takes 64 bits.
    made: Json = {"type": [*(name for name in types if name != "null"), "null"]}
    if "enum" in given:
        made["enum"] = [*given["enum"], "", None]
    return made


def annotation(given: Json) -> Json:
    note = {key: given[key] for key in ("since", "until") if key in given}
    return {NOTE: note} if note else {}


def served(facts: Json) -> dict[tuple[str, str], list[Json]]:
    """apiVersion and kind -> the definitions that it had, oldest first, each with its releases."""
    entries: dict[tuple[str, str], list[Json]] = {}
    for given in facts["kinds"]:
        api_version, kind = given["apiVersion"], given["kind"]
        for name in (api_version, ALIASES.get(api_version)):
            if name is not None:
                entries[name, kind] = [given]
        if api_version in SERVED_UNTIL:
            entries[api_version, kind] += successors(given, facts)
    return entries


def successors(given: Json, facts: Json) -> list[Json]:
    """The newer definitions of the kind that a version was served with after its own."""
    end = SERVED_UNTIL[given["apiVersion"]]
    found = []
    for other in facts["kinds"]:
        is_newer = parse_minor(other.get("since", "v0.0")) > parse_minor(given["until"])
        if other["kind"] == given["kind"] and is_newer:
            cut = {"until": end} if end is not None and "until" not in other else {}
            found.append({**other, **cut})
    return found


def branch(api_version: str, kind: str, entries: list[Json]) -> Json:
    references = [{"$ref": REFERENCE + entry["definition"]} for entry in entries]
    note: Json = {}
    if "since" in entries[0]:
        note["since"] = entries[0]["since"]
    if "until" in entries[-1]:
        note["until"] = entries[-1]["until"]
    was = [
        {"schema": reference, "until": entry["until"]}
        for reference, entry in zip(references[:-1], entries[:-1], strict=True)
    ]
    if was:
        note["was"] = was
    tests = {"apiVersion": {"const": api_version}, "kind": {"const": kind}}
    return {
        "if": {"properties": tests, "required": ["apiVersion", "kind"]},
        "then": references[-1] | ({NOTE: note} if note else {}),
    }


if __name__ == "__main__":
    main()
