"""Make schemas/kubevirt.schema.json and kubevirt-others.schema.json of facts about KubeVirt's API.

    python scripts/make_schemas.py kubevirt-api.json crds-v1.9.json

The first file holds each kind, definition and field of KubeVirt's published API definition with the
releases that have it, the second the schemas of its CustomResourceDefinitions, which the API server
checks. KubeVirt's webhooks check the API definition: the stricter of both decides. What they leave
out is added here, each with its reason. Kinds that only the second file has go into a schema of
their own, which a run on VMs does not read.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from presence import counts

from rtlint.kubevirt.schema.api import CRD_ONLY, NOTE, REFERENCE, Range, not_null, parse_version

Json = dict[str, Any]

OUTPUT = Path(__file__).parent.parent / "schemas"

# Kubernetes reads a quantity from a string of this form, or from a number (apimachinery,
# pkg/api/resource/quantity.go), of which CRDs let integers through (`x-kubernetes-int-or-string`).
# `$` alone would let a line break through in Python.
QUANTITY = {
    "type": ["string", "integer", "null"],
    "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
    r"([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$(?!\n)",
}
QUANTITY_NAME = "k8s.io.apimachinery.pkg.api.resource.Quantity"
SCALARS: dict[str, Json] = {
    QUANTITY_NAME: QUANTITY,
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

# Fields and definitions that came with a patch release: the facts know each minor release as of its
# `.0`. Found in the CRDs of every tag (kubevirt/kubevirt, validations_generated.go). Name of a
# definition and of its field (None: of all) -> the patch releases that brought it, newest first.
BACKPORTS: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("k8s.io.api.core.v1.PodAffinityTerm", "namespaceSelector"): ("v0.49.1",),
    ("v1.Diag288Watchdog", None): ("v1.5.1",),
    ("v1.InterfaceBindingPlugin", "domainAttachmentType"): ("v1.1.1",),
    ("v1.KubeVirtConfiguration", "additionalGuestMemoryOverheadRatio"): ("v0.59.1", "v0.58.2"),
    ("v1.MediatedDevicesConfiguration", "mediatedDeviceTypes"): ("v0.58.2",),
    ("v1.NodeMediatedDeviceTypesConfig", "mediatedDeviceTypes"): ("v0.58.2",),
    ("v1.TPMDevice", "enabled"): ("v1.5.1", "v1.4.1"),
    ("v1.Watchdog", "diag288"): ("v1.5.1",),
    ("v1beta1.DataVolumeSourceRegistry", "platform"): ("v1.6.4",),
    ("v1beta1.DataVolumeSourceVDDK", "extraArgs"): ("v1.6.4",),
    ("v1beta1.PlatformOptions", None): ("v1.6.4",),
}
# The patch release that brought `mediatedDeviceTypes` no longer required the older name.
REQUIRED_UNTIL = {("v1.NodeMediatedDeviceTypesConfig", "mediatedDevicesTypes"): "v0.58.1"}

# To this release KubeVirt's webhooks take only strings for the quantities of its core kinds, except
# for a VM's resources (kubevirt/kubevirt, pkg/util/openapi/openapi.go).
TEXT_UNTIL = "v1.4"
NOT_ONLY_TEXT = "v1.ResourceRequirements"

# What a format of the API definition or of a CRD takes; both are checked.
FORMATS = {
    "byte": (0, 2**8 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
# Go's unsigned integers, which neither source tells apart: KubeVirt's decoder refuses what is below
# zero (kubevirt.io/api, core/v1 and instancetype, types.go and schema.go).
UNSIGNED = {
    "v1.CPU": {"cores", "sockets", "maxSockets", "threads"},
    "v1.CustomBlockSize": {"discardGranularity", "logical", "physical"},
    "v1.DeveloperConfiguration": {"minimumReservePVCBytes"},
    "v1.Disk": {"bootOrder"},
    "v1.DiskIOThreads": {"supplementalPoolThreadCount"},
    "v1.FeatureSpinlocks": {"spinlocks"},
    "v1.Interface": {"bootOrder"},
    "v1.KubeVirtConfiguration": {"memBalloonStatsPeriod"},
    "v1.LiveUpdateCPU": {"maxSockets"},
    "v1.LiveUpdateConfiguration": {"maxCpuSockets", "maxHotplugRatio"},
    "v1.LogVerbosity": {
        *("nodeVerbosity", "virtAPI", "virtController", "virtHandler", "virtLauncher"),
        *("virtOperator", "virtSynchronizationController"),
    },
    "v1.MigrationConfiguration": {
        *("parallelMigrationsPerCluster", "parallelOutboundMigrationsPerNode"),
    },
    "v1alpha1.CPUInstancetype": {"guest"},
    "v1alpha2.CPUInstancetype": {"guest"},
    "v1beta1.CPUInstancetype": {"guest", "maxSockets"},
    "v1beta1.CPUPreferenceRequirement": {"guest"},
    "v1beta1.SpreadOptions": {"ratio"},
    "v1beta1.VirtualMachinePreferenceSpec": {"preferSpreadSocketToCoreRatio"},
}
# Limits that are younger than their field, and the last release without each. All others are as
# old as their fields (validations_generated.go of every tag).
UNLIMITED_UNTIL = {
    ("v1.DeveloperConfiguration", "memoryOvercommit"): "v1.6.3",
    ("v1.Devices", "disks"): "v1.2",
    ("v1.Devices", "interfaces"): "v1.2",
    ("v1.VirtualMachineInstanceSpec", "accessCredentials"): "v1.2",
    ("v1.VirtualMachineInstanceSpec", "networks"): "v1.2",
    ("v1.VirtualMachineInstanceSpec", "volumes"): "v1.2",
}

# A version of a kind is published while it is the stored one, and served for longer, then with
# the schema of the stored one: KubeVirt's operator keeps one schema a kind (None: still served).
SERVED_UNTIL = {
    "instancetype.kubevirt.io/v1alpha1": "v1.6",
    "instancetype.kubevirt.io/v1alpha2": "v1.6",
    "pool.kubevirt.io/v1alpha1": None,
}
# Versions that the newest CRD of a kind lacks, and the last release that served them (crds.go).
WENT = {("export.kubevirt.io", "VirtualMachineExport"): ("v1alpha1", "v1.8")}
METADATA = "k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta"
# The same API under an older name.
ALIASES = {"kubevirt.io/v1": "kubevirt.io/v1alpha3"}


def main() -> None:
    facts, crds = (json.loads(Path(file).read_text(encoding="utf-8")) for file in sys.argv[1:])
    OUTPUT.mkdir(exist_ok=True)
    made = {"kubevirt": schema(facts, crds), "kubevirt-others": others(facts, crds)}
    for name, one in made.items():
        (OUTPUT / f"{name}.schema.json").write_text(text(one), encoding="utf-8")


def text(made: Json) -> str:
    """The schema as JSON, with a line for each definition, so that each can be read alone."""
    head = _members({name: value for name, value in made.items() if name != "$defs"})
    lines = ["{", *(f" {line}," for line in head), ' "$defs": {']
    lines += [",\n".join(f"  {line}" for line in _members(made["$defs"])), " }", "}", ""]
    return "\n".join(lines)


def _members(made: Json) -> list[str]:
    return [json.dumps({name: value})[1:-1] for name, value in made.items()]


def schema(facts: Json, crds: Json) -> Json:
    """The JSON Schema (draft 2020-12) of all kinds in all releases."""
    names = [entry["release"] for entry in facts["releases"]]
    definitions = {name: definition(name, facts) for name in sorted(facts["definitions"])}
    limit(definitions, facts, crds)
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
    return made | annotation(given, (name, None))


def limit(definitions: Json, facts: Json, crds: Json) -> None:
    """Narrow the fields down to what the CRDs take, and to Go's types."""
    given = facts["definitions"]
    crd_of = published(facts, crds)
    core = reached("kubevirt.io/v1", facts)
    for owner, made in definitions.items():
        for name, field in made.get("properties", {}).items():
            facts_of, crd = given[owner]["fields"][name], crd_of.get((owner, name), {})
            wide = {key: value for key, value in field.items() if key != NOTE}
            narrow(field, facts_of, crd, name in UNSIGNED.get(owner, ()))
            note = field.get(NOTE, {})
            if (owner, name) in UNLIMITED_UNTIL:
                earlier = {"schema": wide, "until": UNLIMITED_UNTIL[owner, name]}
                field[NOTE] = {**note, "was": [*note.get("was", ()), earlier]}
            is_text = owner in core and owner != NOT_ONLY_TEXT and QUANTITY_NAME in str(wide)
            if is_text and parse_version(note.get("since", "v0.0")) in Range(until=(1, 4)):
                earlier = {"schema": only_text(wide), "until": TEXT_UNTIL}
                field[NOTE] = {**note, "was": [*note.get("was", ()), earlier]}


def narrow(made: Json, given: Json, crd: Json, is_unsigned: bool) -> None:
    """A field's schema, within what its CRD takes."""
    types = made.get("type", ())
    if "items" in made:
        narrow(made["items"], given["items"], crd.get("items", {}), is_unsigned)
        made |= {"maxItems": crd["maxItems"]} if "maxItems" in crd else {}
    elif isinstance(made.get("additionalProperties"), dict):
        inner = crd.get("additionalProperties", {})
        narrow(made["additionalProperties"], given["values"], inner, is_unsigned)
    elif "integer" in types and "string" not in types:
        formats = (FORMATS[each["format"]] for each in (given, crd) if "format" in each)
        lowest, highest = zip(*formats, strict=True)
        lowest = (*lowest, crd.get("minimum", lowest[0]), *((0,) if is_unsigned else ()))
        made |= {"minimum": max(lowest), "maximum": min(*highest, crd.get("maximum", highest[0]))}
    elif "enum" in crd:
        made |= {"enum": [*crd["enum"], "", None], "$comment": CRD_ONLY}


def only_text(made: Json) -> Json:
    """The schema where each quantity is a string."""
    if "additionalProperties" in made:
        return {**made, "additionalProperties": only_text(made["additionalProperties"])}
    return {**made, "type": ["string", "null"]}


def published(facts: Json, crds: Json) -> dict[tuple[str, str], Json]:
    """The definitions' fields (name of a definition, of its field) -> what the CRDs say of them."""
    found: dict[tuple[str, str], Json] = {}
    waiting = []
    for given in facts["kinds"]:
        if "until" not in given and given["kind"] in crds:
            version = given["apiVersion"].rpartition("/")[2]
            waiting.append((given["definition"], crd_schema(crds[given["kind"]], version)))
    while waiting:
        owner, crd = waiting.pop()
        for name, given in facts["definitions"][owner].get("fields", {}).items():
            inner = crd.get("properties", {}).get(name)
            if inner is not None and (owner, name) not in found:
                found[owner, name] = inner
                waiting += innermost(given, inner)
    return found


def innermost(given: Json, crd: Json) -> list[tuple[str, Json]]:
    """The definition that a field, its items or its values refer to, and the CRD's schema of it."""
    if "items" in given:
        return innermost(given["items"], crd.get("items", {}))
    if "values" in given:
        return innermost(given["values"], crd.get("additionalProperties") or {})
    return [(given["ref"], crd)] if "ref" in given else []


def crd_schema(crd: Json, version: str) -> Json:
    """The schema of one of a CRD's versions, of which one may be said to be as another."""
    made: Json = crd["versions"][version]["schema"]
    return crd_schema(crd, made["sameAs"]) if "sameAs" in made else made


def reached(api_version: str, facts: Json) -> set[str]:
    """The definitions that the kinds of a version are made of."""
    waiting = [each["definition"] for each in facts["kinds"] if each["apiVersion"] == api_version]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text_of = json.dumps(facts["definitions"][name])
            waiting += re.findall(r'"ref": "([^"]+)"', text_of)
    return found


def others(facts: Json, crds: Json) -> Json:
    """The schema of the kinds that only the CRDs have, for the newest release, theirs."""
    newest = facts["releases"][-1]["release"]
    known = {given["kind"] for given in facts["kinds"]}
    branches, definitions = [], {}
    for kind in sorted(crds.keys() - known):
        group = crds[kind]["group"]
        name = f"{group}.{kind}"
        for version in crds[kind]["versions"]:
            entry = {"definition": name, "since": newest}
            branches.append(branch(f"{group}/{version}", kind, [entry]))
        if (group, kind) in WENT:
            version, until = WENT[group, kind]
            entry = {"definition": name, "until": until}
            branches.append(branch(f"{group}/{version}", kind, [entry]))
        crd = crd_schema(crds[kind], next(iter(crds[kind]["versions"])))
        fields = {**crd["properties"], "metadata": {"type": "object"}, "status": {"type": "object"}}
        made = {**of_crd({**crd, "properties": fields}), NOTE: {"since": newest}}
        made["properties"] |= {"metadata": {"$ref": REFERENCE + METADATA}, "status": {}}
        definitions[name] = made
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://rtlint.io/schemas/kubevirt-others.schema.json",
        "title": f"What else the API of KubeVirt {newest} has",
        NOTE: {"since": newest},
        "allOf": branches,
        "$defs": definitions,
    }


def of_crd(crd: Json, is_required: bool = False) -> Json:
    """A CRD's schema in JSON Schema's words; null, which Kubernetes drops, where it may be."""
    if crd.get("x-kubernetes-int-or-string"):
        return {"$ref": REFERENCE + QUANTITY_NAME}
    made: Json = {"type": crd["type"] if is_required else [crd["type"], "null"]}
    asked = {key for rule in crd.get("x-kubernetes-validations", ()) for key in asks_for(rule)}
    required = sorted({*crd.get("required", ()), *asked})
    if "properties" in crd:
        fields = crd["properties"].items()
        made["properties"] = {key: of_crd(field, key in required) for key, field in fields}
        made["additionalProperties"] = False
    elif "additionalProperties" in crd:
        made["additionalProperties"] = of_crd(crd["additionalProperties"], True)
    if "items" in crd:
        made["items"] = of_crd(crd["items"], True)
    if crd.get("format") in FORMATS:
        made["minimum"], made["maximum"] = FORMATS[crd["format"]]
    made |= {key: crd[key] for key in ("minimum", "maximum", "maxItems") if key in crd}
    if "enum" in crd:
        made["enum"] = [*crd["enum"], *(() if is_required else (None,))]
        made["$comment"] = CRD_ONLY
    return made | ({"required": required} if required else {})


def asks_for(rule: Json) -> list[str]:
    """The fields that a rule of a CRD (CEL) asks for, whatever else it does."""
    return re.findall(r"^has\(self\.(\w+)\)(?= *(?:&&|$))", rule["rule"])


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
    note = annotation(given, (owner, name)).get(NOTE, {})
    if "was" in given and (owner, name) not in ALWAYS_AS_NOW:
        note["was"] = [{"schema": value(was), "until": was["until"]} for was in given["was"]]
    if isinstance(given.get("required"), dict):
        until = REQUIRED_UNTIL.get((owner, name), given["required"].get("until"))
        note["required"] = {**given["required"], "until": until}
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
    made: Json = {"type": [*(name for name in types if name != "null"), "null"]}
    if "enum" in given:
        made["enum"] = [*given["enum"], "", None]
    return made


def annotation(given: Json, name: tuple[str, str | None]) -> Json:
    note = {key: given[key] for key in ("since", "until") if key in given}
    if name in BACKPORTS:
        note["since"], *older = BACKPORTS[name]
        note |= {"also": older} if older else {}
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
        is_newer = parse_version(other.get("since", "v0.0")) > parse_version(given["until"])
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
