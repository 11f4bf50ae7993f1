"""The rules about what fails after admission, held against what KubeVirt's own converter made.

A domain that KubeVirt or libvirt cannot use must have an error of the rule that is about it, and
one that they can use must have none.
"""

import json
import re

import measured
import pytest

from rtlint.kubevirt.releases import parse_release
from rtlint.lint.registry import select_rules
from rtlint.lint.run import lint
from rtlint.lint.settings import Settings
from rtlint.yaml.source import Source

PAGES = "can't be divided through the numa page size"
OF_IO_THREADS = ("panic:", "domain is missing IOThreads", "pin of a missing I/O thread")
RULES = select_rules(("RT302", "RT405", "RT406", "RT410"), ())
RELEASES = list(measured.rows("convert.jsonl")[0]["results"])


def has_io_threads(row):
    domain = row["manifest"]["spec"]["domain"]
    disks = domain.get("devices", {}).get("disks") or []
    policy = domain.get("ioThreadsPolicy")
    # An unknown policy is refused, and a pool without its threads too.
    count = (domain.get("ioThreads") or {}).get("supplementalPoolThreadCount")
    is_admitted = policy in (None, "shared", "auto") or bool(count)
    return is_admitted and (policy or any(disk.get("dedicatedIOThread") for disk in disks))


def failure(row, release):
    """Why the VM does not start with any CPUs that the pod may get; "" where it starts."""
    found = measured.result(row, release)
    if "error" in found:
        return found["error"]
    domain = found["domain"]
    threads = int((re.findall(r"<iothreads>(\d+)<", domain) or [0])[0])
    pinned = re.findall(r'<iothreadpin iothread="(\d+)"', domain)
    return OF_IO_THREADS[2] if any(int(thread) > threads for thread in pinned) else ""


def errors(row, release):
    source = Source("vmi.json", json.dumps(row["manifest"]))
    cluster = measured.cluster(row)
    chosen = Settings(release=parse_release(release), cluster=cluster, rules=RULES)
    return {d.rule for d in lint(source, chosen).diagnostics if d.severity == "error"}


@pytest.mark.parametrize("release", RELEASES)
def test_i_o_threads_that_fail_are_found_and_no_others(release):
    wrong = []
    supplemental = parse_release(release) < (1, 5)
    for row in filter(has_io_threads, measured.rows("convert.jsonl")):
        domain = row["manifest"]["spec"]["domain"]
        if domain.get("ioThreadsPolicy") == "supplementalPool" and supplemental:
            continue
        why = failure(row, release)
        fails = why.startswith(OF_IO_THREADS)
        # Where a pool fails depends on the pod's CPUs to v1.8.
        if (fails or not why) and fails != bool(errors(row, release) & {"RT405", "RT410"}):
            wrong.append((row["id"], why))
    assert wrong == []


def test_a_pool_that_never_starts_is_found_on_v1_9_and_no_other():
    # In each of these the pod was given as many CPUs as it asks for.
    rows = [row for row in measured.rows("convert.jsonl") if "extra=0" in row["note"]]
    fail = {row["id"] for row in rows if failure(row, "v1.9.0")}
    assert fail
    assert {row["id"] for row in rows if "RT406" in errors(row, "v1.9.0")} == fail


@pytest.mark.parametrize("release", RELEASES)
def test_memory_that_is_no_whole_page_is_found(release):
    rows = [row for row in measured.rows("convert.jsonl") if release in row["results"]]
    unfound = [
        row["id"]
        for row in rows
        if PAGES in failure(row, release) and "RT302" not in errors(row, release)
    ]
    assert unfound == []
    assert any(PAGES in failure(row, release) for row in rows)
