"""The previewed domains, held against libvirt itself: its schema, and its own reading of them."""

import re
import shutil
import subprocess
from collections import Counter
from xml.etree import ElementTree

import measured
import pytest
from conversions import made, preview_of, spec_of

from rtlint.kubevirt.mask import VIRT_HANDLER_ERA
from rtlint.kubevirt.releases import Release, parse_release
from rtlint.preview.model import failing_step

needs_schema = pytest.mark.skipif(
    not (shutil.which("virt-xml-validate") and shutil.which("xmllint")),
    reason="needs virt-xml-validate (Debian: libvirt-clients) and xmllint (libxml2-utils)",
)
needs_libvirt = pytest.mark.skipif(
    not shutil.which("virsh"), reason="needs virsh (Debian: libvirt-clients)"
)

BY_LIBVIRT = "libvirt refuses the domain"
XML_ERA = Release(0, 58, 0)
# What a domain has besides the realtime view.
REST = '<name>rt</name><os><type arch="{}" machine="{}">hvm</type></os>'
# libvirt's name of an architecture, and its machine.
MACHINES = {
    "amd64": ("x86_64", "q35"),
    "arm64": ("aarch64", "virt"),
    "s390x": ("s390x", "s390-ccw-virtio"),
}
# libvirt reads more than its own schema says: blanks in a CPU list, a feature without a policy.
PAST_SCHEMA = re.compile(r'vcpus="[^"]*[^0-9,^"-][^"]*"|<feature name="[^"]*" />')
# A libvirt older than KubeVirt v1.3's wants a slot where there is a maximum of memory.
NO_SLOT = 'slots="0"'
# The webhook refuses the VM, and libvirt would.
NO_MEMORY = '<memory unit="b">0<'


def shape(domain):
    """The domain without its numbers and texts; elements that stand often stand once."""
    blank = re.sub(r">[^<]*<", "><", re.sub(r'"\d[\d,-]*"', '""', domain))
    return re.sub(r"(<[^>]*/>)\1+", r"\1", blank)


def kinds(name, architecture):
    """A measured row and a release of each kind of domain."""
    found = {}
    for row in measured.rows(name):
        if row["manifest"]["spec"].get("architecture", "amd64") != architecture:
            continue
        for release in row["results"]:
            domain = measured.result(row, release).get("domain")
            if domain is not None:
                found.setdefault((shape(domain), parse_release(release) > XML_ERA), (row, release))
    return list(found.values())


@pytest.fixture(scope="module")
def sample():
    """Previews with their architecture."""
    few = kinds("convert.jsonl", "amd64")[::6]
    few += kinds("convert-more.jsonl", "amd64")[::6]
    rows = {
        "amd64": few,
        "arm64": kinds("convert-more.jsonl", "arm64")[::3],
        "s390x": kinds("convert-more.jsonl", "s390x")[::3],
    }
    return [(preview_of(*each), name) for name, found in rows.items() for each in found]


def whole(preview, folder, architecture):
    file = folder / "domain.xml"
    rest = REST.format(*MACHINES[architecture])
    file.write_text(preview.domain.replace(">", f">{rest}", 1), encoding="utf-8")
    return file


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def define(preview, folder, architecture="amd64"):
    """libvirt's error, and the domain as it understood it."""
    file = whole(preview, folder, architecture)
    done = run("virsh", "-q", "-c", "test:///default", f"define {file}; dumpxml rt")
    return done.stderr, done.stdout[done.stdout.find("<domain") :]


def scheduled(dump):
    """The ids of the vCPUs that libvirt gives FIFO 1."""
    return tuple(
        sorted(
            vcpu
            for element in ElementTree.fromstring(dump).iterfind("cputune/vcpusched")
            for vcpu in ids(element.get("vcpus"))
            if (element.get("scheduler"), element.get("priority")) == ("fifo", "1")
        )
    )


def ids(text):
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        yield from range(int(first), int(last or first) + 1)


@needs_schema
def test_domains_are_valid_by_libvirt_s_schema(sample, tmp_path):
    checked = Counter()
    for preview, architecture in sample:
        refused = preview.error or 'policy="bogus"' in preview.domain
        if refused or PAST_SCHEMA.search(preview.domain):
            continue
        done = run("virt-xml-validate", whole(preview, tmp_path, architecture), "domain")
        assert done.returncode == 0, (preview.domain, done.stderr)
        checked[architecture] += 1
    assert checked["amd64"] > 40
    assert min(checked[name] for name in MACHINES) > 20


@needs_libvirt
def test_libvirt_reads_what_the_preview_says(sample, tmp_path):
    for preview, architecture in sample:
        if any(text in preview.domain for text in (NO_SLOT, NO_MEMORY, 'policy="bogus"')):
            continue
        error, dump = define(preview, tmp_path, architecture)
        in_libvirt = preview.release < VIRT_HANDLER_ERA or failing_step(preview) == BY_LIBVIRT
        if preview.error and in_libvirt:
            assert preview.error in error
            continue
        assert error == "", preview.domain
        enabled = preview.vcpusched.enabled if preview.vcpusched else ()
        assert scheduled(dump) == (enabled if preview.release < VIRT_HANDLER_ERA else ())
        assert ("<pmu state='off'/>" in dump) == (preview.pmu == "off")


MASKS = [
    "", " ", "0", "3", "0-3", "1-2", "0,2", " 0 - 3 ", "01", "0-3,^1", "^1,0-3", "^0,0", "0-3,^1,1",
    "0,1,", ",", "^3", "0,^0", "4", "0-4", "3-1", "abc", "0-", "-1", "^", "^1-2", "0;1", "0x1",
    "1 2", "0-16383", "0-16384", "00-03", "1-+2", "0\t,1", "0\n", "\v0", "0,,1", "0\u00a0",
]  # fmt: skip


@needs_libvirt
@pytest.mark.parametrize("mask", MASKS)
def test_libvirt_s_reading_of_the_mask(mask, tmp_path):
    preview = made(spec_of(cpu={"realtime": {"mask": mask}}), XML_ERA)
    error, dump = define(preview, tmp_path)
    if preview.error is not None:
        assert preview.error in error
        assert preview.vcpusched is None
    else:
        assert error == ""
        assert scheduled(dump) == preview.vcpusched.enabled


@needs_libvirt
def test_an_io_thread_that_is_missing_is_refused(tmp_path):
    spec = spec_of(ioThreadsPolicy="auto")
    preview = made(spec, Release(1, 5, 0))
    assert preview.error is not None
    assert preview.error in define(preview, tmp_path)[0]


@needs_libvirt
def test_a_topology_to_plug_into(tmp_path):
    preview = made(spec_of(cpu={"sockets": 2, "cores": 2, "maxSockets": 4}))
    error, dump = define(preview, tmp_path)
    assert error == ""
    vcpus = ElementTree.fromstring(dump).findall("vcpus/vcpu")
    assert [vcpu.get("enabled") for vcpu in vcpus] == ["yes"] * 4 + ["no"] * 4


@needs_libvirt
def test_s390x_has_no_usb(tmp_path):
    spec = spec_of(devices={"inputs": [{"name": "i", "type": "tablet"}]}) | {
        "architecture": "s390x"
    }
    preview = made(spec)
    assert "USB" in preview.error
    assert preview.error in define(preview, tmp_path, "s390x")[0]
    assert (preview.vcpusched, preview.threads) == (None, ())
    assert made(spec, Release(1, 2, 2)).error is None
