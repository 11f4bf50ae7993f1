"""Runs that read documentation: which files, bad input, and what the rest of rtlint makes of it."""

import json
import re
import subprocess
import sys

import pytest
from conftest import GIT
from test_block_suppressions import VM, page

from rtlint import api
from rtlint.project.discover import discover

JINJA = VM.replace("name: rt", "name: {{ name }}")


def found(text, path="a.md", **options):
    return [(each.rule, each.start.line) for each in api.lint(text, path=path, **options)]


def rules(text, path="a.md", **options):
    return [rule for rule, _ in found(text, path, **options)]


ONE = {"select": ["RT0", "RT101"]}


@pytest.fixture
def docs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.md", "b/c.markdown", "d.mdx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page())
    for name in ("e.adoc", "f.asciidoc"):
        (tmp_path / name).write_text(f"[source,yaml]\n----\n{VM}----\n")
    (tmp_path / "vm.yaml").write_text(VM)
    return tmp_path


EVERY = ["a.md", "b/c.markdown", "d.mdx", "e.adoc", "f.asciidoc", "vm.yaml"]


def test_folders_are_walked_for_documentation_where_it_is_asked_for(docs):
    assert [file.path for file in discover((".",))] == ["vm.yaml"]
    assert [file.path for file in discover((".",), include_docs=True)] == EVERY
    assert [file.path for file in discover(("a.md",))] == ["a.md"]

    def paths(*names, **options):
        return sorted({each.path for each in api.lint_paths(names, select=["RT101"], **options)})

    assert paths(".") == ["vm.yaml"]
    assert paths("a.md", "e.adoc") == ["a.md", "e.adoc"]
    assert paths(".", include_docs=True) == EVERY
    (docs / ".rtlint.yaml").write_text("include-docs: true\nexclude: [b]\n")
    assert paths(".") == [name for name in EVERY if name != "b/c.markdown"]


def test_the_command_line(docs, rtlint):
    select = ("--select", "RT101", "--output-format", "concise")
    done = rtlint("--include-docs", *select, cwd=docs)
    assert re.findall("^(\\S+): error RT101", done.out, re.M) == [
        f"{name}:{7 if name == 'vm.yaml' else 9 if name[0] in 'ef' else 10}:14" for name in EVERY
    ]
    done = rtlint("-", "--stdin-filename", "x.md", "--fix", *select, stdin=page().encode())
    assert done.out == page().replace("host-model", "host-passthrough")
    done = rtlint("a.md", "--write-baseline", *select, cwd=docs)
    done = rtlint("a.md", "--baseline", ".rtlint-baseline.yaml", *select, cwd=docs)
    assert done.returncode == 0
    done = rtlint("preview", "a.md", cwd=docs)
    assert "a.md: VirtualMachineInstance rt" in done.out


def test_only_what_changed(docs, rtlint):
    (docs / "a.md").write_text(page() + page())
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*GIT, *command], cwd=docs, check=True)
    text = (docs / "a.md").read_text()
    (docs / "a.md").write_text(text.replace("\nText.", "\nWords.", 1) + "\n")
    select = ("--select", "RT101", "--output-format", "concise", "--diff-base", "HEAD")
    assert rtlint("a.md", *select, cwd=docs).returncode == 0
    (docs / "a.md").write_text(text.replace("name: rt", "name: other", 1))
    assert "a.md:10:14" in (done := rtlint("a.md", *select, cwd=docs)).out
    assert done.out.count("RT101") == 1


def test_a_page_s_instancetype_counts_on_that_page_alone(docs):
    names = VM.replace("VirtualMachineInstance", "VirtualMachine").partition("spec:")[0] + (
        "spec:\n  runStrategy: Always\n  instancetype: {name: small}\n"
        "  template: {spec: {domain: {devices: {}}}}\n"
    )
    small = (
        "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineClusterInstancetype\n"
        "metadata: {name: small}\nspec: {cpu: {guest: 2}, memory: {guest: 1Gi}}\n"
    )
    assert "RT702" in rules(page(vm=names))
    assert "RT702" not in rules(page(vm=small) + page(vm=names))
    (docs / "a.md").write_text(page(vm=small))
    (docs / "vm.yaml").write_text(names)
    left = api.lint_paths(["a.md", "vm.yaml"], select=["RT702"])
    assert [each.path for each in left] == ["vm.yaml"]


def test_a_page_s_kubevirt_object_is_no_cluster(docs):
    cluster = "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: a}\nspec: {}\n"
    (docs / "a.md").write_text(page(vm=cluster))
    gate = api.lint_paths(["a.md", "vm.yaml"], select=["RT506"])
    assert gate == api.lint_paths(["vm.yaml"], select=["RT506"])


@pytest.mark.parametrize(
    "text",
    [
        "Not YAML: {{ a\n\tb: [\n",
        "---\napiVersion: kubevirt.io/v1\nkind: VirtualMachine\na: [\n---\nText.\n",
        "```yaml\nVirtualMachine: [\n```\n",
        "```yaml\napiVersion: apps/v1\nkind: Deployment\na: [\n```\n",
        f"```yaml\n{VM.replace('spec:', '...').replace('model:', ' model:')}```\n",
        f"```yaml\n{VM}#kubectl get vmi\nNAME   PHASE\nrt     Running\n```\n".replace(
            "realtime: {}", "features: []"
        ),
        f"```yaml\n$ kubectl get vmi rt -o yaml\n{VM}```\n",
        f"```console\n$ kubectl get vmi rt -o yaml\n{VM}```\n",
        f"```\n{VM}```\n",
    ],
)
def test_what_is_no_manifest_is_left_alone(text):
    assert rules(text) == []


def test_a_manifest_that_is_no_yaml_is_said_at_its_line_and_others_are_linted():
    broken = VM.replace("metadata:", "metadata: [")
    assert found(page(vm=broken) + page(), **ONE) == [("RT001", 7), ("RT101", 23)]
    assert found("a: [\n", path="vm.yaml", **ONE) == [("RT001", 2)]


def test_a_template_in_a_block_is_one_as_in_a_file_and_others_are_linted():
    assert rules(JINJA, path="vm.yaml", **ONE) == ["RT004"]
    assert found(page(vm=JINJA) + page(), **ONE) == [("RT004", 6), ("RT101", 23)]
    assert rules(f"[source,yaml]\n----\n{VM}----\n".replace("rt}", "{n}}"), "a.adoc", **ONE) == [
        "RT101"
    ]


def test_what_is_left_out_is_not_missed():
    vm = VM.replace("    devices: {}\n", "")
    assert rules(page(vm=vm), select=["RT101", "RT102", "RT604"]) == ["RT604", "RT102", "RT101"]
    assert rules(page(vm=f"{vm}    ...\n"), select=["RT101", "RT102", "RT604"]) == ["RT101"]


@pytest.mark.parametrize("line", ["# ...", "    # [...]", "#…", "  # ... other fields"])
def test_what_a_comment_leaves_out_is_not_missed(line):
    vm = VM.replace("    devices: {}\n", "")
    assert rules(page(vm=f"{vm}{line}\n"), select=["RT101", "RT102", "RT604"]) == ["RT101"]


@pytest.mark.parametrize(
    "blank", ["<model>", '"<the model>"', "<model-1> # of the host", "EPYC-<n>", "...", "…"]
)
@pytest.mark.parametrize("path", ["a.md", "a.adoc"])
def test_what_the_reader_fills_in_is_not_known(blank, path):
    vm = VM.replace("host-model", blank).replace("name: rt", "name: <vm-name>")
    text = f"[source,yaml]\n----\n{vm}----\n" if path == "a.adoc" else page(vm=vm)
    some = {"select": ["RT101", "RT102", "RT603"]}
    assert rules(text, path, **some) == ["RT102"]
    counted = text.replace("realtime: {}", "realtime: {}\n      cores: <number>")
    assert rules(counted, path, **some) == ["RT102"]
    (other,) = api.lint(text, path=path, select=["RT102"])
    assert other.resource.name == "<vm-name>"
    # In a manifest that is no example it is a text as any other.
    assert "RT101" in rules(vm, "vm.yaml", **some)


def test_an_attribute_is_shown_as_it_is_written():
    vm = VM.replace("{name: rt}", "\n  name: {vm-name}-1")
    text = f"[source,yaml]\n----\n{vm}----\n"
    (found, *_) = api.lint(text, path="a.adoc", select=["RT101"])
    assert found.resource.name == "{vm-name}-1"


def test_callouts_stay_where_they_are():
    vm = VM.replace("host-model", "host-model <1>").replace("realtime: {}", "realtime: {} # <2>")
    text = f"[source,yaml]\n----\n{vm}----\n<1> The model.\n"
    fixed = api.fix(text, path="a.adoc", select=["RT101", "RT401"])
    assert fixed.text == text.replace("host-model", "host-passthrough").replace(
        "devices: {}", "devices: {autoattachMemBalloon: false}"
    )
    # A field that goes elsewhere takes them along.
    moved = VM.replace("    devices: {}\n", "").replace("{}", "{}\n      ioThreadsPolicy: auto <1>")
    text = f"[source,yaml]\n----\n{moved}----\n"
    fixed = api.fix(text, path="a.adoc", select=["RT602"]).text
    assert re.search(r"^    ioThreadsPolicy: auto( <1>)?$", fixed, re.M)
    assert "#1>" not in fixed


def test_a_mark_at_the_beginning_stays():
    fixed = api.fix(f"\ufeff{page()}", path="a.md", select=["RT101"])
    assert fixed.text == f"\ufeff{page()}".replace("host-model", "host-passthrough")


def test_a_page_that_is_not_utf_8_is_one_finding(docs):
    (docs / "a.md").write_bytes(page("Größe\n").encode("latin-1"))
    (only,) = api.lint_paths(["a.md"])
    assert (only.rule, only.start.line) == ("RT001", 3)


def test_lines_that_begin_differently_are_linted_and_not_fixed():
    lines = "".join(f"> {line}\n" for line in VM.splitlines())
    text = f"> ```yaml\n{lines}> ```\n".replace("> kind", ">kind")
    (only,) = api.lint(text, path="a.md", select=["RT101"])
    assert (only.start.line, only.start.column) == (8, 16)
    assert only.fix is None
    assert api.fix(text, path="a.md", select=["RT101"]).text == text


@pytest.mark.parametrize("suffix", ["md", "adoc"])
def test_a_page_that_is_not_read_loads_no_parser_of_markdown(suffix, docs):
    code = f"""if True:
        import sys
        from rtlint.cli import main
        try:
            main(["e.{suffix}" if "{suffix}" == "adoc" else "vm.yaml"])
        except SystemExit:
            pass
        assert not [name for name in sys.modules if name.startswith("markdown_it")]
        assert ("rtlint.blocks.read" in sys.modules) == ("{suffix}" == "adoc")
    """
    subprocess.run([sys.executable, "-c", code], cwd=docs, check=True, capture_output=True)


def test_the_report_is_that_of_a_file(docs, rtlint):
    done = rtlint("a.md", "--output-format", "json", "--select", "RT101", cwd=docs)
    (only,) = json.loads(done.out)["diagnostics"]
    assert only["start"] == {"line": 10, "column": 14}
    assert only["fix"]["edits"] == [
        {
            "start": {"line": 10, "column": 14},
            "end": {"line": 10, "column": 24},
            "text": "host-passthrough",
        }
    ]
    assert json.loads(done.out)["summary"]["files"] == 1
