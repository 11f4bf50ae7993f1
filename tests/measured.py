"""Reading the measured rows of tests/vectors."""

import json
from functools import cache
from pathlib import Path

from rtlint.kubevirt.admission import admitted, submitted
from rtlint.kubevirt.admission.words import in_plain_words
from rtlint.kubevirt.cluster import read_cluster
from rtlint.kubevirt.conversion.host import parse_host

VECTORS = Path(__file__).parent / "vectors"


def rows(name):
    with (VECTORS / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def admit(*arguments, **named):
    """What the webhooks say of a VMI spec."""
    return admitted(submitted(*arguments, **named))


def without_words(causes):
    """The checks, each once, of which nothing but the field can be said in plain words."""
    return sorted(
        {cause.check for cause in causes if in_plain_words(cause).startswith("The value of")}
    )


@cache
def host(name):
    return parse_host((VECTORS / "hosts" / f"{name}.xml").read_text(encoding="utf-8"))


def host_of(row):
    return parse_host(row["hostXml"]) if "hostXml" in row else host(row["host"])


def cluster(row):
    configuration = {
        "vmRolloutStrategy": row["rollout"],
        "developerConfiguration": {"featureGates": row["featureGates"]},
    }
    return read_cluster(
        {
            "metadata": {"annotations": row["kvAnnotations"]},
            "spec": {"configuration": configuration | row.get("kvConfig", {})},
        }
    )


def annotations(row):
    return row["manifest"]["metadata"].get("annotations") or {}


def result(row, release):
    """The row's result for a release, where `sameAs` has been followed."""
    found = row["results"][release]
    while "sameAs" in found:
        found = row["results"][found["sameAs"]]
    return found
